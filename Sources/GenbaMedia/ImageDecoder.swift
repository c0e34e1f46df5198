public import GenbaCore

/// Decodes pictures.
///
/// The format is told from the content, never from the file's name. PNG goes to libpng, JPEG to libjpeg-turbo, and
/// WebP, BMP, TIFF, GIF (its first frame), PPM and others to FFmpeg.
///
/// - PNG: 8 or 16 bits as stored; palettes and depths under 8 bits are widened, tRNS becomes an alpha channel, and
///   gamma and colour profiles are not applied.
/// - JPEG: gray, RGB or CMYK; the same bytes as Pillow 13 gives (slow integer DCT, fancy upsampling).
///
/// A picture of which a part is missing or damaged is an error, also where a viewer would show it with gray patches.
///
/// ```swift
/// let image = try ImageDecoder.decode("weld.jpg")
/// image.shape       // [1080, 1920, 3]
/// image.colorModel  // .rgb
/// ```
public enum ImageDecoder {
  /// Decodes a picture file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - applyOrientation: Whether the pixels are turned upright as the file's EXIF data says. The orientation itself
  ///     is in the result either way.
  ///   - limits: `pixels` bounds the picture, `fileBytes` the file.
  /// - Returns: uint8 or uint16 [height, width, channels], 1 to 4 channels.
  /// - Throws: `.cannotOpen`; `.unsupportedFormat` for what is no picture; `.limitExceeded`; `.truncated` for a file
  ///   that ends early; `.corruptData`.
  public static func decode(
    _ path: String, applyOrientation: Bool = true, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Image {
    try decode(.file(path), applyOrientation: applyOrientation, limits: limits)
  }

  /// Decodes a picture from a file or from memory.
  ///
  /// ```swift
  /// let image = try ImageDecoder.decode(.memory(bytes, name: "frame 12"))
  /// ```
  public static func decode(
    _ source: MediaSource, applyOrientation: Bool = true, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Image {
    let file = try PictureFile(source, limits: limits)
    do {
      let image = try file.decode(limits: limits)
      return applyOrientation ? image.upright() : image
    } catch {
      throw error.at(path: source.name)
    }
  }

  /// What a picture's header says, without its pixels being decoded.
  ///
  /// - Throws: As ``decode(_:applyOrientation:limits:)-(String,_,_)``, though less of the file is looked at. A format
  ///   that only FFmpeg reads is decoded for this.
  public static func metadata(
    _ source: MediaSource, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> ImageMetadata {
    let file = try PictureFile(source, limits: limits)
    do { return try file.metadata(limits: limits) } catch { throw error.at(path: source.name) }
  }

  /// What a picture file's header says, without its pixels being decoded.
  public static func metadata(_ path: String, limits: DecodeLimits = DecodeLimits()) throws(GenbaError) -> ImageMetadata
  {
    try metadata(.file(path), limits: limits)
  }
}

/// A picture file's bytes and its format.
private struct PictureFile {
  let source: MediaSource
  let bytes: [UInt8]
  let format: String

  init(_ source: MediaSource, limits: DecodeLimits) throws(GenbaError) {
    try source.check()
    bytes = try source.bytes(limits: limits)
    self.source = .memory(bytes, name: source.name)
    switch FileSignature(Array(bytes.prefix(FileSignature.length))) {
    case .picture(let format): self.format = format
    case let found:
      throw GenbaError(
        .unsupportedFormat, "not a picture but \(found.description)", source: .init(path: source.name))
    }
  }

  func decode(limits: DecodeLimits) throws(GenbaError) -> Image {
    switch format {
    case "png":
      return try PNGDecoder.decode(bytes, limits: limits)
    case "jpeg":
      return try JPEGDecoder.decode(bytes, limits: limits)
    default:
      var image = try FFmpegImageDecoder.decode(source, limits: limits)
      image.orientation =
        switch format {
        case "webp": ExifOrientation.inWebP(bytes)
        case "tiff": ExifOrientation.inTIFF(bytes[...]) ?? .up
        default: .up
        }
      image.isOrientationApplied = false
      return image
    }
  }

  func metadata(limits: DecodeLimits) throws(GenbaError) -> ImageMetadata {
    switch format {
    case "png":
      return try PNGDecoder.metadata(bytes)
    case "jpeg":
      return try JPEGDecoder.metadata(bytes)
    default:
      let image = try decode(limits: limits)
      return ImageMetadata(
        format: format, width: image.width, height: image.height, colorModel: image.colorModel,
        orientation: image.orientation)
    }
  }
}
