internal import GenbaCore
internal import Glibc

/// Writes a file in blocks, and hashes it.
///
/// Whole blocks go past the page cache (`O_DIRECT`) where the file system lets them: a shard is written once and not read
/// again soon, and copying it into the cache takes more of the processor than its hash. A file of less than a block is
/// spared the detour.
@safe
final class BlockWriter {
  private let path: String
  private let descriptor: Int32
  private var block: UnsafeMutableRawPointer?
  private var fillCount = 0
  private let hashKind: ConversionRecipe.ShardHash?
  private var hash: FileHash
  private var isDirect = false
  /// Bytes taken in so far.
  private(set) var byteCount = 0

  /// A huge page, of which the system takes hold at once for the disk; of small ones, one after the other. `O_DIRECT`
  /// asks for 4096 of addresses, offsets and lengths, whatever the disk.
  static let blockSize = 2 << 20
  /// What is hashed before it is copied, while it is in the processor's cache: the hash takes so long that memory keeps
  /// up with it, which it does not with a copy.
  private static let pieceSize = 64 << 10
  /// `O_DIRECT`, which the C library shows to GNU sources alone.
  #if arch(arm64)
    private static let direct: Int32 = 0o200000
  #else
    private static let direct: Int32 = 0o40000
  #endif

  /// Creates the file, or empties it.
  ///
  /// - Parameter hash: `nil` for what is read again at once: it stays in the cache and is not hashed.
  /// - Throws: `.ioFailed`.
  init(path: String, hash: ConversionRecipe.ShardHash? = .sha256) throws(GenbaError) {
    self.path = path
    hashKind = hash
    self.hash = FileHash(hash ?? .xxh64)
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failed("this cannot be written", path) }
  }

  /// What the system last refused, with what helps.
  static func failed(_ message: String, _ path: String) -> GenbaError {
    let number = errno
    let advice =
      number == ENOSPC || number == EDQUOT ? "; free some space and run the command again, which resumes" : ""
    return GenbaError(
      .ioFailed, message + advice, source: .init(path: path), cause: FileReading.systemMessage(number))
  }

  /// Appends bytes.
  ///
  /// - Parameter look: Is given them piece by piece, before they are copied.
  /// - Throws: `.ioFailed`.
  func write(_ bytes: RawSpan, _ look: (RawSpan) -> Void = { _ in }) throws(GenbaError) {
    var offset = 0
    while offset < bytes.byteCount {
      let block = unsafe block ?? makeBlock()
      let piece = bytes.extracting(
        offset..<min(offset + Self.pieceSize, offset + Self.blockSize - fillCount, bytes.byteCount))
      if hashKind != nil { hash.update(piece) }
      look(piece)
      unsafe piece.withUnsafeBytes { unsafe (block + fillCount).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
      fillCount += piece.byteCount
      byteCount += piece.byteCount
      offset += piece.byteCount
      guard fillCount == Self.blockSize else { continue }
      if byteCount == Self.blockSize, hashKind != nil { setDirect(true) }
      try store()
    }
  }

  private func makeBlock() -> UnsafeMutableRawPointer {
    let block = UnsafeMutableRawPointer.allocate(byteCount: Self.blockSize, alignment: Self.blockSize)
    _ = unsafe madvise(block, Self.blockSize, MADV_HUGEPAGE)
    unsafe self.block = unsafe block
    return unsafe block
  }

  private func setDirect(_ isOn: Bool) {
    let flags = fcntl(descriptor, F_GETFL)
    // Refused by file systems that have no such thing; then it goes through the cache.
    isDirect = fcntl(descriptor, F_SETFL, isOn ? flags | Self.direct : flags & ~Self.direct) == 0 && isOn
  }

  /// Writes what the block holds.
  private func store() throws(GenbaError) {
    guard let block = unsafe block, fillCount > 0 else { return }
    var done = 0
    while done < fillCount {
      let written = unsafe Glibc.write(descriptor, block + done, fillCount - done)
      if written >= 0 {
        done += written
        // The rest of a block that was cut short does not begin where it must.
        if done < fillCount, isDirect { setDirect(false) }
      } else if errno == EINVAL, isDirect {
        setDirect(false)
      } else if errno != EINTR {
        throw Self.failed("writing failed", path)
      }
    }
    fillCount = 0
  }

  /// Writes what is left; nothing may follow. The file can be read then.
  ///
  /// - Throws: `.ioFailed`.
  func finish() throws(GenbaError) {
    if isDirect { setDirect(false) }
    try store()
  }

  /// Reads back what was written, in pieces, once it is finished.
  func forEachPiece(_ body: (RawSpan) throws(GenbaError) -> Void) throws(GenbaError) {
    var offset = 0
    while offset < byteCount {
      let piece = try FileRange.read(descriptor, path: path, from: offset, count: min(1 << 20, byteCount - offset))
      try body(unsafe piece.span.bytes)
      offset += piece.count
    }
  }

  /// Has the disk keep all of it; its hash.
  func sync() throws(GenbaError) -> String {
    guard fsync(descriptor) == 0 else { throw Self.failed("writing failed", path) }
    return exchange(&hash, with: FileHash(.xxh64)).finish()
  }

  deinit {
    close(descriptor)
    unsafe block?.deallocate()
  }
}

/// Puts a new value in the place of a noncopyable one.
private func exchange(_ place: inout FileHash, with value: consuming FileHash) -> FileHash {
  let old = place
  place = value
  return old
}
