internal import GenbaCore

/// Where a tensor file goes: to the disk without a second copy in memory, or into an array.
protocol ByteSink: ~Copyable {
  mutating func write(_ bytes: RawSpan) throws(GenbaError)
}

extension ByteSink where Self: ~Copyable {
  mutating func write(_ bytes: [UInt8]) throws(GenbaError) {
    try write(unsafe bytes.span.bytes)
  }
}

extension AtomicFile: ByteSink {}

/// Collects what is written.
struct MemorySink: ByteSink {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ written: RawSpan) {
    unsafe written.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }
}

extension [UInt8] {
  /// Appends the lowest `byteCount` bytes of `value`, lowest byte first.
  mutating func appendLittleEndian(_ value: UInt64, byteCount: Int) {
    for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
  }
}
