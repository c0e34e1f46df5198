import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Testing

@Suite struct PointMapTests {
  let camera = PinholeIntrinsics(fx: 200, fy: 100, cx: 2, cy: 1)

  /// A plane that faces the camera: every point has the plane's depth, and points stand a pixel's width apart.
  @Test func aFacingPlaneIsAGrid() {
    let depth = DepthMap(
      metres: Tensor(repeating: 4, shape: [3, 5]), validMask: Tensor(repeating: true, shape: [3, 5]))
    let map = PointMap(depth, intrinsics: camera)
    var expected: [Float] = []
    for row in 0..<3 {
      for column in 0..<5 { expected += [Float(column - 2) * 0.02, Float(row - 1) * 0.04, 4] }
    }
    expectClose(map.points, Tensor(expected, shape: [3, 5, 3]), within: 1e-7)
  }

  /// Projecting a point forward again must give the pixel that it came from.
  @Test func pointsProjectBackToTheirPixels() {
    let depth = DepthMap(units: Tensor((0..<12).map { UInt16(500 + 37 * $0) }, shape: [3, 4]))
    let map = PointMap(depth, intrinsics: camera)
    for row in 0..<3 {
      for column in 0..<4 {
        let (x, y, z) = (map.points[row, column, 0], map.points[row, column, 1], map.points[row, column, 2])
        #expect(abs(Double(x / z) * camera.fx + camera.cx - Double(column)) < 1e-4)
        #expect(abs(Double(y / z) * camera.fy + camera.cy - Double(row)) < 1e-4)
      }
    }
  }

  @Test func holesStayHoles() {
    let map = PointMap(DepthMap(units: Tensor<UInt16>([0, 1000], shape: [1, 2])), intrinsics: camera)
    #expect(Array(map.points)[..<3] == [0, 0, 0])
    #expect(Array(map.validMask) == [false, true])
  }

  /// Halving a picture must not move what a pixel looks at: the ray through the centre of a 2x2 block stays.
  @Test func scalingKeepsRays() {
    let half = camera.scaled(x: 0.5, y: 0.5)
    let ray = (2.5 - camera.cx) / camera.fx  // between columns 2 and 3: column 1 of the half-size picture
    #expect(abs((1 - half.cx) / half.fx - ray) < 1e-12)
  }
}
