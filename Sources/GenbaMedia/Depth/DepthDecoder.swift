internal import CFFmpeg
public import GenbaCore

/// Decodes depth pictures: the numbers as they are stored, before a scale gives them a unit.
///
/// | format | numbers |
/// |---|---|
/// | PNG, PGM, TIFF with one channel of 16 bits | uint16 |
/// | PFM with one channel | float32 |
/// | TIFF with one channel of float32, uncompressed | float32 |
/// | OpenEXR, through FFmpeg: gray, or red of RGB | float32 |
///
/// The format is told from the content. A picture of 8 bits or with colours is an error: it was made to be looked at,
/// and its distances are lost. (`.npy` is GenbaStorage's; `DepthMap(contentsOf:scale:)` in Genba reads all of them.)
///
/// ```swift
/// let depth = try DepthMap(DepthDecoder.decode("frame-0042.png"), scale: .millimetres)
/// ```
public enum DepthDecoder {
  /// Decodes a depth picture from a file.
  ///
  /// - Throws: As ``decode(_:limits:)-(MediaSource,_)``.
  public static func decode(_ path: String, limits: DecodeLimits = DecodeLimits()) throws(GenbaError) -> DepthImage {
    try decode(.file(path), limits: limits)
  }

  /// Decodes a depth picture from a file or from memory.
  ///
  /// - Parameter limits: `pixels` bounds the picture, `fileBytes` the file.
  /// - Throws: `.cannotOpen`; `.unsupportedFormat` for what is no depth picture; `.limitExceeded`; `.truncated`;
  ///   `.corruptData`.
  public static func decode(
    _ source: MediaSource, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> DepthImage {
    try source.check()
    let bytes = try source.bytes(limits: limits)
    do throws(GenbaError) {
      let held = MediaSource.memory(bytes, name: source.name)
      if bytes.starts(with: [0x76, 0x2F, 0x31, 0x01]) { return try EXR.decode(held, limits: limits) }
      return try numbers(of: ImageDecoder.decode(held, applyOrientation: false, limits: limits))
    } catch {
      throw error.at(path: source.name)
    }
  }

  private static func numbers(of image: Image) throws(GenbaError) -> DepthImage {
    let shape = [image.height, image.width]
    switch image.pixels {
    case .uint16(let pixels) where image.colorModel == .gray: return .uint16(pixels.reshaped(to: shape))
    case .float32(let pixels) where image.colorModel == .gray: return .float32(pixels.reshaped(to: shape))
    default:
      throw GenbaError(
        .unsupportedFormat,
        "a depth picture has one channel of 16 bits or float32, and this has \(image.colorModel) of "
          + "\(image.tensor.dtype.name); pictures made to be looked at hold no distances")
    }
  }
}
