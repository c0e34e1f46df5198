public import GenbaCore
internal import Glibc

extension PointCloud {
  /// The smallest box that holds every finite point, as ``cropped(from:to:)`` takes it: the smallest x, y, z and the
  /// largest, in metres. `nil` where there is no such point.
  public var bounds: (low: (Float, Float, Float), high: (Float, Float, Float))? {
    guard let (_, low, high) = finitePart else { return nil }
    return ((low.x, low.y, low.z), (high.x, high.y, high.z))
  }

  /// The points whose coordinates are all finite, and the box around them; `nil` without any.
  var finitePart: (cloud: PointCloud, low: SIMD3<Float>, high: SIMD3<Float>)? {
    if let (low, high) = extent { return (self, low, high) }
    guard let cloud = finiteIndices.map(selecting), let (low, high) = cloud.extent else { return nil }
    return (cloud, low, high)
  }

  /// The indices of the points whose coordinates are all finite; `nil` where all points' are.
  private var finiteIndices: [Int]? {
    guard count > 0, extent == nil else { return nil }
    let source = points.span
    return (0..<count).filter { index in (0..<3).allSatisfy { source[3 * index + $0].isFinite } }
  }

  /// The smallest and the largest coordinates; `nil` without points, or where a coordinate is not finite.
  private var extent: (low: SIMD3<Float>, high: SIMD3<Float>)? {
    guard count > 0 else { return nil }
    let source = points.span
    let last = 3 * (count - 1)
    var low = SIMD4(source[last], source[last + 1], source[last + 2], 0)
    var high = low
    // 0 · x is 0, or NaN of what is not finite: the sum is looked at once instead of each point.
    var probe = 0 * low
    unsafe source.bytes.withUnsafeBytes { bytes in
      for offset in stride(from: 0, to: 4 * last, by: 12) {
        // The fourth lane is the next point's first coordinate, whose place there means nothing.
        let point = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<Float>.self)
        low = pointwiseMin(low, point)
        high = pointwiseMax(high, point)
        probe += 0 * point
      }
    }
    return probe == .zero ? (SIMD3(low.x, low.y, low.z), SIMD3(high.x, high.y, high.z)) : nil
  }

  /// The points within a box, its faces included.
  ///
  /// - Parameters:
  ///   - low: The smallest x, y, z, in metres; a point must have no smaller one.
  ///   - high: The largest.
  public func cropped(from low: (Float, Float, Float), to high: (Float, Float, Float)) -> PointCloud {
    let source = points.span
    return selecting(
      (0..<count).filter { index in
        let (x, y, z) = (source[3 * index], source[3 * index + 1], source[3 * index + 2])
        return x >= low.0 && x <= high.0 && y >= low.1 && y <= high.1 && z >= low.2 && z <= high.2
      })
  }

  /// Leaves out points that stand alone: those whose mean distance to their nearest neighbours is above the mean of all
  /// such distances by more than `stdRatio` standard deviations (Rusu et al., Towards 3D point cloud based object maps,
  /// 2008; Open3D's `remove_statistical_outlier`, in which the point itself counts as one of the neighbours, at distance
  /// 0, and the deviation is that of a sample). Points with a coordinate that is not finite are left out too.
  ///
  /// - Parameters:
  ///   - neighbors: How many neighbours, the point itself among them; below 2 traps.
  ///   - stdRatio: How many standard deviations.
  /// - Returns: The points that stay, and their indices.
  public func removingStatisticalOutliers(
    neighbors: Int = 20, stdRatio: Double = 2
  ) -> (cloud: PointCloud, indices: [Int]) {
    precondition(neighbors >= 2, "\(neighbors) neighbours, of which the point itself is one")
    if let finite = finiteIndices {
      let (cloud, indices) = selecting(finite).removingStatisticalOutliers(neighbors: neighbors, stdRatio: stdRatio)
      return (cloud, indices.map { finite[$0] })
    }
    guard count > 1 else { return (self, Array(0..<count)) }
    let tree = PointTree(points)
    let distances = (0..<count).map { tree.meanDistance(from: $0, neighbors: min(neighbors, count)) }
    let mean = distances.reduce(0, +) / Double(count)
    let squares = distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let limit = mean + stdRatio * (squares / Double(count - 1)).squareRoot()
    // Points that all stand on each other have no distances to judge by.
    let indices = distances.indices.filter { limit == 0 || (distances[$0] > 0 && distances[$0] < limit) }
    return (selecting(indices), indices)
  }

  /// A plane a x + b y + c z + d = 0 with a unit normal, and the points on it.
  public struct Plane: Sendable, Equatable {
    /// a, b, c, d; the normal looks towards the origin (d >= 0).
    public var coefficients: [Double]
    /// The indices of the points within the threshold, ascending.
    public var inliers: [Int]
  }

  /// The plane with most points near it: random sample consensus (Fischler & Bolles, CACM 1981), then a least-squares
  /// fit to its points, twice. The same seed gives the same plane.
  ///
  /// - Parameters:
  ///   - distanceThreshold: How far from the plane a point may be, in metres.
  ///   - iterations: The most triples of points that are tried; fewer once a better plane would have been found with a
  ///     probability of 99.99 %.
  ///   - seed: Where the random numbers begin.
  /// - Throws: `.mismatchedInputs` for fewer than three points, or if all lie along a line.
  public func segmentPlane(
    distanceThreshold: Float = 0.01, iterations: Int = 1000, seed: UInt64 = 0
  ) throws(GenbaError) -> Plane {
    guard count >= 3 else {
      throw GenbaError(.mismatchedInputs, "a plane needs three points, and there are \(count)")
    }
    let source = points.span
    func point(_ index: Int) -> SIMD3<Double> {
      SIMD3(Double(source[3 * index]), Double(source[3 * index + 1]), Double(source[3 * index + 2]))
    }
    var random = SplitMix(state: seed)
    var (best, bestCount) = ((normal: SIMD3<Double>.zero, offset: 0.0), 0)
    var (tried, needed) = (0, iterations)
    while tried < needed {
      tried += 1
      let corners = (0..<3).map { _ in point(Int(random.next() % UInt64(count))) }
      let (a, b) = (corners[1] - corners[0], corners[2] - corners[0])
      let cross = SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
      let length = (cross * cross).sum().squareRoot()
      guard length > 1e-12 else { continue }
      let normal = cross / length
      let offset = -(normal * corners[0]).sum()
      let near = countNear(SIMD3<Float>(normal), Float(offset), distanceThreshold)
      if near > bestCount {
        (best, bestCount) = ((normal, offset), near)
        let share = pow(Double(near) / Double(count), 3)
        needed = share > 1 - 1e-9 ? tried : min(iterations, Int((log(1e-4) / log(1 - share)).rounded(.up)))
      }
    }
    guard bestCount >= 3 else { throw GenbaError(.mismatchedInputs, "no three points span a plane") }
    var inliers: [Int] = []
    for _ in 0..<2 {
      inliers = near(best.normal, best.offset, distanceThreshold)
      let center = inliers.reduce(SIMD3<Double>.zero) { $0 + point($1) } / Double(inliers.count)
      var spread = SymmetricMatrix3()
      for index in inliers { spread.add(point(index) - center, weight: 1) }
      let normal = spread.smallestEigenvector
      best = (normal, -(normal * center).sum())
    }
    inliers = near(best.normal, best.offset, distanceThreshold)
    let sign: Double = best.offset < 0 ? -1 : 1
    return Plane(
      coefficients: [best.normal.x, best.normal.y, best.normal.z, best.offset].map { $0 * sign }, inliers: inliers)
  }

  private func countNear(_ normal: SIMD3<Float>, _ offset: Float, _ threshold: Float) -> Int {
    let source = points.span
    var near = 0
    for index in 0..<count {
      let distance =
        source[3 * index] * normal.x + source[3 * index + 1] * normal.y + source[3 * index + 2] * normal.z + offset
      near += abs(distance) <= threshold ? 1 : 0
    }
    return near
  }

  private func near(_ normal: SIMD3<Double>, _ offset: Double, _ threshold: Float) -> [Int] {
    let source = points.span
    return (0..<count).filter { index in
      let distance =
        Double(source[3 * index]) * normal.x + Double(source[3 * index + 1]) * normal.y
        + Double(source[3 * index + 2]) * normal.z + offset
      return abs(distance) <= Double(threshold)
    }
  }
}

/// Sebastiano Vigna's SplitMix64: a generator with a known start.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
