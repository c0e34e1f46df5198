extension [UInt8] {
  /// Appends the lowest `byteCount` bytes of `value`, lowest byte first.
  mutating func appendLittleEndian(_ value: UInt64, byteCount: Int) {
    for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
  }
}
