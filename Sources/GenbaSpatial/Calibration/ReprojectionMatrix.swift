public import GenbaCore

/// OpenCV's `Q`: from a pixel and its disparity to a point, [X Y Z W] = Q · [x y disparity 1], the point being
/// (X, Y, Z) / W.
public struct ReprojectionMatrix: Sendable, Hashable, Codable {
  /// 16 numbers, row by row.
  public var elements: [Double]

  /// The matrix of 16 numbers, row by row; another count traps.
  public init(_ elements: [Double]) {
    precondition(elements.count == 16, "a 4 x 4 matrix of \(elements.count) numbers")
    self.elements = elements
  }

  /// The matrix of two rectified cameras, as `stereoRectify` writes it: depth is fx · baseline / (disparity - (cx - right
  /// cx)).
  ///
  /// - Parameters:
  ///   - left: The left camera.
  ///   - rightCx: The column of the right camera's axis; Middlebury's `doffs` is this less the left one's.
  ///   - baseline: Metres; not 0.
  public init(left: PinholeIntrinsics, rightCx: Double, baseline: Double) {
    precondition(baseline != 0, "cameras in one place")
    elements = [
      1, 0, 0, -left.cx,
      0, 1, 0, -left.cy,
      0, 0, 0, left.fx,
      0, 0, 1 / baseline, (rightCx - left.cx) / baseline,
    ]
  }
}

extension PointMap {
  /// The points of disparities, in the left camera's rectified axes and the baseline's unit: metres if that is metres.
  ///
  /// As OpenCV's `reprojectImageTo3D`, but points at or behind infinity, whose W is not above 0, are invalid.
  ///
  /// ```swift
  /// let points = PointMap(disparity, reprojection: rectification.q)  // [H, W, 3]
  /// ```
  public init(_ disparity: DisparityMap, reprojection q: ReprojectionMatrix) {
    let (height, width) = (disparity.height, disparity.width)
    let (values, valid) = (disparity.pixels.span, disparity.validMask.span)
    let m = q.elements
    var mask = Tensor<Bool>(repeating: false, shape: [height, width])
    let points = Tensor<Float>(shape: [height, width, 3]) { output in
      var isValid = mask.mutableSpan
      for row in 0..<height {
        let y = Double(row)
        for column in 0..<width {
          let index = row * width + column
          let (x, d) = (Double(column), Double(values[index]))
          let w = m[12] * x + m[13] * y + m[14] * d + m[15]
          let z = (m[8] * x + m[9] * y + m[10] * d + m[11]) / w
          guard valid[index] && w > 0 && z > 0 && z.isFinite else {
            for _ in 0..<3 { output.append(0) }
            continue
          }
          output.append(Float((m[0] * x + m[1] * y + m[2] * d + m[3]) / w))
          output.append(Float((m[4] * x + m[5] * y + m[6] * d + m[7]) / w))
          output.append(Float(z))
          isValid[index] = true
        }
      }
    }
    self.init(points: points, validMask: mask)
  }
}

extension DepthMap {
  /// Depths of disparities, in the baseline's unit: Q's Z. Disparities at or behind infinity are invalid.
  public init(_ disparity: DisparityMap, reprojection q: ReprojectionMatrix) {
    let points = PointMap(disparity, reprojection: q)
    let source = points.points.span
    self.init(
      metres: Tensor(shape: points.validMask.shape) { output in
        for index in stride(from: 2, to: source.count, by: 3) { output.append(source[index]) }
      }, validMask: points.validMask)
  }
}
