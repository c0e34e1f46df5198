/// How the units of H.264 and H.265 follow each other in a packet: behind start codes, as ITU-T H.264 annex B has it,
/// or each behind its length, as MP4 and Matroska have it.
struct NALUnits: Sendable {
  /// Bytes of the length before each unit; 0 where start codes separate them.
  var lengthBytes: Int

  /// Where the next unit begins, at its header; `nil` if there is none.
  ///
  /// - Parameter position: Where to go on; at the end of the packet when all of it was well formed.
  func next(in bytes: Span<UInt8>, after position: inout Int) -> Int? {
    lengthBytes == 0 ? nextBehindStartCode(in: bytes, after: &position) : nextBehindLength(in: bytes, after: &position)
  }

  private func nextBehindStartCode(in bytes: Span<UInt8>, after position: inout Int) -> Int? {
    var zeros = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == 1, zeros >= 2, position < bytes.count { return position }
      zeros = byte == 0 ? zeros + 1 : 0
    }
    return nil
  }

  private func nextBehindLength(in bytes: Span<UInt8>, after position: inout Int) -> Int? {
    while bytes.count - position > lengthBytes {
      var length = 0
      for offset in 0..<lengthBytes { length = length << 8 | Int(bytes[position + offset]) }
      let start = position + lengthBytes
      guard length <= bytes.count - start else { return nil }
      position = start + length
      if length > 0 { return start }
    }
    return nil
  }
}

/// The beginning of an H.264 unit, bit by bit, without the bytes that keep it from looking like a start code.
struct NALBits {
  private var bytes: [UInt8] = []
  private var position = 0
  /// Whether more was read than there is; zeros came instead.
  private(set) var isExhausted = false

  /// The unit at `start`; no more of it than any header needs.
  init(_ unit: Span<UInt8>, from start: Int) {
    var zeros = 0
    for index in start..<min(unit.count, start + 1024) {
      let byte = unit[index]
      if zeros >= 2, byte == 3 {
        zeros = 0
      } else {
        bytes.append(byte)
        zeros = byte == 0 ? zeros + 1 : 0
      }
    }
  }

  /// The next `count` bits, at most 32.
  mutating func bits(_ count: Int) -> Int {
    var value = 0
    for _ in 0..<count {
      let isInside = position < bytes.count * 8
      if !isInside { isExhausted = true }
      value = value << 1 | (isInside ? Int(bytes[position / 8] >> UInt8(7 - position % 8)) & 1 : 0)
      position += 1
    }
    return value
  }

  mutating func flag() -> Bool { bits(1) == 1 }

  mutating func skip(_ count: Int) { position += count }

  /// An exponential Golomb code: `ue(v)`.
  mutating func unsigned() -> Int {
    var zeros = 0
    while !isExhausted, zeros < 32, !flag() { zeros += 1 }
    return (1 << zeros) - 1 + bits(zeros)
  }

  /// A signed exponential Golomb code: `se(v)`.
  mutating func signed() -> Int {
    let code = unsigned()
    return code % 2 == 1 ? (code + 1) / 2 : -(code / 2)
  }
}
