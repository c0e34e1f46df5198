internal import GenbaCore

/// A file within a zip file.
package struct ZipMember {
  /// UTF-8.
  var name: [UInt8]
  var byteCount: Int
  /// The bytes that it takes in the zip file if it is compressed; `nil` if it is stored as it is.
  var deflatedCount: Int?
  var checksum: UInt32
  /// Where the member's own header starts, counted from the start of the zip file.
  var offset: Int

  /// A member that is stored as it is.
  package init(name: [UInt8], byteCount: Int, checksum: UInt32, offset: Int) {
    self.name = name
    self.byteCount = byteCount
    self.checksum = checksum
    self.offset = offset
  }

  static let localSignature: UInt64 = 0x0403_4B50
  static let centralSignature: UInt64 = 0x0201_4B50
  static let endSignature: UInt64 = 0x0605_4B50
  static let zip64EndSignature: UInt64 = 0x0606_4B50
  static let zip64LocatorSignature: UInt64 = 0x0706_4B50

  /// 64-bit fields are used from 2 GiB on, not from 4, as Python does for readers that count in signed numbers.
  private static let largest32 = 0x7FFF_FFFF

  /// Names beyond ASCII are marked as UTF-8.
  private var flags: UInt64 { name.contains { $0 >= 0x80 } ? 0x0800 : 0 }

  /// What stands before the content. Sizes are always in 64 bits here, as numpy writes them.
  var localHeader: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(Self.localSignature, byteCount: 4)
    appendVersionToChecksum(to: &bytes)
    bytes.appendLittleEndian(0xFFFF_FFFF_FFFF_FFFF, byteCount: 8)
    bytes.appendLittleEndian(UInt64(name.count), byteCount: 2)
    bytes.appendLittleEndian(20, byteCount: 2)
    bytes += name
    Self.appendZip64([byteCount, byteCount], to: &bytes)
    return bytes
  }

  /// The list of members and the record that ends a zip file.
  package static func centralDirectory(of members: [ZipMember], at start: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for member in members { member.appendCentralHeader(to: &bytes) }
    let length = bytes.count
    if members.count > 0xFFFF || start > largest32 || length > largest32 {
      bytes.appendLittleEndian(zip64EndSignature, byteCount: 4)
      bytes.appendLittleEndian(44, byteCount: 8)
      bytes.appendLittleEndian(45, byteCount: 2)
      bytes.appendLittleEndian(45, byteCount: 2)
      bytes.appendLittleEndian(0, byteCount: 8)
      bytes.appendLittleEndian(UInt64(members.count), byteCount: 8)
      bytes.appendLittleEndian(UInt64(members.count), byteCount: 8)
      bytes.appendLittleEndian(UInt64(length), byteCount: 8)
      bytes.appendLittleEndian(UInt64(start), byteCount: 8)
      bytes.appendLittleEndian(zip64LocatorSignature, byteCount: 4)
      bytes.appendLittleEndian(0, byteCount: 4)
      bytes.appendLittleEndian(UInt64(start + length), byteCount: 8)
      bytes.appendLittleEndian(1, byteCount: 4)
    }
    bytes.appendLittleEndian(endSignature, byteCount: 4)
    bytes.appendLittleEndian(0, byteCount: 4)
    bytes.appendLittleEndian(UInt64(min(members.count, 0xFFFF)), byteCount: 2)
    bytes.appendLittleEndian(UInt64(min(members.count, 0xFFFF)), byteCount: 2)
    bytes.appendLittleEndian(UInt64(min(length, 0xFFFF_FFFF)), byteCount: 4)
    bytes.appendLittleEndian(UInt64(min(start, 0xFFFF_FFFF)), byteCount: 4)
    bytes.appendLittleEndian(0, byteCount: 2)
    return bytes
  }

  private func appendCentralHeader(to bytes: inout [UInt8]) {
    let isLarge = byteCount > Self.largest32
    let isFar = offset > Self.largest32
    let wide = (isLarge ? [byteCount, byteCount] : []) + (isFar ? [offset] : [])
    bytes.appendLittleEndian(Self.centralSignature, byteCount: 4)
    // Written as on Unix, so that the permissions below count.
    bytes.appendLittleEndian(45 | 3 << 8, byteCount: 2)
    appendVersionToChecksum(to: &bytes)
    for _ in 0..<2 { bytes.appendLittleEndian(isLarge ? 0xFFFF_FFFF : UInt64(byteCount), byteCount: 4) }
    bytes.appendLittleEndian(UInt64(name.count), byteCount: 2)
    bytes.appendLittleEndian(wide.isEmpty ? 0 : UInt64(4 + 8 * wide.count), byteCount: 2)
    // No comment, the first disk, no internal attributes.
    bytes.appendLittleEndian(0, byteCount: 6)
    // Readable and writable by its owner.
    bytes.appendLittleEndian(0o600 << 16, byteCount: 4)
    bytes.appendLittleEndian(isFar ? 0xFFFF_FFFF : UInt64(offset), byteCount: 4)
    bytes += name
    if !wide.isEmpty { Self.appendZip64(wide, to: &bytes) }
  }

  /// The fields that both headers share. The date is 1 January 1980, so that equal content gives equal files.
  private func appendVersionToChecksum(to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(45, byteCount: 2)
    bytes.appendLittleEndian(flags, byteCount: 2)
    bytes.appendLittleEndian(0, byteCount: 4)
    bytes.appendLittleEndian(0x21, byteCount: 2)
    bytes.appendLittleEndian(UInt64(checksum), byteCount: 4)
  }

  private static func appendZip64(_ values: [Int], to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(1, byteCount: 2)
    bytes.appendLittleEndian(UInt64(8 * values.count), byteCount: 2)
    for value in values { bytes.appendLittleEndian(UInt64(value), byteCount: 8) }
  }
}
