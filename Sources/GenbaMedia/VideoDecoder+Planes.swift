public import GenbaCore

extension VideoDecoder {
  /// The frame of an index as its codec stores it, neither converted nor turned: luma of 10 bits, alpha, depth.
  ///
  /// - Throws: As ``frame(at:)``; `.unsupportedFormat` for frames that are not in memory.
  public mutating func planes(at index: Int) throws(GenbaError) -> FramePlanes { try stream.planes(at: index) }

  /// The frames of these indices as brightness: uint8 [frames, 1, height, width], upright, 0 for black and 255 for white.
  ///
  /// Of YUV the luma, stretched to the full range where it is limited; of RGB what libswscale makes of it (BT.601).
  ///
  /// - Throws: As ``frames(at:)``.
  public mutating func grayFrames(at indices: [Int]) throws(GenbaError) -> PlaneBatch<UInt8> {
    try stream.grayFrames(at: indices)
  }

  /// The same for frames that were chosen by their time; throws as ``frames(at:)``.
  public mutating func grayFrames(_ selection: FrameSelection) throws(GenbaError) -> PlaneBatch<UInt8> {
    stream.finished(try stream.grayFrames(at: selection.indices), selection)
  }

  /// The frames of these indices with 16 bits a sample, upright.
  ///
  /// Gray formats of 9 to 16 bits, as depth videos have them, come as they are stored: uint16
  /// [frames, 1, height, width], the largest value in ``PlaneBatch/maximum``. All others are stretched to 0 … 65535, with
  /// libswscale's accurate rounding and bicubic chroma: gray to [frames, 1, height, width], colours to RGB
  /// [frames, 3, height, width].
  ///
  /// - Throws: As ``frames(at:)``.
  public mutating func deepFrames(at indices: [Int]) throws(GenbaError) -> PlaneBatch<UInt16> {
    try stream.deepFrames(at: indices)
  }

  /// The same for frames that were chosen by their time; throws as ``frames(at:)``.
  public mutating func deepFrames(_ selection: FrameSelection) throws(GenbaError) -> PlaneBatch<UInt16> {
    stream.finished(try stream.deepFrames(at: selection.indices), selection)
  }
}
