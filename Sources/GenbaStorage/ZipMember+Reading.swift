internal import GenbaCore

extension ZipMember {
  /// The members of a zip file, in the order of its central directory.
  ///
  /// - Throws: `.truncated` without a central directory, `.corruptData` if it contradicts itself, and
  ///   `.unsupportedFormat` for encrypted members and unknown compression.
  static func all(in source: ByteSource) throws(GenbaError) -> [ZipMember] {
    let directory = try centralDirectory(in: source)
    let bytes = try source.bytes(at: directory.start, count: directory.length)
    var members: [ZipMember] = []
    var position = 0
    for _ in 0..<directory.memberCount {
      members.append(try ZipMember(centralHeader: bytes, position: &position))
    }
    return members
  }

  /// Where the content starts: behind the member's own header, whose length only that header knows.
  func contentStart(in source: ByteSource) throws(GenbaError) -> Int {
    let header = try source.bytes(at: offset, count: 30)
    guard header.littleEndian(at: 0, byteCount: 4) == Self.localSignature,
      let nameLength = header.littleEndian(at: 26, byteCount: 2),
      let extraLength = header.littleEndian(at: 28, byteCount: 2)
    else { throw GenbaError(.corruptData, "no zip member starts at byte \(offset), where the directory says so") }
    let start = offset + 30 + Int(nameLength) + Int(extraLength)
    let storedCount = deflatedCount ?? byteCount
    guard start <= source.count, storedCount <= source.count - start else {
      throw GenbaError(.truncated, "\(storedCount) bytes from byte \(start) on are not all there")
    }
    return start
  }

  private static func centralDirectory(
    in source: ByteSource
  ) throws(GenbaError) -> (start: Int, length: Int, memberCount: Int) {
    // The last record has 22 bytes, and a comment of at most 65,535 may follow.
    let tailStart = max(0, source.count - 22 - 0xFFFF)
    let tail = try source.bytes(at: tailStart, count: source.count - tailStart)
    var end = tail.count - 22
    while end >= 0, tail.littleEndian(at: end, byteCount: 4) != endSignature { end -= 1 }
    guard end >= 0, var memberCount = tail.littleEndian(at: end + 10, byteCount: 2),
      var length = tail.littleEndian(at: end + 12, byteCount: 4),
      var start = tail.littleEndian(at: end + 16, byteCount: 4)
    else {
      throw GenbaError(.truncated, "the zip file has no directory of its members at its end; it was cut off")
    }
    if memberCount == 0xFFFF || length == 0xFFFF_FFFF || start == 0xFFFF_FFFF,
      tail.littleEndian(at: end - 20, byteCount: 4) == zip64LocatorSignature
    {
      guard let place = tail.littleEndian(at: end - 12, byteCount: 8).flatMap(Int.init(exactly:)),
        place <= source.count
      else { throw GenbaError(.corruptData, "the zip file's 64-bit directory is misplaced") }
      let record = try source.bytes(at: place, count: 56)
      guard record.littleEndian(at: 0, byteCount: 4) == zip64EndSignature,
        let wideCount = record.littleEndian(at: 32, byteCount: 8),
        let wideLength = record.littleEndian(at: 40, byteCount: 8),
        let wideStart = record.littleEndian(at: 48, byteCount: 8)
      else { throw GenbaError(.corruptData, "the zip file's 64-bit directory is misplaced") }
      (memberCount, length, start) = (wideCount, wideLength, wideStart)
    }
    guard start <= source.count, length <= source.count - Int(start), memberCount <= length / 46 else {
      throw GenbaError(.corruptData, "the zip file's directory lies outside the file")
    }
    return (Int(start), Int(length), Int(memberCount))
  }

  /// Parses one entry of the central directory and moves `position` behind it.
  private init(centralHeader bytes: [UInt8], position: inout Int) throws(GenbaError) {
    let broken = GenbaError(.corruptData, "the zip file's directory is broken at its byte \(position)")
    guard bytes.littleEndian(at: position, byteCount: 4) == Self.centralSignature,
      let flags = bytes.littleEndian(at: position + 8, byteCount: 2),
      let method = bytes.littleEndian(at: position + 10, byteCount: 2),
      let checksum = bytes.littleEndian(at: position + 16, byteCount: 4),
      var storedCount = bytes.littleEndian(at: position + 20, byteCount: 4),
      var byteCount = bytes.littleEndian(at: position + 24, byteCount: 4),
      let nameLength = bytes.littleEndian(at: position + 28, byteCount: 2),
      let extraLength = bytes.littleEndian(at: position + 30, byteCount: 2),
      let commentLength = bytes.littleEndian(at: position + 32, byteCount: 2),
      var offset = bytes.littleEndian(at: position + 42, byteCount: 4)
    else { throw broken }
    let nameStart = position + 46
    let extraStart = nameStart + Int(nameLength)
    let extraEnd = extraStart + Int(extraLength)
    guard extraEnd + Int(commentLength) <= bytes.count else { throw broken }
    name = Array(bytes[nameStart..<extraStart])
    position = extraEnd + Int(commentLength)

    let wide = Self.zip64Values(in: Array(bytes[extraStart..<extraEnd]))
    var wideIndex = 0
    for field in 0..<3 {
      let value = field == 0 ? byteCount : field == 1 ? storedCount : offset
      guard value == 0xFFFF_FFFF, wideIndex < wide.count else { continue }
      if field == 0 { byteCount = wide[wideIndex] }
      if field == 1 { storedCount = wide[wideIndex] }
      if field == 2 { offset = wide[wideIndex] }
      wideIndex += 1
    }
    let shownName = String(decoding: name, as: UTF8.self)
    guard flags & 1 == 0 else { throw GenbaError(.unsupportedFormat, "\(shownName) is encrypted") }
    guard method == 0 || method == 8 else {
      throw GenbaError(
        .unsupportedFormat, "\(shownName) is compressed by method \(method); save it with numpy.savez_compressed")
    }
    guard let storedCount = Int(exactly: storedCount), let byteCount = Int(exactly: byteCount),
      let offset = Int(exactly: offset), offset <= Int.max - 30 - 2 * 0xFFFF,
      method == 8 || storedCount == byteCount
    else { throw broken }
    self.byteCount = byteCount
    deflatedCount = method == 8 ? storedCount : nil
    self.checksum = UInt32(checksum)
    self.offset = offset
  }

  /// The numbers that did not fit into 32 bits, from the extra field that is marked 1.
  private static func zip64Values(in extra: [UInt8]) -> [UInt64] {
    var position = 0
    while let mark = extra.littleEndian(at: position, byteCount: 2),
      let length = extra.littleEndian(at: position + 2, byteCount: 2)
    {
      if mark == 1 {
        return (0..<Int(length) / 8).compactMap { extra.littleEndian(at: position + 4 + 8 * $0, byteCount: 8) }
      }
      position += 4 + Int(length)
    }
    return []
  }
}
