/// XXH64, a checksum at the speed of memory: tells whether bytes changed, not whether someone changed them.
///
/// As specified in Yann Collet's "xxHash fast digest algorithm", version 0.2.0, with seed 0; the same numbers as
/// `xxh64sum` and Python's `xxhash.xxh64`.
///
/// ```swift
/// var checksum = XXH64()
/// checksum.update(Array("abc".utf8))
/// checksum.hexadecimal  // 44bc2cf5ad770999
/// ```
public struct XXH64: Sendable {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63, 0x27D4_EB2F_1656_67C5
  )

  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (
    primes.0 &+ primes.1, primes.1, 0, 0 &- primes.0
  )
  /// Bytes that do not fill a stripe of 32 yet.
  private var rest: [UInt8] = []
  private var count: UInt64 = 0

  /// A checksum of no bytes.
  public init() {}

  /// Takes in more bytes.
  public mutating func update(_ bytes: [UInt8]) { update(unsafe bytes.span.bytes) }

  /// Takes in more bytes.
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  private mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count &+= UInt64(bytes.count)
    var start = 0
    if !rest.isEmpty {
      start = min(32 - rest.count, bytes.count)
      unsafe rest.append(contentsOf: bytes[..<start])
      guard rest.count == 32 else { return }
      unsafe rest.withUnsafeBytes { unsafe mixStripes($0) }
      rest.removeAll(keepingCapacity: true)
    }
    let end = start + (bytes.count - start) / 32 * 32
    unsafe mixStripes(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    unsafe rest.append(contentsOf: bytes[end...])
  }

  private mutating func mixStripes(_ bytes: UnsafeRawBufferPointer) {
    var (a, b, c, d) = lanes
    for offset in stride(from: 0, to: bytes.count, by: 32) {
      a = unsafe Self.round(a, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
      b = unsafe Self.round(b, bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self).littleEndian)
      c = unsafe Self.round(c, bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self).littleEndian)
      d = unsafe Self.round(d, bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self).littleEndian)
    }
    lanes = (a, b, c, d)
  }

  @inline(__always)
  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotate(lane &+ input &* primes.1, 31) &* primes.0
  }

  @inline(__always)
  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value << count | value >> (64 - count)
  }

  /// The checksum of all bytes so far.
  public var value: UInt64 {
    let primes = Self.primes
    var hash: UInt64
    if count >= 32 {
      hash =
        Self.rotate(lanes.0, 1) &+ Self.rotate(lanes.1, 7) &+ Self.rotate(lanes.2, 12) &+ Self.rotate(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        hash = (hash ^ Self.round(0, lane)) &* primes.0 &+ primes.3
      }
    } else {
      hash = primes.4
    }
    hash &+= count
    var place = 0
    while let word = rest.littleEndian(at: place, byteCount: 8) {
      hash = Self.rotate(hash ^ Self.round(0, word), 27) &* primes.0 &+ primes.3
      place += 8
    }
    if let word = rest.littleEndian(at: place, byteCount: 4) {
      hash = Self.rotate(hash ^ word &* primes.0, 23) &* primes.1 &+ primes.2
      place += 4
    }
    for byte in rest[place...] {
      hash = Self.rotate(hash ^ UInt64(byte) &* primes.4, 11) &* primes.0
    }
    hash = (hash ^ hash >> 33) &* primes.1
    hash = (hash ^ hash >> 29) &* primes.2
    return hash ^ hash >> 32
  }

  /// The checksum as 16 hexadecimal digits, as `xxh64sum` prints it.
  public var hexadecimal: String {
    let value = value
    return Hexadecimal.string((0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) })
  }
}
