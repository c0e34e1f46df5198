internal import CGenbaMedia
internal import GenbaCore

/// The bytes of the ICC profile that a picture file carries; `nil` without one, or where it is incomplete.
enum ICCProfile {
  /// Of a JPEG: the parts in its APP2 segments, each numbered and with their count.
  static func inJPEG(_ bytes: [UInt8]) -> [UInt8]? {
    let mark = Array("ICC_PROFILE\0".utf8)
    var parts: [Int: ArraySlice<UInt8>] = [:]
    var count = 0
    JPEGSegments.visit(bytes) { marker, payload in
      guard marker == 0xe2, payload.count > mark.count + 2, payload.starts(with: mark) else { return }
      let numbers = payload.dropFirst(mark.count).prefix(2)
      count = Int(numbers[numbers.startIndex + 1])
      parts[Int(numbers[numbers.startIndex])] = payload.dropFirst(mark.count + 2)
    }
    guard count > 0, parts.count == count, (1...count).allSatisfy({ parts[$0] != nil }) else { return nil }
    return (1...count).flatMap { parts[$0] ?? [] }
  }

  /// Of a PNG: its iCCP chunk, unpacked by libpng, which drops a profile that contradicts itself.
  static func inPNG(_ bytes: [UInt8]) -> [UInt8]? {
    guard PNGChunks.first("iCCP", in: bytes) != nil else { return nil }
    var profile: UnsafeMutablePointer<UInt8>?
    var count = 0
    let error = PictureLibrary.error("libpng") { message in
      unsafe genba_png_read_icc_profile(bytes, bytes.count, &profile, &count, &message)
    }
    defer { unsafe genba_png_free(profile) }
    guard error == nil, let profile = unsafe profile else { return nil }
    return unsafe Array(UnsafeBufferPointer(start: profile, count: count))
  }

  /// Of a WebP: its ICCP chunk.
  static func inWebP(_ bytes: [UInt8]) -> [UInt8]? { WebPChunks.first("ICCP", in: bytes).map(Array.init) }

  /// Of the first page of a TIFF: tag 34675.
  static func inTIFF(_ bytes: [UInt8]) -> [UInt8]? {
    guard let file = TIFFDirectories(bytes[...]), let directory = file.directory(at: 0) else { return nil }
    return file.bytes(ofTag: 34675, in: directory).map(Array.init)
  }
}
