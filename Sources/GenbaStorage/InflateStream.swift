internal import CZlib
internal import GenbaCore

/// Unpacks what zip files call deflate (RFC 1951) through zlib, piece by piece.
@safe
final class InflateStream: ByteStream {
  private let source: ByteSource
  /// The compressed bytes that have not been read yet.
  private var rest: Range<Int>
  /// Compressed bytes, of which those from `inputPosition` on are not unpacked yet.
  private var input: [UInt8] = []
  private var inputPosition = 0
  private var isAtEnd = false
  private(set) var remainingCount: Int
  /// On the heap, since zlib keeps its address.
  private let state: UnsafeMutablePointer<z_stream>

  /// No input grows further: a match of 258 bytes takes at least two bits.
  private static let largestGrowth = 1032

  /// A stream of the `count` bytes that the compressed bytes in `range` stand for.
  ///
  /// - Throws: `.corruptData` if they cannot be so many: this is known before memory is asked for.
  init(_ source: ByteSource, _ range: Range<Int>, count: Int) throws(GenbaError) {
    guard count / Self.largestGrowth <= range.count else {
      throw GenbaError(.corruptData, "\(range.count) compressed bytes cannot stand for \(count)")
    }
    self.source = source
    rest = range
    remainingCount = count
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: z_stream())
    // A negative number of window bits: no header around the data, as in zip files.
    let status = unsafe inflateInit2_(state, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw GenbaError(.ioFailed, "unpacking cannot start", cause: zlibMessage(status)) }
  }

  deinit {
    unsafe inflateEnd(state)
    unsafe state.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(GenbaError) {
    let count = try unsafe inflate(into: buffer)
    guard count == buffer.count else {
      throw GenbaError(
        .corruptData, "the compressed data falls short of the announced size, by \(remainingCount - count)")
    }
    remainingCount -= count
  }

  /// Throws `.corruptData` if more was compressed than announced, and `.truncated` if the data lacks its end mark.
  func finish() throws(GenbaError) {
    var surplus: UInt8 = 0
    let count = try unsafe withUnsafeMutableBytes(of: &surplus) { (buffer) throws(GenbaError) in
      try unsafe inflate(into: buffer)
    }
    guard count == 0 else { throw GenbaError(.corruptData, "more bytes were compressed than announced") }
  }

  /// Unpacks into `buffer` until it is full or the data ends, and says how many bytes that gave.
  private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(GenbaError) -> Int {
    var done = 0
    while done < buffer.count, !isAtEnd {
      if inputPosition == input.count {
        input = try source.bytes(at: rest.lowerBound, count: min(rest.count, 1 << 16))
        inputPosition = 0
        rest = rest.lowerBound + input.count..<rest.upperBound
      }
      // zlib counts in 32 bits.
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...].prefix(1 << 30))
      let status = unsafe step(into: room)
      done += room.count - Int(unsafe state.pointee.avail_out)
      switch status {
      case Z_OK: continue
      case Z_STREAM_END: isAtEnd = true
      case Z_BUF_ERROR: throw GenbaError(.truncated, "the compressed data ends too early")
      default: throw GenbaError(.corruptData, "the compressed data is damaged", cause: zlibMessage(status))
      }
    }
    return done
  }

  /// A step of zlib, from the input at hand into `room`.
  private func step(into room: UnsafeMutableRawBufferPointer) -> Int32 {
    unsafe state.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe state.pointee.avail_out = UInt32(room.count)
    let status = unsafe input.withUnsafeBufferPointer { bytes in
      let left = unsafe UnsafeBufferPointer(rebasing: bytes[inputPosition...])
      // zlib does not write to its input; its header says so only under a macro.
      unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: left.baseAddress)
      unsafe state.pointee.avail_in = UInt32(left.count)
      return unsafe CZlib.inflate(state, Z_NO_FLUSH)
    }
    inputPosition = input.count - Int(unsafe state.pointee.avail_in)
    return status
  }

  private func zlibMessage(_ status: Int32) -> String {
    "zlib: " + (unsafe state.pointee.msg.map { unsafe String(cString: $0) } ?? "error \(status)")
  }
}
