internal import GenbaCore

/// The pages of an Ogg file, each of which has a checksum.
///
/// The decoding libraries skip a page whose checksum is wrong; here it is an error.
enum OggPages {
  /// The first damage, and how many bytes stand whole before it; `nil` for a file without any.
  static func firstDamage(in source: MediaSource) throws(GenbaError) -> StreamEnd.Damage? {
    var place = 0
    do throws(GenbaError) {
      try check(source, packetCount: nil, place: &place)
      return nil
    } catch  where error.code == .truncated || error.code == .corruptData {
      return (error, place)
    }
  }

  /// Throws if a page is damaged or the last one is cut. Only a piece of the file is in memory at a time.
  ///
  /// - Parameter packetCount: Only the pages up to the end of that many packets; `nil` for all. Three packets stand
  ///   before the sound.
  static func check(_ source: MediaSource, packetCount: Int? = nil) throws(GenbaError) {
    var place = 0
    try check(source, packetCount: packetCount, place: &place)
  }

  /// The same, with the place of the page that is looked at.
  private static func check(_ source: MediaSource, packetCount: Int?, place: inout Int) throws(GenbaError) {
    let byteCount = try source.byteCount()
    var packets = 0
    while packets < packetCount ?? .max, place < byteCount {
      let piece = try source.bytes(at: place, count: pieceSize)
      if piece.isEmpty { break }
      let isLast = place + piece.count >= byteCount
      try check(piece.span, at: &place, isLast: isLast, packetCount: packetCount, packets: &packets)
    }
    if let packetCount, packets < packetCount {
      throw GenbaError(.truncated, "the file ends before the sound begins")
    }
  }

  /// More than the longest page, which has 65,307 bytes.
  private static let pieceSize = 1 << 18

  /// Checks the pages that lie whole in a piece of the file, and moves `fileOffset` from the piece's beginning behind
  /// those of its bytes that are done with: at least one.
  private static func check(
    _ bytes: Span<UInt8>, at fileOffset: inout Int, isLast: Bool, packetCount: Int?, packets: inout Int
  ) throws(GenbaError) {
    let offset = fileOffset
    var place = 0
    while packets < packetCount ?? .max {
      // The mark of a page may be cut by the piece's end.
      guard let page = nextMark(in: bytes, from: place) else {
        fileOffset = offset + (isLast ? bytes.count : max(place, bytes.count - 3))
        return
      }
      // 27 bytes, the last of them the number of segments; their lengths; the segments.
      let segmentCount = page + 27 <= bytes.count ? Int(bytes[page + 26]) : 255
      var end = page + 27 + segmentCount
      var ended = 0
      if end <= bytes.count {
        for segment in page + 27..<page + 27 + segmentCount {
          end += Int(bytes[segment])
          // A segment that is not full ends a packet.
          if bytes[segment] < 255 { ended += 1 }
        }
      }
      guard end <= bytes.count else {
        fileOffset = offset + page
        guard isLast else { return }
        throw GenbaError(.truncated, "the file ends in the middle of an Ogg page")
      }
      fileOffset = offset + page
      guard checksum(bytes, page..<end) == storedChecksum(bytes, page) else {
        throw GenbaError(.corruptData, "the Ogg page at byte \(offset + page) is damaged: its checksum is wrong")
      }
      packets += ended
      place = end
    }
    fileOffset = offset + bytes.count
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
    let tables = tables.span
    var checksum: UInt32 = 0
    var place = page.lowerBound
    func add(_ byte: UInt8) { checksum = checksum << 8 ^ tables[Int(checksum >> 24) ^ Int(byte)] }
    while place < page.lowerBound + 27 {
      add((22..<26).contains(place - page.lowerBound) ? 0 : bytes[place])
      place += 1
    }
    // Eight bytes at a time: what each of them does to the sum does not depend on the others.
    while place + 8 <= page.upperBound {
      func part(_ index: Int, _ mixed: UInt32 = 0) -> UInt32 {
        tables[(7 - index) << 8 | Int(UInt8(truncatingIfNeeded: mixed) ^ bytes[place + index])]
      }
      let first = part(0, checksum >> 24) ^ part(1, checksum >> 16) ^ part(2, checksum >> 8) ^ part(3, checksum)
      checksum = first ^ part(4) ^ part(5) ^ part(6) ^ part(7)
      place += 8
    }
    while place < page.upperBound {
      add(bytes[place])
      place += 1
    }
    return checksum
  }

  /// Eight tables of 256: the checksum of a byte with 0 to 7 zeros behind it.
  private static let tables: [UInt32] = {
    var tables = (0..<256).map { index in
      (0..<8).reduce(UInt32(index) << 24) { value, _ in value << 1 ^ (value >> 31 == 1 ? 0x04c1_1db7 : 0) }
    }
    for index in 256..<8 * 256 {
      let before = tables[index - 256]
      tables.append(before << 8 ^ tables[Int(before >> 24)])
    }
    return tables
  }()
}
