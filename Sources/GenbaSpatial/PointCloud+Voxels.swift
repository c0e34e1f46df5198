public import GenbaCore

extension PointCloud {
  /// One point for each cube of space that holds any: their mean, with the mean of their colours, and of their normals
  /// made unit again.
  ///
  /// Cubes begin half of their size below the smallest coordinates, as in Open3D's `voxel_down_sample`. The order is
  /// that in which cubes are met first. Points with a coordinate that is not finite are in no cube.
  ///
  /// - Parameter size: The cubes' side, in metres; one that is not above 0 traps.
  /// - Throws: `.outOfRange` where the cloud is more than two million cubes wide.
  public func voxelDownsampled(size: Double) throws(GenbaError) -> PointCloud {
    precondition(size > 0 && size.isFinite, "cubes of \(size) m")
    let cloud = finitePoints
    guard let extent = cloud.extent else { return cloud }
    let voxels = try Voxels(cloud.points, from: extent.low, to: extent.high, size: size)
    let shape = [voxels.counts.count, 3]
    var result = PointCloud(points: voxels.means)
    if let normals = cloud.normals {
      let sums = voxels.means(of: normals.span) { Double($0) }
      result.normals = Self.tensor(sums, shape) { sum in
        let length = (sum * sum).sum().squareRoot()
        return SIMD3<Float>(length > 0 ? sum / length : sum)
      }
    }
    if let colors = cloud.colors {
      let sums = voxels.means(of: colors.span) { Double($0) }
      result.colors = Self.tensor(sums, shape) { SIMD3<UInt8>($0.rounded(.toNearestOrEven)) }
    }
    return result
  }

  private static func tensor<Element: TensorElement & SIMDScalar>(
    _ means: [SIMD3<Double>], _ shape: [Int], _ finish: (SIMD3<Double>) -> SIMD3<Element>
  ) -> Tensor<Element> {
    Tensor(shape: shape) { output in
      for mean in means {
        let value = finish(mean)
        for axis in 0..<3 { output.append(value[axis]) }
      }
    }
  }
}

/// Points sorted into cubes.
private struct Voxels {
  /// Which cube each point is in.
  private var cubes: [Int32]
  /// How many points each cube holds.
  private(set) var counts: [Int32] = []
  /// float32 [cubes, 3]: the means of the points.
  let means: Tensor<Float>

  init(
    _ points: Tensor<Float>, from low: SIMD3<Float>, to high: SIMD3<Float>, size: Double
  ) throws(GenbaError) {
    let count = points.shape[0]
    let source = points.span
    let origin = SIMD3<Double>(low) - size / 2
    let extent = (SIMD3<Double>(high) - origin) / size
    guard extent.max() < Double(1 << 21) else {
      throw GenbaError(
        .outOfRange,
        "the cloud reaches from \(low) to \(high) m, more than \(1 << 21) cubes of \(size) m; crop it first"
      )
    }
    var cubes = [Int32](repeating: 0, count: count)
    var table = CubeTable()
    let scale = 1 / size
    unsafe cubes.withUnsafeMutableBufferPointer { cubes in
      unsafe source.withUnsafeBufferPointer { source in
        var (lastKey, lastCube) = (UInt64.max, Int32(-1))
        for index in 0..<count {
          let x = unsafe (Double(source[3 * index]) - origin.x) * scale
          let y = unsafe (Double(source[3 * index + 1]) - origin.y) * scale
          let z = unsafe (Double(source[3 * index + 2]) - origin.z) * scale
          let key = UInt64(x) | UInt64(y) << 21 | UInt64(z) << 42
          // Neighbours in a picture are often neighbours in space.
          if key != lastKey { (lastKey, lastCube) = (key, table.cube(of: key)) }
          unsafe cubes[index] = lastCube
        }
      }
    }
    let cubeCount = table.count
    var counts = [Int32](repeating: 0, count: cubeCount)
    var sums = [Double](repeating: 0, count: 3 * cubeCount)
    unsafe source.withUnsafeBufferPointer { source in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          for index in 0..<count {
            let cube = Int(cubes[index])
            unsafe counts[cube] += 1
            for axis in 0..<3 { unsafe sums[3 * cube + axis] += Double(source[3 * index + axis]) }
          }
        }
      }
    }
    self.cubes = cubes
    self.counts = counts
    means = Tensor(shape: [counts.count, 3]) { output in
      for cube in counts.indices {
        for axis in 0..<3 { output.append(Float(sums[3 * cube + axis] / Double(counts[cube]))) }
      }
    }
  }

  /// The mean of three numbers a point over each cube.
  func means<Element>(
    of values: borrowing Span<Element>, _ number: (Element) -> Double
  ) -> [SIMD3<
    Double
  >] {
    var sums = [SIMD3<Double>](repeating: .zero, count: counts.count)
    for index in cubes.indices {
      sums[Int(cubes[index])] += SIMD3(
        number(values[3 * index]), number(values[3 * index + 1]), number(values[3 * index + 2]))
    }
    for cube in counts.indices { sums[cube] /= Double(counts[cube]) }
    return sums
  }
}

/// The number of each cube's key, given out in turn: a hash table with linear probing that grows with what it holds, so
/// that it stays in the cache.
@safe
private struct CubeTable: ~Copyable {
  private var bits = 14
  /// A cube, or -1 for a free place.
  private var slots: UnsafeMutablePointer<Int32>
  private var keys: UnsafeMutablePointer<UInt64>
  private(set) var count = 0

  init() {
    unsafe slots = Self.freeSlots(14)
    unsafe keys = .allocate(capacity: 1 << 13)
  }

  deinit {
    unsafe slots.deallocate()
    unsafe keys.deallocate()
  }

  private static func freeSlots(_ bits: Int) -> UnsafeMutablePointer<Int32> {
    let slots = UnsafeMutablePointer<Int32>.allocate(capacity: 1 << bits)
    unsafe slots.initialize(repeating: -1, count: 1 << bits)
    return unsafe slots
  }

  /// Where a key is, or where it would be put. Fibonacci hashing: times 2^64 / φ, the highest bits.
  private func slot(of key: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - bits))
    while unsafe slots[slot] >= 0 && keys[Int(slots[slot])] != key {
      slot = (slot + 1) & (1 << bits - 1)
    }
    return slot
  }

  mutating func cube(of key: UInt64) -> Int32 {
    let place = slot(of: key)
    if unsafe slots[place] >= 0 { return unsafe slots[place] }
    unsafe slots[place] = Int32(count)
    unsafe keys[count] = key
    count += 1
    // At most half full.
    if count == 1 << (bits - 1) { grow() }
    return Int32(count - 1)
  }

  private mutating func grow() {
    unsafe slots.deallocate()
    bits += 2
    unsafe slots = Self.freeSlots(bits)
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: 1 << (bits - 1))
    unsafe larger.update(from: keys, count: count)
    unsafe keys.deallocate()
    unsafe keys = unsafe larger
    for cube in 0..<count {
      let place = unsafe slot(of: keys[cube])
      unsafe slots[place] = Int32(cube)
    }
  }
}
