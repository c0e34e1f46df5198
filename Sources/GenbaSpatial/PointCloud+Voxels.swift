public import GenbaCore

extension PointCloud {
  /// One point for each cube of space that holds any: their mean, with the mean of their colours, and of their normals
  /// made unit again.
  ///
  /// Cubes begin half of their size below the smallest coordinates, as in Open3D's `voxel_down_sample`. The order is
  /// that in which cubes are met first.
  ///
  /// - Parameter size: The cubes' side, in metres; one that is not above 0 traps.
  /// - Throws: `.outOfRange` where the cloud is more than two million cubes wide.
  public func voxelDownsampled(size: Double) throws(GenbaError) -> PointCloud {
    precondition(size > 0 && size.isFinite, "cubes of \(size) m")
    guard count > 0 else { return self }
    let voxels = try Voxels(points, size: size)
    let shape = [voxels.counts.count, 3]
    var result = PointCloud(points: voxels.means)
    if let normals {
      let sums = voxels.means(of: normals.span) { Double($0) }
      result.normals = Self.tensor(sums, shape) { sum in
        let length = (sum * sum).sum().squareRoot()
        return SIMD3<Float>(length > 0 ? sum / length : sum)
      }
    }
    if let colors {
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

/// Points sorted into cubes, by a hash table with linear probing.
private struct Voxels {
  /// Which cube each point is in.
  private var cubes: [Int32]
  /// How many points each cube holds.
  private(set) var counts: [Int32] = []
  /// float32 [cubes, 3]: the means of the points.
  let means: Tensor<Float>

  init(_ points: Tensor<Float>, size: Double) throws(GenbaError) {
    let count = points.shape[0]
    let source = points.span
    var (low, high) = (SIMD3<Float>(repeating: .infinity), SIMD3<Float>(repeating: -.infinity))
    for index in 0..<count {
      let point = SIMD3(source[3 * index], source[3 * index + 1], source[3 * index + 2])
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    let origin = SIMD3<Double>(low) - size / 2
    let extent = (SIMD3<Double>(high) - origin) / size
    guard extent.max() < Double(1 << 21) else {
      throw GenbaError(
        .outOfRange,
        "the cloud reaches from \(low) to \(high) m, more than \(1 << 21) cubes of \(size) m; crop it first")
    }
    var cubes = [Int32](repeating: 0, count: count)
    var counts: [Int32] = []
    var sums: [SIMD3<Double>] = []
    // A power of two of at least twice the points; -1 is free.
    let bits = max(64 - (2 * count - 1).leadingZeroBitCount, 4)
    let wrap = 1 << bits - 1
    let shift = UInt64(64 - bits)
    let scale = 1 / size
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 1 << bits) { keys in
      unsafe withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1 << bits) { places in
        unsafe places.initialize(repeating: -1)
        unsafe cubes.withUnsafeMutableBufferPointer { cubes in
          var (lastKey, lastCube) = (UInt64.max, Int32(-1))
          for index in 0..<count {
            let point = SIMD3<Double>(
              Double(source[3 * index]), Double(source[3 * index + 1]), Double(source[3 * index + 2]))
            let place = (point - origin) * scale
            let key = UInt64(place.x) | UInt64(place.y) << 21 | UInt64(place.z) << 42
            // Neighbours in a picture are often neighbours in space.
            if key != lastKey {
              // Fibonacci hashing: multiply by 2^64 / φ and take the highest bits.
              var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
              while unsafe places[slot] >= 0 && keys[slot] != key { slot = (slot + 1) & wrap }
              if unsafe places[slot] < 0 {
                unsafe keys[slot] = key
                unsafe places[slot] = Int32(counts.count)
                counts.append(0)
                sums.append(.zero)
              }
              lastKey = key
              lastCube = unsafe places[slot]
            }
            unsafe cubes[index] = lastCube
            counts[Int(lastCube)] += 1
            sums[Int(lastCube)] += point
          }
        }
      }
    }
    self.cubes = cubes
    self.counts = counts
    means = Tensor(shape: [counts.count, 3]) { output in
      for cube in counts.indices {
        let mean = sums[cube] / Double(counts[cube])
        for axis in 0..<3 { output.append(Float(mean[axis])) }
      }
    }
  }

  /// The mean of three numbers a point over each cube.
  func means<Element>(of values: borrowing Span<Element>, _ number: (Element) -> Double) -> [SIMD3<Double>] {
    var sums = [SIMD3<Double>](repeating: .zero, count: counts.count)
    for index in cubes.indices {
      sums[Int(cubes[index])] += SIMD3(
        number(values[3 * index]), number(values[3 * index + 1]), number(values[3 * index + 2]))
    }
    for cube in counts.indices { sums[cube] /= Double(counts[cube]) }
    return sums
  }
}
