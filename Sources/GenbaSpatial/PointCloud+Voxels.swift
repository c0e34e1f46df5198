public import GenbaCore

extension PointCloud {
  /// One point for each cube of space that holds any: their mean, with the mean of their colours, and of their normals
  /// made unit again.
  ///
  /// Cubes begin half of their size below the smallest coordinates, as in Open3D's `voxel_down_sample`. The order is
  /// that in which cubes are met first. Points with a coordinate that is not finite are in no cube.
  ///
  /// - Parameter size: The cubes' side, in metres; one that is not above 0 traps.
  /// - Throws: `.outOfRange` where the cloud is more than 2,097,152 cubes wide, high or deep: crop it first.
  public func voxelDownsampled(size: Double) throws(GenbaError) -> PointCloud {
    precondition(size > 0 && size.isFinite, "cubes of \(size) m")
    guard let (cloud, low, high) = finitePart else { return selecting([]) }
    let origin = SIMD3<Double>(low) - size / 2
    guard ((SIMD3<Double>(high) - origin) / size).max() < Double(Voxels.mostCubes) else {
      throw GenbaError(
        .outOfRange,
        "the cloud reaches from \(low) to \(high) m, more than \(Voxels.mostCubes) cubes of \(size) m; crop it first")
    }
    let voxels = Voxels(cloud.points, origin: origin, size: size)
    let shape = [voxels.count, 3]
    var result = PointCloud(points: voxels.meanPoints)
    if let normals = cloud.normals {
      let means = voxels.means(of: normals.span) { Double($0) }
      result.normals = Self.tensor(means, shape) { mean in
        let length = (mean * mean).sum().squareRoot()
        return SIMD3<Float>(length > 0 ? mean / length : mean)
      }
    }
    if let colors = cloud.colors {
      let means = voxels.means(of: colors.span) { Double($0) }
      result.colors = Self.tensor(means, shape) { SIMD3<UInt8>($0.rounded(.toNearestOrEven)) }
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
