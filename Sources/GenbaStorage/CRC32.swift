internal import CZlib

/// The checksum that zip files carry (CRC-32/ISO-HDLC), computed by zlib.
///
/// ```swift
/// var checksum = CRC32()
/// checksum.update([0x31, 0x32, 0x33])
/// checksum.value  // 0x884863d2
/// ```
public struct CRC32: Sendable {
  /// The checksum of all bytes so far.
  public private(set) var value: UInt32 = 0

  /// A checksum of no bytes.
  public init() {}

  /// Takes in more bytes.
  public mutating func update(_ bytes: [UInt8]) { update(unsafe bytes.span.bytes) }

  /// Takes in more bytes.
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // zlib takes a null pointer as the wish to start anew.
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    value = unsafe UInt32(crc32_z(UInt(value), start.assumingMemoryBound(to: UInt8.self), bytes.count))
  }
}
