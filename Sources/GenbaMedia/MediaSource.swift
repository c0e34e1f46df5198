internal import GenbaCore

/// Where a decoder reads from: a file, or bytes that are in memory already.
public enum MediaSource: Sendable {
  /// A file, by its path.
  case file(String)
  /// A whole file's bytes, and the name that errors give it.
  case memory([UInt8], name: String = "(memory)")

  /// The path or the name, as errors show it.
  public var name: String {
    switch self {
    case .file(let path): path
    case .memory(_, let name): name
    }
  }

  /// Throws what ``FileReading/check(_:)`` throws, and `.truncated` for no bytes at all.
  func check() throws(GenbaError) {
    switch self {
    case .file(let path):
      try FileReading.check(path)
    case .memory(let bytes, let name):
      if bytes.isEmpty { throw GenbaError(.truncated, "there are no bytes", source: .init(path: name)) }
    }
  }
}
