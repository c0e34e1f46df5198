import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Testing

/// Point clouds against Open3D 0.20 and against what is known.
@Suite struct PointCloudTests {
  let golden: Golden
  let cloud: PointCloud

  init() throws {
    golden = try Golden(TestAssets.golden("depth.safetensors"))
    let units = try #require(golden.tensor("scene.millimetres", as: UInt16.self))
    let camera = PinholeIntrinsics(fx: 140, fy: 140, cx: 80, cy: 60)
    let map = PointMap(units: units, intrinsics: camera)
    golden.expectMatches("points", map.points, within: 1e-6)
    cloud = map.pointCloud()
  }

  @Test func voxelsAreOpen3Ds() throws {
    let down = try cloud.voxelDownsampled(size: 0.05)
    let expected = Array(try #require(golden.tensor("voxels", as: Float.self)))
    #expect(down.points.count == expected.count)
    // Open3D's order is that of its hash table; both are compared by z, y, x.
    func sorted(_ values: [Float]) -> [SIMD3<Float>] {
      stride(from: 0, to: values.count, by: 3).map { SIMD3(values[$0], values[$0 + 1], values[$0 + 2]) }
        .sorted { ($0.z, $0.y, $0.x) < ($1.z, $1.y, $1.x) }
    }
    let (left, right) = (sorted(Array(down.points)), sorted(expected))
    // A point on a cube's face may fall to either side.
    let different = zip(left, right).filter {
      let d = $0 - $1; return (d * d).sum() > 1e-10
    }.count
    #expect(different <= left.count / 100, "\(different) of \(left.count)")
  }

  @Test func voxelsAverageColoursAndNormals() throws {
    let pair = PointCloud(
      points: Tensor([0, 0, 0, 0.01, 0, 0, 1, 1, 1], shape: [3, 3]),
      normals: Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], shape: [3, 3]),
      colors: Tensor([0, 10, 255, 10, 20, 255, 1, 2, 3], shape: [3, 3]))
    let down = try pair.voxelDownsampled(size: 0.1)
    #expect(Array(down.points) == [0.005, 0, 0, 1, 1, 1])
    #expect(Array(try #require(down.colors)) == [5, 15, 255, 1, 2, 3])
    let half = Float(0.5).squareRoot()
    expectClose(try #require(down.normals), Tensor([half, half, 0, 0, 0, 1], shape: [2, 3]), within: 1e-6)
    #expect(throws: GenbaError.self) { try pair.voxelDownsampled(size: 1e-7) }
    #expect(try PointCloud(points: Tensor<Float>([], shape: [0, 3])).voxelDownsampled(size: 1).count == 0)
  }

  /// The same bits as a dictionary gives, whatever the table does: points that share cubes and points that are alone in
  /// theirs, more of them than the table begins with room for. The first ones come again, so that
  /// cubes are looked up after the table has grown.
  @Test(arguments: [(30_000, 0.05), (40_000, 0.002), (3, 1.0)])
  func voxelsAreThoseOfADictionary(count: Int, size: Double) throws {
    var random = SeededRandom(state: 5)
    let once = (0..<(count * 7 + 7) / 8 * 3).map { _ in Float.random(in: -0.6...0.7, using: &random) }
    let scattered = PointCloud(
      points: Tensor(Array((once + once).prefix(3 * count)), shape: [count, 3]),
      normals: Tensor((0..<3 * count).map { _ in Float.random(in: -1...1, using: &random) }, shape: [count, 3]),
      colors: Tensor((0..<3 * count).map { _ in UInt8.random(in: 0...255, using: &random) }, shape: [count, 3]))
    let down = try scattered.voxelDownsampled(size: size)

    let points = Array(scattered.points)
    let origin = (0..<3).map { axis in
      Double(stride(from: axis, to: points.count, by: 3).map { points[$0] }.min() ?? 0) - size / 2
    }
    var cubes: [[Int]: Int] = [:]
    var members: [[Int]] = []
    for index in 0..<count {
      let key = (0..<3).map { Int((Double(points[3 * index + $0]) - origin[$0]) * (1 / size)) }
      let cube = cubes[key] ?? members.count
      if cube == members.count {
        cubes[key] = cube
        members.append([])
      }
      members[cube].append(index)
    }
    func means(_ values: [Double]) -> [Double] {
      members.flatMap { indices in
        (0..<3).map { axis in indices.reduce(0) { $0 + values[3 * $1 + axis] } / Double(indices.count) }
      }
    }
    #expect(Array(down.points) == means(points.map(Double.init)).map { Float($0) })
    let colors = means(Array(try #require(scattered.colors)).map(Double.init))
    #expect(Array(try #require(down.colors)) == colors.map { UInt8($0.rounded(.toNearestOrEven)) })
    let normals = means(Array(try #require(scattered.normals)).map(Double.init))
    expectClose(Array(try #require(down.normals)).map(Double.init), unit(normals), within: 1e-7)
  }

  private func unit(_ vectors: [Double]) -> [Double] {
    stride(from: 0, to: vectors.count, by: 3).flatMap { index in
      let vector = vectors[index..<index + 3]
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return vector.map { $0 / length }
    }
  }

  /// Clouds that were not read from a file may hold what is no number; it is in no cube, no box and no neighbourhood.
  @Test func pointsThatAreNotFiniteDoNotCount() throws {
    let finite = PointCloud(points: Tensor([0, 0, 0, 0.5, 0, 0, 0, 0.5, 0, 3, 2, 1], shape: [4, 3]))
    let holes = PointCloud(
      points: Tensor(
        [.nan, .nan, .nan, 0, 0, 0, 0.5, 0, 0, 1, .infinity, 0, 0, 0.5, 0, 3, 2, 1, 0, 0, -.infinity], shape: [7, 3]))
    #expect(try holes.voxelDownsampled(size: 0.1) == finite.voxelDownsampled(size: 0.1))
    for cloud in [finite, holes] {
      let bounds = try #require(cloud.bounds)
      #expect(bounds.low == (0, 0, 0) && bounds.high == (3, 2, 1))
      #expect(cloud.cropped(from: bounds.low, to: bounds.high) == finite)
    }
    let kept = holes.removingStatisticalOutliers(neighbors: 2, stdRatio: 1)
    #expect(kept.cloud == finite.removingStatisticalOutliers(neighbors: 2, stdRatio: 1).cloud)
    #expect(kept.indices == [1, 2, 4] && kept.cloud == holes.selecting(kept.indices))
    #expect(try holes.segmentPlane().inliers == [1, 2, 4])
    let nothing = PointCloud(points: Tensor([.nan, 0, 0], shape: [1, 3]))
    #expect(nothing.bounds == nil)
    #expect(try nothing.voxelDownsampled(size: 1).count == 0)
  }

  @Test func outliersAreOpen3Ds() throws {
    let expected = Array(try #require(golden.tensor("inliers", as: Int32.self))).map { Int($0) }
    let kept = cloud.removingStatisticalOutliers(neighbors: 20, stdRatio: 1)
    let different = Set(kept.indices).symmetricDifference(expected).count
    #expect(different <= 2, "\(different) of \(expected.count)")
    #expect(kept.cloud.count == kept.indices.count)
  }

  /// A plane among a third of points that are not on it.
  @Test func thePlaneWithMostPointsIsFound() throws {
    var random = SeededRandom(state: 9)
    var values: [Float] = []
    for index in 0..<900 {
      let (x, y) = (Float.random(in: -1...1, using: &random), Float.random(in: -1...1, using: &random))
      let onPlane = 2 - 0.5 * x + 0.25 * y + Float.random(in: -0.003...0.003, using: &random)
      values += [x, y, index % 3 == 0 ? Float.random(in: 0.5...4, using: &random) : onPlane]
    }
    let cloud = PointCloud(points: Tensor(values, shape: [900, 3]))
    let plane = try cloud.segmentPlane(distanceThreshold: 0.01, seed: 1)
    // 0.5 x - 0.25 y + z - 2 = 0, made unit and looking at the origin.
    let length = (0.25 + 0.0625 + 1.0).squareRoot()
    expectClose(plane.coefficients, [-0.5, 0.25, -1, 2].map { $0 / length }, within: 1e-3)
    #expect((600...630).contains(plane.inliers.count))
    #expect(try cloud.segmentPlane(distanceThreshold: 0.01, seed: 1) == plane)
    #expect(throws: GenbaError.self) {
      try PointCloud(points: Tensor([0, 0, 0, 1, 1, 1, 2, 2, 2], shape: [3, 3])).segmentPlane()
    }
    #expect(throws: GenbaError.self) { try PointCloud(points: Tensor<Float>([], shape: [0, 3])).segmentPlane() }
  }

  @Test func cropping() {
    let box = cloud.cropped(from: (-0.5, -0.5, 0.5), to: (0.5, 0.5, 1.5))
    let values = Array(box.points)
    #expect(box.count > 0 && box.count < cloud.count)
    #expect(stride(from: 2, to: values.count, by: 3).allSatisfy { (0.5...1.5).contains(values[$0]) })
  }
}
