public import GenbaCore

/// Finds the disparities of a rectified pair: ``StereoSGBM``, or ``StereoBM`` where speed counts most.
///
/// ```swift
/// let matcher: any StereoMatcher = try StereoBM(numDisparities: 64)
/// let disparity = try matcher(left: left, right: right, threads: 2)
/// ```
public protocol StereoMatcher: Sendable {
  /// Matches a pair.
  ///
  /// - Parameters:
  ///   - threads: How many threads may work at once. The result does not depend on it.
  func callAsFunction(_ pair: StereoPair, threads: Int) -> DisparityMap
}

extension StereoMatcher {
  /// Matches a pair of decoded pictures, gray or colour, of 8 or 16 bits.
  ///
  /// - Throws: `mismatchedInputs` for pictures of different sizes or depths.
  public func callAsFunction(left: Image, right: Image, threads: Int = 1) throws(GenbaError) -> DisparityMap {
    self(try StereoPair(left: left, right: right), threads: threads)
  }

  /// Matches uint8 [height, width].
  ///
  /// - Throws: `mismatchedInputs` for pictures of different sizes.
  public func callAsFunction(
    left: Tensor<UInt8>, right: Tensor<UInt8>, threads: Int = 1
  ) throws(GenbaError) -> DisparityMap {
    self(try StereoPair(left: left, right: right), threads: threads)
  }

  /// Matches uint16 [height, width]. The absolute difference is taken of the upper 8 bits that the brighter picture
  /// uses, so that 10, 12 and 16 bits work alike.
  ///
  /// - Throws: `mismatchedInputs` for pictures of different sizes.
  public func callAsFunction(
    left: Tensor<UInt16>, right: Tensor<UInt16>, threads: Int = 1
  ) throws(GenbaError) -> DisparityMap {
    self(try StereoPair(left: left, right: right), threads: threads)
  }
}
