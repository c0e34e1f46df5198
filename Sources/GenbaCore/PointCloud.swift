/// Points in space, with what is known of each.
///
/// ```swift
/// let cloud = PointCloud(points: Tensor([0, 0, 1, 0.1, 0, 1], shape: [2, 3]))
/// ```
public struct PointCloud: Sendable, Equatable {
  /// float32 [n, 3]: x, y, z, in metres.
  public var points: Tensor<Float>

  /// float32 [n, 3]: unit normals; `nil` if there are none.
  public var normals: Tensor<Float>?

  /// uint8 [n, 3]: RGB; `nil` if there is none.
  public var colors: Tensor<UInt8>?

  /// A cloud; shapes that are not [n, 3], or differ, trap.
  public init(points: Tensor<Float>, normals: Tensor<Float>? = nil, colors: Tensor<UInt8>? = nil) {
    precondition(points.rank == 2 && points.shape[1] == 3, "points of shape \(points.shape) are not [n, 3]")
    precondition(normals == nil || normals?.shape == points.shape, "there is not a normal for each point")
    precondition(colors == nil || colors?.shape == points.shape, "there is not a colour for each point")
    self.points = points
    self.normals = normals
    self.colors = colors
  }

  /// How many points there are.
  public var count: Int { points.shape[0] }

  /// The points of these indices, in their order. An index that there is not traps.
  public func selecting(_ indices: [Int]) -> PointCloud {
    PointCloud(
      points: Self.rows(of: points, indices), normals: normals.map { Self.rows(of: $0, indices) },
      colors: colors.map { Self.rows(of: $0, indices) })
  }

  private static func rows<Element>(of tensor: Tensor<Element>, _ indices: [Int]) -> Tensor<Element> {
    let source = tensor.span
    return Tensor(shape: [indices.count, 3]) { output in
      for index in indices {
        for axis in 0..<3 { output.append(source[3 * index + axis]) }
      }
    }
  }
}
