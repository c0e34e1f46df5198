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
  func rereadable(limits: DecodeLimits) throws(GenbaError) -> MediaSource {
    guard case .file(let path) = self, try FileReading.check(path) == nil else { return self }
    return .memory(try bytes(limits: limits), name: path)
  }

  /// The first bytes, at most `count`, of a source that is rereadable.
  func head(_ count: Int) throws(GenbaError) -> [UInt8] {
    switch self {
    case .memory(let bytes, _):
      return Array(bytes.prefix(count))
    case .file(let path):
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw GenbaError(.cannotOpen, "this cannot be opened", source: .init(path: path))
      }
      defer { close(descriptor) }
      return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, received in
        received = unsafe max(read(descriptor, buffer.baseAddress, count), 0)
      }
    }
  }
}
