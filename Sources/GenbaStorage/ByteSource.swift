internal import GenbaCore
internal import Glibc

/// The bytes of a tensor file: on disk, where each tensor is read straight into its own memory, or in memory.
final class ByteSource {
  private let memory: [UInt8]
  private let descriptor: Int32?

  /// How many bytes there are.
  let count: Int

  convenience init(_ bytes: [UInt8]) {
    self.init(memory: bytes, descriptor: nil, count: bytes.count)
  }

  private init(memory: [UInt8], descriptor: Int32?, count: Int) {
    self.memory = memory
    self.descriptor = descriptor
    self.count = count
  }

  /// Opens a file. A pipe is read whole, since one cannot go back in it.
  ///
  /// - Throws: As `FileReading`, and `.limitExceeded` for a file over the limit.
  convenience init(path: String, limit: Int) throws(GenbaError) {
    guard let size = try FileReading.check(path) else {
      self.init(try FileReading.bytes(of: path, limit: limit))
      return
    }
    guard size <= limit else {
      throw GenbaError(
        .limitExceeded, "the file has \(size) bytes, over the limit of \(limit); raise DecodeLimits.fileBytes",
        source: .init(path: path))
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileReading.cannotOpen(path, errno) }
    self.init(memory: [], descriptor: descriptor, count: size)
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  /// Fills `buffer` with the bytes from `offset` on.
  ///
  /// - Throws: `.truncated` if there are fewer.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(GenbaError) {
    guard offset >= 0, offset <= count, buffer.count <= count - offset else {
      throw GenbaError(
        .truncated, "the file ends at byte \(count), and \(buffer.count) bytes are to be read from byte \(offset) on")
    }
    guard let descriptor else {
      unsafe buffer.copyBytes(from: memory[offset..<offset + buffer.count])
      return
    }
    var done = 0
    while done < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let received = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if received > 0 {
        done += received
      } else if received == 0 {
        throw GenbaError(.truncated, "the file became shorter while it was read: it ends at byte \(offset + done)")
      } else if errno != EINTR {
        throw GenbaError(
          .ioFailed, "reading broke off at byte \(offset + done)", cause: FileReading.systemMessage(errno))
      }
    }
  }

  /// The `count` bytes from `offset` on.
  ///
  /// - Throws: `.truncated` if there are fewer, before memory is asked for.
  func bytes(at offset: Int, count length: Int) throws(GenbaError) -> [UInt8] {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw GenbaError(
        .truncated, "the file ends at byte \(count), and \(length) bytes are to be read from byte \(offset) on")
    }
    var bytes = [UInt8](repeating: 0, count: length)
    var span = bytes.mutableSpan
    try unsafe span.withUnsafeMutableBytes { (buffer) throws(GenbaError) in try unsafe read(at: offset, into: buffer) }
    return bytes
  }
}

extension [UInt8] {
  /// The unsigned number in the `byteCount` bytes at `offset`, lowest byte first; `nil` beyond the end.
  func littleEndian(at offset: Int, byteCount: Int) -> UInt64? {
    guard offset >= 0, offset <= count - byteCount else { return nil }
    var value: UInt64 = 0
    for index in (offset..<offset + byteCount).reversed() { value = value << 8 | UInt64(self[index]) }
    return value
  }
}
