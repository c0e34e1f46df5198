public import GenbaCore

/// How far each pixel of the left picture of a rectified pair has moved to the left in the right one.
///
/// The pixel at (x, y) of the left picture shows what the right one shows at (x - disparity, y). Near things have large
/// disparities; with focal length f and baseline B, the depth is f · B / disparity.
public struct DisparityMap: Sendable, Equatable {
  /// float32 [height, width], in pixels; 0 where ``validMask`` is `false`, never NaN.
  public var pixels: Tensor<Float>

  /// bool [height, width]: where a disparity is known.
  public var validMask: Tensor<Bool>

  /// float32 [height, width]: how far each can be trusted, 0 to 1; 0 where ``validMask`` is `false`.
  ///
  /// It ranks pixels: of two, the one with the higher confidence is more often right. It is no probability.
  public var confidence: Tensor<Float>

  /// A map from its parts; shapes that differ trap.
  public init(pixels: Tensor<Float>, validMask: Tensor<Bool>, confidence: Tensor<Float>) {
    precondition(
      pixels.rank == 2 && pixels.shape == validMask.shape && pixels.shape == confidence.shape,
      "disparities of shape \(pixels.shape), a mask of \(validMask.shape), a confidence of \(confidence.shape)")
    self.pixels = pixels
    self.validMask = validMask
    self.confidence = confidence
  }

  /// Rows.
  public var height: Int { pixels.shape[0] }

  /// Columns.
  public var width: Int { pixels.shape[1] }

  /// The same with its holes filled from the background: each takes the smaller of the nearest disparities to its left
  /// and to its right in its row, since what the right camera cannot see lies behind what hides it.
  ///
  /// Filled pixels are valid with a confidence of 0. A row without any disparity stays as it is.
  public func filled() -> DisparityMap {
    var (filledPixels, filledMask) = (pixels, validMask)
    let (height, width) = (height, width)
    let valid = validMask.span
    var values = filledPixels.mutableSpan
    var mask = filledMask.mutableSpan
    for row in 0..<height {
      let start = row * width
      var column = 0
      while column < width {
        guard !valid[start + column] else {
          column += 1
          continue
        }
        let hole = column
        while column < width && !valid[start + column] { column += 1 }
        let left = hole > 0 ? values[start + hole - 1] : .infinity
        let right = column < width ? values[start + column] : .infinity
        let background = min(left, right)
        guard background < .infinity else { continue }
        for filled in hole..<column {
          values[start + filled] = background
          mask[start + filled] = true
        }
      }
    }
    return DisparityMap(pixels: filledPixels, validMask: filledMask, confidence: confidence)
  }

  /// The same with only those disparities that are trusted at least that much.
  public func keeping(confidenceAtLeast threshold: Float) -> DisparityMap {
    let trust = confidence.span
    return masked(
      by: Tensor(shape: pixels.shape) { output in
        for index in 0..<trust.count { output.append(trust[index] >= threshold) }
      })
  }

  /// The same with only those disparities that `mask`, bool [height, width], has too; another shape traps.
  public func masked(by mask: Tensor<Bool>) -> DisparityMap {
    precondition(mask.shape == pixels.shape, "a mask of shape \(mask.shape) for disparities of \(pixels.shape)")
    let (own, other) = (validMask.span, mask.span)
    func kept(_ tensor: Tensor<Float>) -> Tensor<Float> {
      let values = tensor.span
      return Tensor(shape: pixels.shape) { output in
        for index in 0..<own.count { output.append(own[index] && other[index] ? values[index] : 0) }
      }
    }
    return DisparityMap(
      pixels: kept(pixels),
      validMask: Tensor(shape: pixels.shape) { output in
        for index in 0..<own.count { output.append(own[index] && other[index]) }
      }, confidence: kept(confidence))
  }
}
