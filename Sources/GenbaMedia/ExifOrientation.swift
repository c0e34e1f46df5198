internal import GenbaCore

/// The orientation that a file's EXIF data gives, found without decoding the picture.
///
/// Agrees with Pillow 13's `Image.getexif()`: the EXIF block first, and XMP's `tiff:Orientation` for want of one.
enum ExifOrientation {
  /// What a JPEG's APP1 segments say.
  static func inJPEG(_ bytes: [UInt8]) -> ImageOrientation {
    var xmp: ImageOrientation?
    var place = 2
    // Segments, each of 0xff, a marker and a length that counts itself; the entropy-coded data begins behind SOS.
    while place + 4 <= bytes.count, bytes[place] == 0xff {
      let marker = bytes[place + 1]
      if marker == 0xff {
        place += 1
        continue
      }
      let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
      guard marker != 0xda, marker != 0xd9, length >= 2, place + 2 + length <= bytes.count else { break }
      let payload = bytes[place + 4..<place + 2 + length]
      if marker == 0xe1 {
        if payload.starts(with: "Exif\0\0".utf8), let found = inTIFF(payload.dropFirst(6)) { return found }
        if payload.starts(with: "http://ns.adobe.com/xap/1.0/\0".utf8) { xmp = xmp ?? inXMP(payload) }
      }
      place += 2 + length
    }
    return xmp ?? .up
  }

  /// What a PNG's eXIf chunk says, wherever it stands.
  static func inPNG(_ bytes: [UInt8]) -> ImageOrientation {
    var place = 8
    while place + 8 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard place + 8 + length <= bytes.count else { break }
      if bytes[place + 4..<place + 8].elementsEqual("eXIf".utf8) {
        return inTIFF(bytes[place + 8..<place + 8 + length]) ?? .up
      }
      place += length + 12
    }
    return .up
  }

  /// What a WebP's EXIF chunk says.
  static func inWebP(_ bytes: [UInt8]) -> ImageOrientation {
    var place = 12
    while place + 8 <= bytes.count {
      let length = bytes[place + 4..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      guard place + 8 + length <= bytes.count else { break }
      if bytes[place..<place + 4].elementsEqual("EXIF".utf8) {
        let payload = bytes[place + 8..<place + 8 + length]
        return inTIFF(payload.starts(with: "Exif\0\0".utf8) ? payload.dropFirst(6) : payload) ?? .up
      }
      place += 8 + length + length % 2
    }
    return .up
  }

  /// Tag 274 of the first directory of a TIFF block; `nil` if the block is malformed or has none.
  static func inTIFF(_ block: ArraySlice<UInt8>) -> ImageOrientation? {
    let isLittleEndian: Bool
    switch block.prefix(2) {
    case [0x49, 0x49]: isLittleEndian = true
    case [0x4d, 0x4d]: isLittleEndian = false
    default: return nil
    }
    func number(at offset: Int, byteCount: Int) -> Int? {
      guard offset >= 0, offset + byteCount <= block.count else { return nil }
      let digits = block[block.startIndex + offset..<block.startIndex + offset + byteCount]
      return isLittleEndian
        ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(at: 2, byteCount: 2) == 42, let directory = number(at: 4, byteCount: 4),
      let entryCount = number(at: directory, byteCount: 2)
    else { return nil }
    for entry in 0..<entryCount {
      // Tag, type, count, and the value itself where it takes no more than four bytes.
      let place = directory + 2 + entry * 12
      guard let tag = number(at: place, byteCount: 2) else { return nil }
      guard tag == 274 else { continue }
      let byteCounts = [1: 1, 3: 2, 4: 4]
      guard let type = number(at: place + 2, byteCount: 2), let byteCount = byteCounts[type],
        let value = number(at: place + 8, byteCount: byteCount)
      else { return nil }
      return ImageOrientation(rawValue: value)
    }
    return nil
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
