import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Glibc
import Testing

/// Distances as models take them, by the formulas in their papers.
@Suite struct DepthToModelTests {
  let depth = DepthMap(metres: Tensor([0, 1, 2, 4, 0.5, 8], shape: [2, 3]))

  static let normalizations: [(DepthNormalization, [Float])] = [
    (.metres, [0, 1, 2, 4, 0.5, 8]),
    (.millimetres, [0, 1000, 2000, 4000, 500, 8000]),
    (.inverse, [0, 1, 0.5, 0.25, 2, 0.125]),
    (.log, [0, 0, 0.6931472, 1.3862944, -0.6931472, 2.0794415]),
    (.minMax(of: .metres), [0, 0.06666667, 0.2, 0.46666667, 0, 1]),
    (.minMax(of: .inverse), [0, 0.46666667, 0.2, 0.06666667, 1, 0]),
    // Sorted 0.5 1 2 4 8: the percentiles 25 and 75 are 1 and 4.
    (.percentile(of: .metres, low: 25, high: 75), [0, -1, -0.33333333, 1, -1, 1]),
    // The median is 2, and the mean of 1.5, 1, 0, 2, 6 is 2.1.
    (.medianDeviation(of: .metres), [0, -0.47619048, 0, 0.95238095, -0.71428571, 2.8571429]),
  ]

  @Test(arguments: normalizations)
  func theFormulas(_ normalization: DepthNormalization, _ expected: [Float]) {
    let (values, mask) = normalization(depth)
    expectClose(values, Tensor(expected, shape: [2, 3]), within: 1e-6)
    #expect(mask == depth.validMask)
  }

  @Test(arguments: [
    DepthNormalization.minMax(of: .inverse), .percentile(of: .log), .medianDeviation(of: .inverse), .log, .inverse,
  ])
  func nothingAndOneDistanceGiveNumbers(_ normalization: DepthNormalization) {
    for metres in [[0, 0], [3, 0], [3, 3]] as [[Float]] {
      let (values, _) = normalization(DepthMap(metres: Tensor(metres, shape: [1, 2])))
      #expect(Array(values).allSatisfy { $0.isFinite })
    }
  }

  @Test func bins() {
    let uniform = DepthBins(depthMin: 0, depthMax: 8, count: 4, spacing: .uniform)
    #expect(Array(uniform(depth)) == [-1, 0, 1, 2, 0, -1])
    let logarithmic = DepthBins(depthMin: 0.5, depthMax: 8, count: 4)
    expectClose(logarithmic.edges, [0.5, 1, 2, 4, 8], within: 1e-12)
    #expect(Array(logarithmic(depth)) == [-1, 1, 2, 3, 0, -1])
    let increasing = DepthBins(depthMin: 0, depthMax: 10, count: 4, spacing: .linearIncreasing)
    expectClose(increasing.edges, [0, 1, 3, 6, 10], within: 1e-12)
  }

  @Test func resizingKeepsSurfacesApart() {
    // Near left, far right, and holes.
    let wide = DepthMap(
      metres: Tensor([1, 1, 1, 4, 4, 4, 1.02, 1, 0, 4, 4.1, 0], shape: [2, 6]))
    #expect(Array(DepthResizer(toHeight: 1, width: 2)(wide).metres) == [1, 4.1])
    #expect(Array(DepthResizer(toHeight: 1, width: 2, method: .min)(wide).metres) == [1, 4])
    let mixed = DepthResizer(toHeight: 1, width: 3, method: .weighted())(wide)
    // The middle covers 1, 4, a hole and 4: one surface of them, not their mean.
    let values = Array(mixed.metres)
    #expect(abs(values[0] - 1.005) < 1e-5 && [1, 4].contains(values[1]) && abs(values[2] - (4 + 4 + 4.1) / 3) < 1e-5)
    #expect(DepthResizer(toHeight: 3, width: 3)(DepthMap(metres: Tensor([2], shape: [1, 1]))).validCount == 9)
  }

  @Test(arguments: [DepthResizer.Method.nearest, .min, .weighted()])
  func resizingInventsNoDistance(method: DepthResizer.Method) {
    var random = SeededRandom(state: 4)
    let near = (0..<23 * 37).map { _ in [0, 1, 3].randomElement(using: &random) ?? 0 } as [Float]
    let depth = DepthMap(metres: Tensor(near, shape: [23, 37]))
    for (height, width) in [(1, 1), (7, 11), (23, 37), (50, 90), (23, 5)] {
      let resized = DepthResizer(toHeight: height, width: width, method: method)(depth)
      #expect(Array(resized.metres).allSatisfy { [0, 1, 3].contains($0) }, "\(height)x\(width)")
    }
    #expect(DepthResizer(toHeight: 23, width: 37, method: method)(depth) == depth)
  }

  /// A plane's inverse depth is linear, so its weighted halving lies on it where 1 / z hardly bends.
  @Test func weightedHalvingIsTheMean() {
    let depth = DepthMap(metres: Tensor([1, 1.01, 1.02, 1.03, 1.04, 1.05, 1.06, 1.07], shape: [2, 4]))
    let half = DepthResizer(toHeight: 1, width: 2, method: .weighted())(depth)
    expectClose(half.metres, Tensor([1.025, 1.045], shape: [1, 2]), within: 1e-6)
  }

  /// SpatialVLA's cells on a facing plane: middles of 7 x 7 pixels, counted from edges.
  @Test func positionsAreThoseOfPatches() {
    let camera = PinholeIntrinsics(fx: 10, fy: 20, cx: 14, cy: 14)
    let flat = DepthMap(metres: Tensor(repeating: 2, shape: [28, 28]))
    let map = PositionMap(flat, intrinsics: camera)
    #expect(map.positions.shape == [4, 12] && Array(map.validMask).allSatisfy { $0 })
    let first = Array(map.positions)[..<12]
    let expected: [Float] = [-2.1, -1.05, 2, -0.7, -1.05, 2, -2.1, -0.35, 2, -0.7, -0.35, 2]
    #expect(zip(first, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    var metres = [Float](repeating: 2, count: 28 * 28)
    metres[0] = 0
    for row in 7..<14 { for column in 0..<7 { metres[row * 28 + column] = 0 } }
    let holed = PositionMap(DepthMap(metres: Tensor(metres, shape: [28, 28])), intrinsics: camera)
    #expect(Array(holed.positions)[2] == 2, "a hole does not count in the mean")
    #expect(Array(holed.validMask)[..<4] == [true, true, false, true] && Array(holed.positions)[6..<9] == [0, 0, 0])
  }

  /// A room tilted by 10 degrees: floor, wall, and the numbers that the formulas give for them.
  @Test func hhaFindsGravityAndHeight() {
    let scene = DepthScene(height: 90, width: 120, focal: 100)
    let tilt = 10 * Double.pi / 180
    let down = (0.0, cos(tilt), sin(tilt))
    let floor = scene.plane(normal: down, distance: 1.2)
    var room = scene.plane(normal: (0, -sin(tilt), cos(tilt)), distance: 3)
    for index in room.metres.indices where floor.metres[index] > 0 && floor.metres[index] < room.metres[index] {
      room.metres[index] = floor.metres[index]
    }
    let hha = HHA(room.depth, intrinsics: scene.camera)
    #expect(abs(Double(hha.gravity[1]) - down.1) < 1e-3 && abs(Double(hha.gravity[2]) - down.2) < 1e-3)
    let pixels = Array(hha.pixels)
    // At the bottom the floor, 120 cm down and looking up; in the middle the wall, level and 3 m / cos away.
    let bottom = 3 * (88 * 120 + 60)
    #expect(pixels[bottom + 1] <= 1 && pixels[bottom + 2] == 38)
    let middle = 3 * (30 * 120 + 60)
    #expect(abs(Int(pixels[middle + 2]) - 128) <= 1)
    let z = room.metres[30 * 120 + 60]
    #expect(abs(Double(pixels[middle]) - 310 / z) <= 1)
    let given = HHA(room.depth, intrinsics: scene.camera, gravity: [0, 1, 0])
    #expect(given.gravity == [0, 1, 0])
  }

  @Test func curvatureIsThatOfSpheresAndPlanes() throws {
    let scene = DepthScene(height: 120, width: 160, focal: 300)
    let plane = scene.plane(normal: (0.2, 0.1, 1), distance: 1.5).depth
    let flat = SurfaceCurvature(
      PointMap(plane, intrinsics: scene.camera), normals: NormalMap(plane, intrinsics: scene.camera, windowSize: 5))
    #expect(Array(flat.mean).allSatisfy { abs($0) < 0.05 } && flat.validMask[60, 80])

    var ball = scene.plane(normal: (0, 0, 1), distance: 3)
    for index in ball.metres.indices {
      let ray = scene.ray(index)
      let (a, b) = ((ray * ray).sum(), ray.z)
      let root = b * b - a * (1 - 0.25 * 0.25)
      if root > 0 { ball.metres[index] = (b - root.squareRoot()) / a }
    }
    let normals = NormalMap(ball.depth, intrinsics: scene.camera, windowSize: 5)
    let bent = SurfaceCurvature(PointMap(ball.depth, intrinsics: scene.camera), normals: normals)
    for (row, column) in [(60, 80), (50, 70), (75, 90)] {
      #expect(abs(bent.mean[row, column] - 4) < 0.1, "1 / 0.25 m, bulging: \(bent.mean[row, column])")
      #expect(abs(bent.gaussian[row, column] - 16) < 0.8, "\(bent.gaussian[row, column])")
    }
  }
}
