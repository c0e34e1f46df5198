internal import CGenbaMedia
public import GenbaCore

/// Writes pictures as PNG, through libpng.
///
/// ```swift
/// try PNGEncoder.write(image, to: "mel.png")
/// ```
public enum PNGEncoder {
  /// The bytes of a PNG file with the picture's pixels, in their own depth: 8 or 16 bits of gray, gray and alpha, RGB
  /// or RGBA. An orientation that is not applied yet is applied, since the file does not say it.
  ///
  /// The same pixels always give the same bytes.
  ///
  /// - Throws: `.unsupportedFormat` for CMYK, and float32, which PNG does not have, and for a picture without pixels.
  public static func encode(_ image: Image) throws(GenbaError) -> [UInt8] {
    let image = image.upright()
    guard image.colorModel != .cmyk else {
      throw GenbaError(.unsupportedFormat, "PNG has no CMYK; make the picture RGB first")
    }
    if case .float32 = image.pixels {
      throw GenbaError(.unsupportedFormat, "PNG has no float32; make the picture uint8 or uint16 first")
    }
    guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height), width > 0, height > 0
    else { throw GenbaError(.unsupportedFormat, "a picture of \(image.width) x \(image.height) pixels is none") }
    var header = genba_png_header()
    header.width = width
    header.height = height
    header.bit_depth = image.tensor.dtype == .uint16 ? 16 : 8
    header.channel_count = UInt8(image.colorModel.channelCount)

    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let tensor = image.tensor
    try PictureLibrary.check("libpng") { message in
      unsafe tensor.bytes.withUnsafeBytes { pixels in
        unsafe genba_png_write(pixels.baseAddress, &header, &bytes, &count, &message)
      }
    }
    defer { unsafe genba_png_free(bytes) }
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// Writes a PNG file, complete or not at all.
  ///
  /// - Throws: As ``encode(_:)``, and `.ioFailed` where the file cannot be written.
  public static func write(_ image: Image, to path: String) throws(GenbaError) {
    let bytes: [UInt8]
    do { bytes = try encode(image) } catch { throw error.at(path: path) }
    var file = try AtomicFile(path: path)
    try unsafe file.write(bytes.span.bytes)
    try file.commit()
  }
}
