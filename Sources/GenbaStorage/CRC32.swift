/// The checksum that zip files carry (polynomial 0xEDB88320), as `zlib.crc32` computes it.
///
/// ```swift
/// var checksum = CRC32()
/// checksum.update([0x31, 0x32, 0x33])
/// checksum.value  // 0x884863d2
/// ```
public struct CRC32: Sendable {
  private var state: UInt32 = 0xFFFF_FFFF

  /// A checksum of no bytes.
  public init() {}

  /// The checksum of all bytes so far.
  public var value: UInt32 { ~state }

  /// Eight tables of 256: table k advances a byte over k more bytes of zeros, so that eight bytes go in one step.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
      tables[byte] = remainder
    }
    for index in 256..<8 * 256 {
      let shorter = tables[index - 256]
      tables[index] = shorter >> 8 ^ tables[Int(shorter & 0xFF)]
    }
    return tables
  }()

  /// Takes in more bytes.
  public mutating func update(_ bytes: [UInt8]) { update(unsafe bytes.span.bytes) }

  /// Takes in more bytes.
  public mutating func update(_ bytes: RawSpan) {
    let tables = Self.tables.span
    var state = self.state
    var offset = 0
    while offset + 8 <= bytes.byteCount {
      let word = unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let mixed = word ^ UInt64(state)
      state = 0
      for lane in 0..<8 {
        state ^= tables[(7 - lane) << 8 | Int(truncatingIfNeeded: mixed >> (8 * UInt64(lane)) & 0xFF)]
      }
      offset += 8
    }
    while offset < bytes.byteCount {
      let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      state = state >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: state) ^ byte)]
      offset += 1
    }
    self.state = state
  }
}
