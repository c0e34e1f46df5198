internal import GenbaCore
internal import GenbaStorage
internal import Glibc

/// Writes a file in blocks and hashes them, in a thread beside the one that fills the next block.
///
/// Whole blocks go past the page cache (`O_DIRECT`) where the file system lets them: a shard is written once and not read
/// again soon, and copying it into the cache takes more of the processor than its hash. A file of less than a block has
/// neither the thread nor the detour.
@safe
final class BlockWriter: @unchecked Sendable {
  private let path: String
  private let descriptor: Int32
  /// One is being filled while the other is written.
  private var blocks: [UnsafeMutableRawPointer] = unsafe []
  private var fillCount = 0
  private var hash = SHA256()
  private var failure: GenbaError?
  private var writing: WorkThread?
  private var isDirect = false
  /// Bytes taken in so far.
  private(set) var byteCount = 0

  /// A huge page, of which the system takes hold at once for the disk; of small ones, one after the other. `O_DIRECT`
  /// asks for 4096 of addresses, offsets and lengths, whatever the disk.
  static let blockSize = 2 << 20
  /// `O_DIRECT`, which the C library shows to GNU sources alone.
  #if arch(arm64)
    private static let direct: Int32 = 0o200000
  #else
    private static let direct: Int32 = 0o40000
  #endif

  /// Creates the file, or empties it.
  ///
  /// - Throws: `.ioFailed`.
  init(path: String) throws(GenbaError) {
    self.path = path
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
  /// - Throws: `.ioFailed`, perhaps for a block that was taken in before.
  func write(_ bytes: RawSpan) throws(GenbaError) {
    byteCount += bytes.byteCount
    var offset = 0
    while offset < bytes.byteCount {
      if unsafe blocks.isEmpty { addBlock() }
      let count = min(Self.blockSize - fillCount, bytes.byteCount - offset)
      unsafe bytes.extracting(offset..<offset + count).withUnsafeBytes { piece in
        unsafe (blocks[0] + fillCount).copyMemory(from: piece.baseAddress!, byteCount: count)
      }
      fillCount += count
      offset += count
      if fillCount == Self.blockSize { try passOn() }
    }
  }

  private func addBlock() {
    let block = UnsafeMutableRawPointer.allocate(byteCount: Self.blockSize, alignment: Self.blockSize)
    _ = unsafe madvise(block, Self.blockSize, MADV_HUGEPAGE)
    unsafe blocks.append(block)
  }

  /// Has the full block written, and goes on in the other one.
  private func passOn() throws(GenbaError) {
    try join()
    if unsafe blocks.count < 2 {
      addBlock()
      setDirect(true)
    }
    unsafe blocks.swapAt(0, 1)
    fillCount = 0
    writing = WorkThread { [self] in unsafe store(blocks[1], Self.blockSize) }
  }

  /// Waits for the block that is being written.
  private func join() throws(GenbaError) {
    stop()
    if let failure { throw failure }
  }

  /// Ends the thread; to be called before the writer is let go, which the thread holds on to.
  func stop() {
    writing?.join()
    writing = nil
  }

  private func setDirect(_ isOn: Bool) {
    let flags = fcntl(descriptor, F_GETFL)
    // Refused by file systems that have no such thing; then it goes through the cache.
    isDirect = fcntl(descriptor, F_SETFL, isOn ? flags | Self.direct : flags & ~Self.direct) == 0 && isOn
  }

  private func store(_ memory: UnsafeMutableRawPointer, _ count: Int) {
    hash.update(unsafe UnsafeRawBufferPointer(start: memory, count: count).bytes)
    var done = 0
    while done < count {
      let written = unsafe Glibc.write(descriptor, memory + done, count - done)
      if written >= 0 {
        done += written
        // The rest of a block that was cut short does not begin where it must.
        if done < count, isDirect { setDirect(false) }
      } else if errno == EINVAL, isDirect {
        setDirect(false)
      } else if errno != EINTR {
        failure = Self.failed("writing failed", path)
        return
      }
    }
  }

  /// Writes what is left; nothing may follow. The file can be read then.
  func finish() throws(GenbaError) {
    try join()
    if isDirect { setDirect(false) }
    guard fillCount > 0 else { return }
    unsafe store(blocks[0], fillCount)
    fillCount = 0
    if let failure { throw failure }
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

  /// Has the disk keep all of it; its SHA-256.
  func sync() throws(GenbaError) -> String {
    guard fsync(descriptor) == 0 else { throw Self.failed("writing failed", path) }
    return exchange(&hash, with: SHA256()).finish()
  }

  deinit {
    close(descriptor)
    while let block = unsafe blocks.popLast() { unsafe block.deallocate() }
  }
}

/// Puts a new value in the place of a noncopyable one.
private func exchange(_ place: inout SHA256, with value: consuming SHA256) -> SHA256 {
  let old = place
  place = value
  return old
}
