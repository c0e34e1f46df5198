internal import GenbaCore

/// The pages of an Ogg file, each of which has a checksum.
///
/// The decoding libraries skip a page whose checksum is wrong, and libsndfile 1.2.0 leaks memory if it was one of the
/// first; here it is an error.
enum OggPages {
  /// Throws if a page is damaged or the last one is cut.
  ///
  /// - Parameter packetCount: Only the pages up to the end of that many packets; `nil` for all. Three packets stand
  ///   before the sound.
  static func check(_ bytes: [UInt8], packetCount: Int? = nil) throws(GenbaError) {
    let span = bytes.span
    var place = 0
    var packets = 0
    while packets < packetCount ?? .max, let page = nextMark(in: span, from: place) {
      // 27 bytes, the last of them the number of segments; their lengths; the segments.
      let segmentCount = page + 27 <= span.count ? Int(span[page + 26]) : 255
      var end = page + 27 + segmentCount
      if end <= span.count {
        for segment in page + 27..<page + 27 + segmentCount {
          end += Int(span[segment])
          // A segment that is not full ends a packet.
          if span[segment] < 255 { packets += 1 }
        }
      }
      guard end <= span.count else { throw GenbaError(.truncated, "the file ends in the middle of an Ogg page") }
      guard checksum(span, page..<end) == storedChecksum(span, page) else {
        throw GenbaError(.corruptData, "the Ogg page at byte \(page) is damaged: its checksum is wrong")
      }
      place = end
    }
    if let packetCount, packets < packetCount {
      throw GenbaError(.truncated, "the file ends before the sound begins")
    }
  }

  /// Where the next page begins: `OggS`.
  private static func nextMark(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var place = start
    while place + 4 <= bytes.count {
      if bytes[place] == 0x4f, bytes[place + 1] == 0x67, bytes[place + 2] == 0x67, bytes[place + 3] == 0x53 {
        return place
      }
      place += 1
    }
    return nil
  }

  private static func storedChecksum(_ bytes: Span<UInt8>, _ page: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[page + 22 + $1]) << (8 * UInt32($1)) }
  }

  /// CRC-32 of the polynomial 0x04c11db7, highest bit first, over the page with zeros in place of its checksum.
  private static func checksum(_ bytes: Span<UInt8>, _ page: Range<Int>) -> UInt32 {
    let table = table.span
    var checksum: UInt32 = 0
    for place in page {
      let byte = (22..<26).contains(place - page.lowerBound) ? 0 : bytes[place]
      checksum = checksum << 8 ^ table[Int(checksum >> 24) ^ Int(byte)]
    }
    return checksum
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index) << 24) { value, _ in value << 1 ^ (value >> 31 == 1 ? 0x04c1_1db7 : 0) }
  }
}
