public import GenbaCore
public import GenbaMedia
public import GenbaSpatial

extension VideoDecoder {
  /// The distances of frames of a depth video: gray of 9 to 16 bits (`gray10le`, `gray12le`, `gray16le`) in lossless
  /// HEVC, FFV1 and others.
  ///
  /// LeRobot's depth videos are HEVC `gray12le`:
  ///
  /// ```swift
  /// var video = try VideoDecoder("observation.images.depth.mp4")
  /// let depth = try video.depthMaps(at: [0, 30, 60], scale: .leRobot)
  /// ```
  ///
  /// - Parameters:
  ///   - indices: Which frames.
  ///   - scale: What their numbers mean; no file says it.
  /// - Throws: As `deepFrames(at:)`; `.unsupportedFormat` for a video of colours or of 8 bits.
  public mutating func depthMaps(at indices: [Int], scale: DepthScale) throws(GenbaError) -> [DepthMap] {
    guard let format = metadata.pixelFormat, Self.isDepth(format) else {
      throw GenbaError(
        .unsupportedFormat,
        "a depth video has gray pixels of more than 8 bits, and this has \(metadata.pixelFormat ?? "unknown ones")")
    }
    let frames = try deepFrames(at: indices)
    let (height, width) = (frames.pixels.shape[2], frames.pixels.shape[3])
    let source = frames.pixels.span
    var maps: [DepthMap] = []
    for frame in indices.indices {
      let units = Tensor<UInt16>(shape: [height, width]) { output in
        for index in frame * height * width..<(frame + 1) * height * width { output.append(source[index]) }
      }
      maps.append(try DepthMap(.uint16(units), scale: scale))
    }
    return maps
  }

  private static func isDepth(_ pixelFormat: String) -> Bool {
    pixelFormat.hasPrefix("gray") && pixelFormat.dropFirst(4).first?.isNumber == true
  }
}
