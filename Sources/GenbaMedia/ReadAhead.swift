internal import GenbaCore
internal import Glibc

/// A file's bytes, read in pieces of 64 kB, for libraries that ask for a few hundred at a time.
///
/// C libraries keep a pointer to this object; what is given to them must not outlive it.
@safe
final class ReadAhead {
  private let bytes: MediaBytes
  private var piece: [UInt8] = []
  private var pieceStart = 0
  /// Where the next read begins.
  private(set) var position = 0

  private static let pieceSize = 1 << 16

  init(_ source: MediaSource, limits: DecodeLimits) throws(GenbaError) {
    bytes = try MediaBytes(source, limits: limits)
    beginOperation()
  }

  var byteCount: Int { Int(bytes.size) }

  /// Grants one operation its reads: a file that sends its decoder round in circles comes to the end of them.
  func beginOperation() { bytes.grantAllowance() }

  /// Reads up to `count` bytes, and says how many: 0 at the end.
  @unsafe
  func read(into target: UnsafeMutableRawPointer?, count: Int) -> Int {
    var received = 0
    while let target = unsafe target, received < count {
      if !(pieceStart..<pieceStart + piece.count).contains(position) {
        piece = bytes.bytes(at: Int64(position), count: Self.pieceSize)
        pieceStart = position
        if piece.isEmpty { break }
      }
      let offset = position - pieceStart
      let length = min(count - received, piece.count - offset)
      unsafe piece.withUnsafeBytes { source in
        guard let start = source.baseAddress else { return }
        unsafe (target + received).copyMemory(from: start + offset, byteCount: length)
      }
      received += length
      position += length
    }
    return received
  }

  /// Moves to another place, and says where that is; below 0 if there is no such place.
  func seek(to offset: Int, whence: Int32) -> Int {
    let base =
      switch whence {
      case SEEK_CUR: position
      case SEEK_END: byteCount
      default: 0
      }
    let (target, overflow) = base.addingReportingOverflow(offset)
    guard !overflow, target >= 0 else { return -1 }
    position = target
    return target
  }

  /// A few bytes from anywhere; fewer at the end.
  func bytes(at place: Int, count: Int) -> [UInt8] {
    position = place
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { room, received in
      received = unsafe read(into: room.baseAddress, count: count)
    }
  }

  /// The object behind a pointer that a C library hands back.
  @unsafe
  static func at(_ pointer: UnsafeMutableRawPointer?) -> ReadAhead {
    guard let pointer = unsafe pointer else { preconditionFailure("the library hands back the pointer it was given") }
    return unsafe Unmanaged<ReadAhead>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// What ``at(_:)`` finds this object by.
  @unsafe
  var pointer: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }
}
