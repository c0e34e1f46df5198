public import GenbaCore

/// Decodes pictures.
///
/// The format is told from the content, never from the file's name. PNG goes to libpng, JPEG to libjpeg-turbo, PFM and
/// TIFF of floats are read as they are, and WebP, BMP, TIFF, GIF, PGM, PPM, JPEG 2000, AVIF and others go to FFmpeg.
///
/// - PNG: 8 or 16 bits as stored; palettes and depths under 8 bits are widened, tRNS becomes an alpha channel, and
///   gamma and colour profiles are not applied.
/// - JPEG: gray, RGB or CMYK; the same bytes as Pillow 13 gives (slow integer DCT, fancy upsampling).
///
/// A picture of which a part is missing or damaged is an error, also where a viewer would show it with gray patches,
/// unless ``DamagePolicy/partial`` asks for what is there.
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
  ///   - index: Which of its pictures, from 0: a page of a TIFF, a frame of a GIF or a WebP.
  ///   - minimumSize: Lets a JPEG be decoded at a half, a quarter or an eighth of its size, as long as both sides stay
  ///     at least this long: several times as fast, and **not** the pixels of the full picture resized. The same bytes
  ///     as Pillow's `Image.draft`. Other formats are not affected.
  ///   - applyOrientation: Whether the pixels are turned upright as the file's EXIF data says. The orientation itself
  ///     is in the result either way.
  ///   - damage: What is done about a broken file.
  ///   - limits: `pixels` bounds the picture, `fileBytes` the file.
  /// - Returns: uint8, uint16 or (of PFM, and of TIFF with one channel of floats) float32 [height, width, channels], 1 to
  ///   4 channels.
  /// - Throws: `.cannotOpen`; `.unsupportedFormat` for what is no picture; `.limitExceeded`; `.outOfRange` for an index
  ///   that the file does not have; `.truncated` for a file that ends early; `.corruptData`.
  public static func decode(
    _ path: String, index: Int = 0, minimumSize: (height: Int, width: Int)? = nil, applyOrientation: Bool = true,
    damage: DamagePolicy = .strict, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Image {
    try decode(
      .file(path), index: index, minimumSize: minimumSize, applyOrientation: applyOrientation, damage: damage,
      limits: limits)
  }

  /// Decodes a picture from a file or from memory.
  ///
  /// ```swift
  /// let image = try ImageDecoder.decode(.memory(bytes, name: "frame 12"))
  /// ```
  public static func decode(
    _ source: MediaSource, index: Int = 0, minimumSize: (height: Int, width: Int)? = nil,
    applyOrientation: Bool = true, damage: DamagePolicy = .strict, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Image {
    let file = try PictureFile(source, limits: limits)
    do throws(GenbaError) {
      var image = try file.decode(
        PictureRequest(
          index: index, minimumSize: minimumSize, applyOrientation: applyOrientation, damage: damage, limits: limits))
      image.damage = image.damage?.at(path: source.name)
      return applyOrientation ? image.upright() : image
    } catch {
      throw error.at(path: source.name)
    }
  }

  /// What a picture's header says, without its pixels being decoded.
  ///
  /// - Throws: As `decode`, though less of the file is looked at. A format that only FFmpeg reads is decoded for this.
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
