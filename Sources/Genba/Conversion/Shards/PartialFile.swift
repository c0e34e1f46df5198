internal import FoundationEssentials
internal import GenbaCore
internal import GenbaStorage
internal import Glibc

/// A file that is written in the output's folder `.partial`, hashed on the way, and then moved to its place.
///
/// Until then nothing is seen of it where outputs are. What a killed process leaves there is removed by the next one that
/// works on the shard.
@safe
final class PartialFile {
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var hash = SHA256()
  private var isMoved = false
  private(set) var byteCount = 0
  /// Bytes that the disk was told to begin with.
  private var syncedCount = 0
  private var syncing: WorkThread?

  private static let bufferSize = 256 << 10

  /// Creates the file.
  ///
  /// - Throws: `.ioFailed`.
  init(path: String) throws(GenbaError) {
    self.path = path
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failed("this cannot be written", path) }
    buffer.reserveCapacity(Self.bufferSize)
  }

  private static func failed(_ message: String, _ path: String) -> GenbaError {
    let number = errno
    let advice =
      number == ENOSPC || number == EDQUOT ? "; free some space and run the command again, which resumes" : ""
    return GenbaError(
      .ioFailed, message + advice, source: .init(path: path), cause: FileReading.systemMessage(number))
  }

  func write(_ chunk: EncodedSample.Chunk) throws(GenbaError) {
    switch chunk {
    case .bytes(let bytes): try write(unsafe bytes.span.bytes)
    case .tensor(let tensor): try write(tensor.bytes)
    }
  }

  /// Appends bytes.
  func write(_ bytes: RawSpan) throws(GenbaError) {
    hash.update(bytes)
    byteCount += bytes.byteCount
    let isLarge = bytes.byteCount > Self.bufferSize / 2
    if isLarge || buffer.count + bytes.byteCount > Self.bufferSize { try flush() }
    if isLarge {
      try store(bytes)
    } else {
      unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }
  }

  private func flush() throws(GenbaError) {
    guard !buffer.isEmpty else { return }
    let pending = buffer
    buffer.removeAll(keepingCapacity: true)
    try store(unsafe pending.span.bytes)
  }

  private func store(_ bytes: RawSpan) throws(GenbaError) {
    var offset = 0
    while offset < bytes.byteCount {
      let written = unsafe bytes.extracting(offset...).withUnsafeBytes { rest in
        unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if written >= 0 {
        offset += written
      } else if errno != EINTR {
        throw Self.failed("writing failed", path)
      }
    }
    // The disk begins early, so that the sync at the end has little left to wait for.
    if byteCount - syncedCount > 32 << 20 {
      syncedCount = byteCount
      syncing?.join()
      syncing = WorkThread { [descriptor] in fdatasync(descriptor) }
    }
  }

  /// Reads back what was written, from the beginning, in pieces.
  func forEachPiece(_ body: (RawSpan) throws(GenbaError) -> Void) throws(GenbaError) {
    try flush()
    var offset = 0
    while offset < byteCount {
      let piece = try FileRange.read(descriptor, path: path, from: offset, count: min(1 << 20, byteCount - offset))
      try body(unsafe piece.span.bytes)
      offset += piece.count
    }
  }

  /// Syncs the file to the disk and moves it to its place; its SHA-256.
  func commit(to target: String) throws(GenbaError) -> String {
    try flush()
    syncing?.join()
    syncing = nil
    guard fsync(descriptor) == 0 else { throw Self.failed("writing failed", path) }
    guard unsafe rename(path, target) == 0 else { throw Self.failed("this cannot be written", target) }
    isMoved = true
    let hash = exchange(&hash, with: SHA256())
    return hash.finish()
  }

  deinit {
    syncing?.join()
    close(descriptor)
    if !isMoved { _ = unsafe unlink(path) }
  }
}

/// Puts a new value in the place of a noncopyable one.
private func exchange(_ place: inout SHA256, with value: consuming SHA256) -> SHA256 {
  let old = place
  place = value
  return old
}

/// Syncs a folder, so that the names in it outlast a power failure.
func syncFolder(_ path: String) {
  let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}

/// Makes a folder and those above it.
func makeFolder(_ path: String) throws(GenbaError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw GenbaError(.ioFailed, "this folder cannot be made", source: .init(path: path), cause: "\(error)")
  }
}
