import Genba
import GenbaTestSupport
import Testing

@Suite struct StereoToPointsTests {
  @Test func aPairBecomesPointsAndAPicture() throws {
    let folder = try TemporaryFolder()
    let (cloudPath, picturePath) = (folder.path + "/scene.ply", folder.path + "/scene.png")
    let run = try Program(
      ["left.png", "right.png", "calib.txt"].map { TestAssets.media("stereo/scene-\($0)") } + [cloudPath, picturePath],
      of: "stereo-to-points")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("baseline 0.1 m"))
    let cloud = try PointCloudFile.read(cloudPath)
    #expect(cloud.count > 320 * 240 * 3 / 4 && cloud.colors != nil)
    // The nearest ball is 0.77 m away, the wall 2.5 m.
    let depths = (0..<cloud.count).map { cloud.points[$0, 2] }
    #expect(depths.min()! > 0.6 && depths.max()! < 3)
    #expect(try ImageDecoder.decode(picturePath).width > 300)
  }
}
