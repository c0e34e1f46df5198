internal import GenbaCore
internal import Glibc

extension MediaSource {
  /// The whole content.
  func bytes(limits: DecodeLimits) throws(GenbaError) -> [UInt8] {
    switch self {
    case .file(let path): try FileReading.bytes(of: path, limit: limits.fileBytes)
    case .memory(let bytes, _): bytes
    }
  }

  /// The same content in a form that can be read again from its start: a pipe or a device is read into memory.
  ///
  /// - Throws: What ``check()`` throws, and what reading the pipe does.
  func rereadable(limits: DecodeLimits) throws(GenbaError) -> MediaSource {
    guard case .file(let path) = self else {
      try check()
      return self
    }
    guard try FileReading.check(path) == nil else { return self }
    let source = MediaSource.memory(try bytes(limits: limits), name: path)
    try source.check()
    return source
  }

  /// How many bytes there are, of a source that is rereadable.
  func byteCount() throws(GenbaError) -> Int {
    switch self {
    case .file(let path): try FileReading.check(path) ?? 0
    case .memory(let bytes, _): bytes.count
    }
  }

  /// The bytes from `offset` on, at most `count`, of a source that is rereadable. Where it ends, so do they.
  func bytes(at offset: Int, count: Int) throws(GenbaError) -> [UInt8] {
    switch self {
    case .memory(let bytes, _):
      return Array(bytes.dropFirst(offset).prefix(count))
    case .file(let path):
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw GenbaError(.cannotOpen, "this cannot be opened", source: .init(path: path)) }
      defer { close(descriptor) }
      return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, received in
        received = unsafe max(pread(descriptor, buffer.baseAddress, count, off_t(offset)), 0)
      }
    }
  }
}
