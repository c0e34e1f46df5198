import Genba
import GenbaTestSupport
import Testing

/// `Examples/depth-to-model`, on the rendered scene.
@Suite struct DepthToModelExampleTests {
  @Test func depthAndColourBecomeTensors() throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/out.safetensors"
    let run = try Program(
      [TestAssets.media("depth/scene-mm.png"), TestAssets.media("depth/scene-color.png"), output], of: "depth-to-model")
    #expect(run.status == 0 && !run.output.contains("careful"), "\(run.errors)")
    let bundle = try TensorBundle(contentsOf: output)
    let inverse = try #require(bundle.tensor("depth_inverse", as: Float.self))
    let mask = Array(try #require(bundle.tensor("valid_mask", as: Bool.self)))
    let normals = Array(try #require(bundle.tensor("normals", as: Float.self)))
    let points = Array(try #require(bundle.tensor("point_map", as: Float.self)))
    #expect(inverse.shape == [112, 112] && mask.count { $0 } > 11_500)
    let values = Array(inverse)
    #expect(values.min() == 0 && values.max() == 1)
    // The point nearest to the camera is on the small ball at 1 m; it has the largest inverse depth.
    let nearest = try #require(values.firstIndex(of: 1))
    #expect(abs(points[3 * nearest + 2] - 0.89) < 0.03)
    // The wall is tilted by 16.7 degrees about x: its normal looks down at the camera.
    let wall = 3 * (8 * 112 + 56)
    #expect(abs(normals[wall + 2] + 0.958) < 0.03 && abs(normals[wall + 1] - 0.287) < 0.06)
  }
}
