internal import GenbaCore

/// A file of lines that appears complete or not at all, written in large pieces.
struct LineWriter: ~Copyable {
  private var file: AtomicFile
  private var buffer: [UInt8] = []
  /// Bytes so far.
  private(set) var offset = 0

  init(path: String) throws(GenbaError) { file = try AtomicFile(path: path) }

  /// Appends bytes and a line feed.
  mutating func write(line: [UInt8]) throws(GenbaError) {
    try write(line)
    try write([0x0A])
  }

  /// Appends bytes as they are.
  mutating func write(_ bytes: [UInt8]) throws(GenbaError) {
    buffer += bytes
    offset += bytes.count
    if buffer.count > 256 << 10 { try flush() }
  }

  private mutating func flush() throws(GenbaError) {
    try file.write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  consuming func commit() throws(GenbaError) {
    try flush()
    try file.commit()
  }
}
