public import GenbaCore

/// One file in a tar archive, and the header of 512 bytes that stands before it.
///
/// Headers are POSIX ustar (IEEE Std 1003.1) and say nothing of when or by whom they were written: mode 0644, owner 0,
/// time 0. The same content always gives the same bytes.
public struct TarMember: Sendable, Equatable {
  /// The file's path in the archive.
  public var name: String
  /// Bytes of its content.
  public var byteCount: Int

  /// A member.
  public init(name: String, byteCount: Int) {
    self.name = name
    self.byteCount = byteCount
  }

  /// Content is padded with zeros to a multiple of this; a header is as long.
  public static let blockSize = 512

  /// The two blocks of zeros that end an archive.
  public static let end = [UInt8](repeating: 0, count: 2 * blockSize)

  /// Zeros behind the content.
  public var paddingCount: Int { (Self.blockSize - byteCount % Self.blockSize) % Self.blockSize }

  /// The header, the same bytes as Python's `tarfile.TarInfo.tobuf(USTAR_FORMAT)` gives.
  ///
  /// - Throws: `.limitExceeded` for a name that does not fit (100 bytes, or 255 with a slash in the right place), and
  ///   for 8 GiB and more.
  public func header() throws(GenbaError) -> [UInt8] {
    let (prefix, stem) = try splitName()
    guard byteCount < 1 << 33 else {
      throw GenbaError(.limitExceeded, "\(name) has \(byteCount) bytes; a member of a tar file has less than 8 GiB")
    }
    var header = [UInt8](repeating: 0, count: Self.blockSize)
    func put(_ text: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in text.enumerated() { header[offset + index] = byte }
    }
    func octal(_ number: Int, digits: Int) -> [UInt8] {
      let text = String(number, radix: 8)
      return Array((String(repeating: "0", count: digits - text.count) + text).utf8)
    }
    put(stem, at: 0)
    put("0000644".utf8, at: 100)
    put("0000000".utf8, at: 108)
    put("0000000".utf8, at: 116)
    put(octal(byteCount, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    put("0".utf8, at: 156)
    put("ustar\u{0}00".utf8, at: 257)
    put(prefix, at: 345)
    // The checksum counts its own field as spaces.
    let sum = header.reduce(8 * 0x20) { $0 + Int($1) }
    put(octal(sum, digits: 6) + [0, 0x20], at: 148)
    return header
  }

  private func splitName() throws(GenbaError) -> (prefix: ArraySlice<UInt8>, stem: ArraySlice<UInt8>) {
    let bytes = Array(name.utf8)
    if bytes.count <= 100 { return ([], bytes[...]) }
    let slash = bytes.indices.first { bytes[$0] == UInt8(ascii: "/") && bytes.count - $0 - 1 <= 100 }
    guard let slash, slash <= 155 else {
      throw GenbaError(
        .limitExceeded, "\"\(name)\" has \(bytes.count) bytes; a name in a tar file has 100 at most: use shorter keys")
    }
    return (bytes[..<slash], bytes[(slash + 1)...])
  }

  /// The member that a header describes; `nil` for a block of zeros, which ends an archive.
  ///
  /// - Throws: `.corruptData` for a wrong checksum, `.unsupportedFormat` for what is no plain file.
  public init?(header: [UInt8]) throws(GenbaError) {
    precondition(header.count == Self.blockSize, "a tar header has 512 bytes, not \(header.count)")
    if header.allSatisfy({ $0 == 0 }) { return nil }
    func text(_ range: Range<Int>) -> String {
      String(decoding: header[range].prefix { $0 != 0 }, as: UTF8.self)
    }
    func octal(_ range: Range<Int>) -> Int? {
      Int(String(decoding: header[range].filter { (0x30...0x37).contains($0) }, as: UTF8.self), radix: 8)
    }
    var sum = 8 * 0x20
    for (index, byte) in header.enumerated() where !(148..<156).contains(index) { sum += Int(byte) }
    guard octal(148..<156) == sum, let byteCount = octal(124..<136) else {
      throw GenbaError(.corruptData, "this is not a tar header: its checksum is wrong")
    }
    guard header[156] == UInt8(ascii: "0") || header[156] == 0 else {
      throw GenbaError(.unsupportedFormat, "a tar member of type \(header[156]), which is no plain file")
    }
    let prefix = text(345..<500)
    self.init(name: prefix.isEmpty ? text(0..<100) : "\(prefix)/\(text(0..<100))", byteCount: byteCount)
  }
}
