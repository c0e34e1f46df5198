public import GenbaCore

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

  /// Projects each pixel back along its ray: x = (column - cx) · z / fx, y = (row - cy) · z / fy.
  ///
  /// The pinhole model without distortion, as OpenCV's `rgbd::depthTo3d` has it (float32 out, double inside).
  public init(_ depth: DepthMap, intrinsics: PinholeIntrinsics) {
    let (height, width) = (depth.metres.shape[0], depth.metres.shape[1])
    let metres = depth.metres.span
    let valid = depth.validMask.span
    let columnSlopes = (0..<width).map { (Double($0) - intrinsics.cx) / intrinsics.fx }
    points = Tensor(shape: [height, width, 3]) { output in
      for row in 0..<height {
        let rowSlope = (Double(row) - intrinsics.cy) / intrinsics.fy
        for column in 0..<width {
          let index = row * width + column
          let z = valid[index] ? Double(metres[index]) : 0
          output.append(Float(columnSlopes[column] * z))
          output.append(Float(rowSlope * z))
          output.append(Float(z))
        }
      }
    }
    validMask = depth.validMask
  }
}
