public import GenbaCore
internal import GenbaKernels

/// For each pixel the point in space that it shows, in metres, in the camera's own axes (x right, y down, z forward).
///
/// ```swift
/// let camera = PinholeIntrinsics(fx: 615, fy: 615, cx: 320, cy: 240)
/// let points = PointMap(DepthMap(units: depthImage), intrinsics: camera)
/// points.points[120, 300, 2]  // the depth of that pixel
/// ```
public struct PointMap: Sendable, Equatable {
  /// float32 [height, width, 3]: x, y, z in metres; 0 where ``validMask`` is `false`, never NaN.
  public var points: Tensor<Float>

  /// bool [height, width]: where a distance was measured.
  public var validMask: Tensor<Bool>

  /// A point map from its tensors; shapes that do not fit trap.
  public init(points: Tensor<Float>, validMask: Tensor<Bool>) {
    precondition(
      validMask.rank == 2 && points.shape == validMask.shape + [3],
      "points of shape \(points.shape) with a mask of shape \(validMask.shape)")
    self.points = points
    self.validMask = validMask
  }

  /// Projects each pixel back along its ray: x = (column - cx) · z / fx, y = (row - cy) · z / fy.
  ///
  /// The pinhole model without distortion, as OpenCV's `depthTo3d` has it; in float32, so that results may differ from
  /// it in the last place.
  public init(_ depth: DepthMap, intrinsics: PinholeIntrinsics) {
    let slopes = intrinsics.slopes(height: depth.height, width: depth.width)
    self.init(height: depth.height, width: depth.width) { points, mask in
      DepthPoints.run(
        metres: depth.metres.span, columnSlopes: slopes.columns, rowSlopes: slopes.rows, into: &points, mask: &mask)
    }
  }

  /// The same straight from a sensor's picture, without a depth map between: uint16 [height, width], 0 for none.
  ///
  /// - Parameter unitsPerMetre: 1000 for millimetres. z is units times its reciprocal in float32, and so may differ
  ///   from `DepthMap(units:)` in the last place.
  public init(units: Tensor<UInt16>, unitsPerMetre: Float = 1000, intrinsics: PinholeIntrinsics) {
    precondition(units.rank == 2, "a depth picture is [height, width], not \(units.shape)")
    let (height, width) = (units.shape[0], units.shape[1])
    let slopes = intrinsics.slopes(height: height, width: width)
    self.init(height: height, width: width) { points, mask in
      DepthPoints.run(
        units: units.span, metresPerUnit: 1 / unitsPerMetre, columnSlopes: slopes.columns, rowSlopes: slopes.rows,
        into: &points, mask: &mask)
    }
  }

  private init(
    height: Int, width: Int, _ body: (inout OutputSpan<Float>, inout OutputSpan<Bool>) -> Void
  ) {
    (points, validMask) = Tensor.pair(shape: [height, width, 3], [height, width], body)
  }

  /// Rows.
  public var height: Int { validMask.shape[0] }

  /// Columns.
  public var width: Int { validMask.shape[1] }

  /// The valid points in row-major order.
  ///
  /// - Parameters:
  ///   - colors: uint8 RGB [height, width, 3] of the same pixels; another shape traps.
  ///   - normals: Normals of the same pixels; points without one get (0, 0, 0).
  public func pointCloud(colors: Tensor<UInt8>? = nil, normals: NormalMap? = nil) -> PointCloud {
    precondition(colors == nil || colors?.shape == points.shape, "a colour for each pixel is needed")
    precondition(normals == nil || normals?.normals.shape == points.shape, "a normal for each pixel is needed")
    return PointCloud(
      points: validRows(of: points), normals: normals.map { validRows(of: $0.normals) },
      colors: colors.map(validRows))
  }

  private func validRows<Element>(of tensor: Tensor<Element>) -> Tensor<Element> {
    let (source, mask) = (tensor.span, validMask.span)
    var count = 0
    for index in 0..<mask.count { count += mask[index] ? 1 : 0 }
    return Tensor(shape: [count, 3]) { output in
      for index in 0..<mask.count where mask[index] {
        output.append(source[3 * index])
        output.append(source[3 * index + 1])
        output.append(source[3 * index + 2])
      }
    }
  }
}

extension PinholeIntrinsics {
  /// x / z of each column and y / z of each row.
  func slopes(height: Int, width: Int) -> (columns: [Float], rows: [Float]) {
    ((0..<width).map { Float((Double($0) - cx) / fx) }, (0..<height).map { Float((Double($0) - cy) / fy) })
  }
}

extension Tensor where Element == Float {
  /// Two tensors that `body` writes together.
  static func pair(
    shape: [Int], _ maskShape: [Int], _ body: (inout OutputSpan<Float>, inout OutputSpan<Bool>) -> Void
  ) -> (Tensor<Float>, Tensor<Bool>) {
    var mask: Tensor<Bool>?
    let values = Tensor<Float>(shape: shape) { values in
      mask = Tensor<Bool>(shape: maskShape) { mask in body(&values, &mask) }
    }
    guard let mask else { preconditionFailure("the closure runs once") }
    return (values, mask)
  }
}
