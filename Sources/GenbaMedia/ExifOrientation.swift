internal import GenbaCore

/// The orientation that a file's EXIF data gives, found without decoding the picture.
///
/// Agrees with Pillow 13's `Image.getexif()`: the EXIF block first, and XMP's `tiff:Orientation` for want of one.
enum ExifOrientation {
  /// What a JPEG's APP1 segments say.
  static func inJPEG(_ bytes: [UInt8]) -> ImageOrientation {
    var exif: ImageOrientation?
    var xmp: ImageOrientation?
    JPEGSegments.visit(bytes) { marker, payload in
      guard marker == 0xe1 else { return }
      if payload.starts(with: "Exif\0\0".utf8) { exif = exif ?? inTIFF(payload.dropFirst(6)) }
      if payload.starts(with: "http://ns.adobe.com/xap/1.0/\0".utf8) { xmp = xmp ?? inXMP(payload) }
    }
    return exif ?? xmp ?? .up
  }

  /// What a PNG's eXIf chunk says, wherever it stands.
  static func inPNG(_ bytes: [UInt8]) -> ImageOrientation {
    PNGChunks.first("eXIf", in: bytes).flatMap { inTIFF($0) } ?? .up
  }

  /// What a WebP's EXIF chunk says.
  static func inWebP(_ bytes: [UInt8]) -> ImageOrientation {
    guard let payload = WebPChunks.first("EXIF", in: bytes) else { return .up }
    return inTIFF(payload.starts(with: "Exif\0\0".utf8) ? payload.dropFirst(6) : payload) ?? .up
  }

  /// Tag 274 of the first directory of a TIFF block; `nil` if the block is malformed or has none.
  static func inTIFF(_ block: ArraySlice<UInt8>) -> ImageOrientation? {
    guard let file = TIFFDirectories(block), let directory = file.directory(at: 0) else { return nil }
    return file.number(ofTag: 274, in: directory).flatMap { ImageOrientation(rawValue: $0) }
  }

  /// The digit behind `tiff:Orientation="` or `tiff:Orientation>`.
  private static func inXMP(_ packet: ArraySlice<UInt8>) -> ImageOrientation? {
    let name = Array("tiff:Orientation".utf8)
    var rest = packet
    while let start = rest.firstIndex(of: name[0]) {
      rest = rest[start...]
      if rest.starts(with: name) {
        let value = rest.dropFirst(name.count)
        let digit = value.starts(with: "=\"".utf8) ? value.dropFirst(2).first : value.dropFirst().first
        if value.starts(with: "=\"".utf8) || value.first == UInt8(ascii: ">"), let digit {
          return ImageOrientation(rawValue: Int(digit) - 48)
        }
      }
      rest = rest.dropFirst()
    }
    return nil
  }
}
