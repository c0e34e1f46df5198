internal import GenbaCore

/// Bytes that are read once, from the first to the last.
protocol ByteStream {
  /// How many bytes are left.
  var remainingCount: Int { get }

  /// Fills `buffer` with the bytes that come next.
  ///
  /// - Throws: `.truncated` if there are fewer.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(GenbaError)
}

extension ByteStream {
  /// The `count` bytes that come next.
  ///
  /// - Throws: `.truncated` if there are fewer, before memory is asked for.
  mutating func bytes(count: Int) throws(GenbaError) -> [UInt8] {
    guard count <= remainingCount else {
      throw GenbaError(.truncated, "\(count) bytes are to be read, of which \(remainingCount) are there")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    try unsafe span.withUnsafeMutableBytes { (buffer) throws(GenbaError) in try unsafe read(into: buffer) }
    return bytes
  }
}

/// A stretch of a file as it stands there.
struct StoredStream: ByteStream {
  private let source: ByteSource
  private var rest: Range<Int>

  init(_ source: ByteSource, _ range: Range<Int>) {
    self.source = source
    rest = range
  }

  var remainingCount: Int { rest.count }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(GenbaError) {
    guard buffer.count <= rest.count else {
      throw GenbaError(.truncated, "\(buffer.count) bytes are to be read, of which \(rest.count) are there")
    }
    try unsafe source.read(at: rest.lowerBound, into: buffer)
    rest = rest.lowerBound + buffer.count..<rest.upperBound
  }
}

/// Another stream, and the checksum of what has been read from it.
struct ChecksummedStream<Content: ByteStream>: ByteStream {
  private(set) var content: Content
  private(set) var checksum = CRC32()

  init(_ content: Content) { self.content = content }

  var remainingCount: Int { content.remainingCount }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(GenbaError) {
    try unsafe content.read(into: buffer)
    unsafe checksum.update(UnsafeRawBufferPointer(buffer))
  }
}
