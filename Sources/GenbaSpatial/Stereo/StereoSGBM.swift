public import GenbaCore
internal import GenbaKernels

/// Disparities of a rectified pair by semi-global matching, over the full width, with a confidence.
///
/// Semi-global matching (Hirschmüller, Stereo processing by semiglobal matching and mutual information, PAMI 2008) on
/// the census (Zabih and Woodfill 1994) of 24 pixels plus the absolute difference of brightness, along 4 or 8 paths that
/// run in both directions, with a P2 that falls where the picture has an edge. Then, with the names and meanings of
/// OpenCV's `StereoSGBM`: the uniqueness test, OpenCV's lenient left-right check (a pixel is dropped if neither the
/// rounded down nor the rounded up disparity is what the right pixel prefers), sub-pixel interpolation by a parabola
/// in 64ths, a 3 x 3 median, and the speckle filter. Unlike OpenCV it matches the first `numDisparities` columns too.
///
/// ```swift
/// let matcher = try StereoSGBM(numDisparities: 128)
/// let disparity = try matcher(left: left, right: right, threads: 2)
/// let sure = disparity.keeping(confidenceAtLeast: 0.5)
/// ```
///
/// It needs a rectified pair (see ``StereoRectification``), some texture, and surfaces that do not mirror. The result
/// does not depend on `threads`, nor on the processor.
public struct StereoSGBM: Sendable {
  /// The knobs that it was made with.
  public let options: Options

  /// A matcher.
  ///
  /// - Throws: `invalidConfiguration` for options outside what each says.
  public init(_ options: Options = Options()) throws(GenbaError) {
    try options.check()
    self.options = options
  }

  /// A matcher with these knobs and the defaults of ``Options``.
  public init(
    minDisparity: Int = 0, numDisparities: Int = 128, blockSize: Int = 9, mode: Options.Mode = .hh4
  ) throws(GenbaError) {
    var options = Options()
    options.minDisparity = minDisparity
    options.numDisparities = numDisparities
    options.blockSize = blockSize
    options.mode = mode
    try self.init(options)
  }

  /// Matches a pair of decoded pictures, gray or colour, of 8 or 16 bits.
  ///
  /// - Parameters:
  ///   - threads: How many threads may work at once.
  /// - Throws: `mismatchedInputs` for pictures of different sizes or depths.
  public func callAsFunction(left: Image, right: Image, threads: Int = 1) throws(GenbaError) -> DisparityMap {
    switch (try left.luminance(), try right.luminance()) {
    case (.uint8(let left), .uint8(let right)): return try self(left: left, right: right, threads: threads)
    case (.uint16(let left), .uint16(let right)): return try self(left: left, right: right, threads: threads)
    default: throw GenbaError(.mismatchedInputs, "one picture has 8 bits and the other 16; convert one of them")
    }
  }

  /// Matches uint8 [height, width].
  public func callAsFunction(
    left: Tensor<UInt8>, right: Tensor<UInt8>, threads: Int = 1
  ) throws(GenbaError) -> DisparityMap {
    let (height, width) = try size(left.shape, right.shape)
    return match(
      StereoPicture(left.span, height: height, width: width, isMirrored: false),
      StereoPicture(right.span, height: height, width: width, isMirrored: true), threads: threads)
  }

  /// Matches uint16 [height, width]. The absolute difference is taken of the upper 8 bits that the brighter picture
  /// uses, so that 10, 12 and 16 bits work alike.
  public func callAsFunction(
    left: Tensor<UInt16>, right: Tensor<UInt16>, threads: Int = 1
  ) throws(GenbaError) -> DisparityMap {
    let (height, width) = try size(left.shape, right.shape)
    let brightest = max(Self.maximum(of: left), Self.maximum(of: right))
    let shift = max(0, UInt16.bitWidth - brightest.leadingZeroBitCount - 8)
    return match(
      StereoPicture(left.span, height: height, width: width, shift: shift, isMirrored: false),
      StereoPicture(right.span, height: height, width: width, shift: shift, isMirrored: true), threads: threads)
  }

  private func size(_ left: [Int], _ right: [Int]) throws(GenbaError) -> (height: Int, width: Int) {
    try StereoPair.size(left, right)
  }

  private static func maximum(of tensor: Tensor<UInt16>) -> UInt16 {
    let span = tensor.span
    var largest: UInt16 = 0
    for index in 0..<span.count { largest = max(largest, span[index]) }
    return largest
  }

  private func match(_ left: StereoPicture, _ right: StereoPicture, threads: Int) -> DisparityMap {
    let plan = options.plan(height: left.height, width: left.width)
    let codes = StereoCodes(height: left.height, width: left.width)
    let workers = min(max(threads, 1), plan.bands.count)
    parallelFor(workers, threads: workers) { worker in
      plan.run(bandsFrom: worker, by: workers, left: left, right: right, into: codes)
    }
    codes.median()
    codes.removeSpeckles(windowSize: options.speckleWindowSize, range: options.speckleRange)
    return DisparityMap(codes, minDisparity: options.minDisparity)
  }
}

/// What a pair of pictures must be to be matched.
enum StereoPair {
  /// The size that both have.
  static func size(_ left: [Int], _ right: [Int]) throws(GenbaError) -> (height: Int, width: Int) {
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
