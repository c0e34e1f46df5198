public import GenbaCore
internal import GenbaKernels

/// A rectified pair of pictures as a ``StereoMatcher`` reads it: brightness in 8 bits and census, checked to be of one size.
public struct StereoPair: Sendable {
  let left: StereoPicture, right: StereoPicture

  /// Decoded pictures, gray or colour, of 8 or 16 bits.
  ///
  /// - Throws: `mismatchedInputs` for pictures of different sizes or depths, or without pixels; `unsupportedFormat` for CMYK
  ///   and float pictures; `limitExceeded` for more than 1,048,576 columns.
  public init(left: Image, right: Image) throws(GenbaError) {
    switch (try left.luminance(), try right.luminance()) {
    case (.uint8(let left), .uint8(let right)): try self.init(left: left, right: right)
    case (.uint16(let left), .uint16(let right)): try self.init(left: left, right: right)
    default: throw GenbaError(.mismatchedInputs, "one picture has 8 bits and the other 16; convert one of them")
    }
  }

  /// Brightness in 8 bits: uint8 [height, width].
  ///
  /// - Throws: `mismatchedInputs` for pictures of different sizes or without pixels; `limitExceeded` for more than 1,048,576
  ///   columns.
  public init(left: Tensor<UInt8>, right: Tensor<UInt8>) throws(GenbaError) {
    let (height, width) = try Self.size(left.shape, right.shape)
    self.left = StereoPicture(left.span, height: height, width: width, isMirrored: false)
    self.right = StereoPicture(right.span, height: height, width: width, isMirrored: true)
  }

  /// Brightness in up to 16 bits: uint16 [height, width].
  ///
  /// - Throws: as for 8 bits.
  public init(left: Tensor<UInt16>, right: Tensor<UInt16>) throws(GenbaError) {
    let (height, width) = try Self.size(left.shape, right.shape)
    let brightest = max(Self.maximum(of: left), Self.maximum(of: right))
    let shift = max(0, UInt16.bitWidth - brightest.leadingZeroBitCount - 8)
    self.left = StereoPicture(left.span, height: height, width: width, shift: shift, isMirrored: false)
    self.right = StereoPicture(right.span, height: height, width: width, shift: shift, isMirrored: true)
  }

  /// The size that both have.
  private static func size(_ left: [Int], _ right: [Int]) throws(GenbaError) -> (height: Int, width: Int) {
    guard left.count == 2, left == right else {
      throw GenbaError(
        .mismatchedInputs,
        "the left picture is \(described(left)) and the right one \(described(right)); a rectified pair has one size")
    }
    guard left[0] > 0 && left[1] > 0 else { throw GenbaError(.mismatchedInputs, "the pictures have no pixels") }
    guard left[1] <= 1 << 20 else {
      throw GenbaError(.limitExceeded, "a picture of \(left[1]) columns; up to \(1 << 20) can be matched")
    }
    return (left[0], left[1])
  }

  private static func described(_ shape: [Int]) -> String {
    shape.count == 2 ? "\(shape[1])x\(shape[0])" : "of shape \(shape)"
  }

  private static func maximum(of tensor: Tensor<UInt16>) -> UInt16 {
    let span = tensor.span
    var largest: UInt16 = 0
    for index in 0..<span.count { largest = max(largest, span[index]) }
    return largest
  }

  /// Has `body` match parts of the picture on up to `threads` threads, then filters what came out.
  func match(
    _ plan: StereoPlan, threads: Int, speckleWindowSize: Int, speckleRange: Int,
    _ body: @Sendable (_ worker: Int, _ workers: Int, _ codes: StereoCodes) -> Void
  ) -> DisparityMap {
    let codes = StereoCodes(height: plan.height, width: plan.width)
    let workers = min(max(threads, 1), plan.bands.count)
    parallelFor(workers, threads: workers) { worker in body(worker, workers, codes) }
    codes.median()
    codes.removeSpeckles(windowSize: speckleWindowSize, range: speckleRange)
    codes.smooth()
    return DisparityMap(codes, minDisparity: plan.minDisparity)
  }
}

extension DisparityMap {
  init(_ codes: StereoCodes, minDisparity: Int) {
    let shape = [codes.height, codes.width]
    // Three tensors are written in one go: the innermost initialiser does it.
    var mask: Tensor<Bool>?
    var confidence: Tensor<Float>?
    let pixels = Tensor<Float>(shape: shape) { pixels in
      mask = Tensor<Bool>(shape: shape) { mask in
        confidence = Tensor<Float>(shape: shape) { confidence in
          codes.finish(minDisparity: minDisparity, disparity: &pixels, mask: &mask, confidence: &confidence)
        }
      }
    }
    guard let mask, let confidence else { preconditionFailure("all three were written") }
    self.init(pixels: pixels, validMask: mask, confidence: confidence)
  }
}
