public import GenbaCore

/// Goes through the files of a tar archive, in their order; contents stay on disk until they are asked for.
///
/// ```swift
/// let archive = try TarReader(contentsOf: "000000.tar")
/// while let entry = try archive.next() { print(entry.member.name, entry.member.byteCount) }
/// ```
public final class TarReader {
  /// A file in the archive.
  public struct Entry: Sendable, Equatable {
    /// Its name and length.
    public var member: TarMember
    /// Where its content begins, in bytes from the archive's beginning.
    public var offset: Int
  }

  private let path: String
  private let source: ByteSource
  private var position = 0

  /// Whether the blocks of zeros have been met that end an archive; without them, it may have been cut between two
  /// files.
  public private(set) var hasEnd = false

  /// Opens an archive.
  ///
  /// - Throws: `.cannotOpen` or `.truncated` if there is nothing to read.
  public init(contentsOf path: String) throws(GenbaError) {
    self.path = path
    source = try ByteSource(path: path, limit: .max)
  }

  /// Whether a file is a tar archive: it begins with a header, whole or damaged, or is one without files.
  public static func detect(contentsOf path: String) throws(GenbaError) -> Bool {
    guard try FileReading.check(path) != nil else { return false }
    let source = try ByteSource(path: path, limit: .max)
    guard let block = try? source.bytes(at: 0, count: TarMember.blockSize) else { return false }
    if block[257..<262].elementsEqual("ustar".utf8) { return true }
    if let member = try? TarMember(header: block) { return !member.name.isEmpty }
    return source.count == TarMember.end.count && (try? source.bytes(at: 0, count: source.count)) == TarMember.end
  }

  /// The next file; `nil` behind the last.
  ///
  /// - Throws: `.truncated` where the archive ends within a header or a file; `.corruptData` for what is no header,
  ///   `.unsupportedFormat` for links, folders and extended headers.
  public func next() throws(GenbaError) -> Entry? {
    guard !hasEnd, position < source.count else { return nil }
    do throws(GenbaError) {
      guard position + TarMember.blockSize <= source.count else {
        throw GenbaError(.truncated, "the archive ends within the header at byte \(position)")
      }
      guard let member = try TarMember(header: source.bytes(at: position, count: TarMember.blockSize)) else {
        hasEnd = true
        return nil
      }
      let offset = position + TarMember.blockSize
      guard member.byteCount <= source.count - offset else {
        throw GenbaError(
          .truncated,
          "the archive ends at byte \(source.count), within \(member.name), which reaches to byte \(offset + member.byteCount)"
        )
      }
      position = offset + member.byteCount + member.paddingCount
      return Entry(member: member, offset: offset)
    } catch {
      var placed = error
      if error.code != .truncated { placed.message = "at byte \(position): \(error.message)" }
      throw placed.at(path: path)
    }
  }

  /// The content of a file of this archive.
  ///
  /// - Throws: `.limitExceeded` for one that is larger than `limit` bytes, `.ioFailed` if it cannot be read.
  public func content(
    of entry: Entry, limit: Int = DecodeLimits().fileBytes
  ) throws(GenbaError) -> [UInt8] {
    do throws(GenbaError) {
      guard entry.member.byteCount <= limit else {
        throw GenbaError(
          .limitExceeded, "\(entry.member.name) has \(entry.member.byteCount) bytes, over the limit of \(limit)")
      }
      return try source.bytes(at: entry.offset, count: entry.member.byteCount)
    } catch {
      throw error.at(path: path)
    }
  }
}
