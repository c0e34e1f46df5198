internal import CGenbaMedia
internal import GenbaCore
internal import Glibc

/// A file or bytes in memory as FFmpeg reads them: in pieces, from anywhere.
///
/// FFmpeg opens nothing itself, so a playlist or a reference inside a file cannot lead it to other files or hosts.
@safe
final class MediaBytes {
  /// The whole length in bytes.
  let size: Int64

  private let descriptor: Int32?
  private let bytes: [UInt8]
  private var position: Int64 = 0
  private var allowance: Int64 = 0
  private let callSeconds: Double
  private let clock = ContinuousClock()
  private var deadline: ContinuousClock.Instant

  /// Opens the file; a pipe is read whole, since decoders jump back.
  init(_ source: MediaSource, limits: DecodeLimits) throws(GenbaError) {
    let source = try source.rereadable(limits: limits)
    callSeconds = limits.callSeconds
    deadline = clock.now
    size = Int64(try source.byteCount())
    switch source {
    case .memory(let bytes, _):
      self.bytes = bytes
      descriptor = nil
    case .file(let path):
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw GenbaError(.cannotOpen, "this cannot be opened", source: .init(path: path))
      }
      self.descriptor = descriptor
      bytes = []
    }
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  /// Grants one operation its reads and its time: many times the file, so that only a demuxer that a broken file sends
  /// round in circles ever comes to the end of it, and ``DecodeLimits/callSeconds``.
  func grantAllowance() {
    allowance = size.multipliedReportingOverflow(by: 16).partialValue + 256 << 20
    deadline = clock.now + .seconds(min(max(callSeconds, 0), 1e9))
  }

  /// Whether the operation has used up its reads or its time.
  var isExhausted: Bool { allowance < 0 || isLate }

  /// Whether the operation has used up its time.
  var isLate: Bool { clock.now >= deadline }

  /// That it has.
  var timeout: GenbaError {
    GenbaError(
      .timeout, "this takes longer than the limit of \(callSeconds) s for a call; raise DecodeLimits.callSeconds")
  }

  /// Reads up to `count` bytes; returns how many, or FFmpeg's code for the end or a failure.
  func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int) -> Int32 {
    // A read costs something even where it yields nothing, or a loop at the end of the file would be free.
    allowance -= Int64(max(count, 1 << 10))
    guard !isExhausted else { return genba_averror_exit }
    let count = min(count, Int(max(size - position, 0)))
    guard count > 0 else { return genba_averror_eof }
    if let descriptor {
      var received = unsafe pread(descriptor, buffer, count, Int(position))
      while received < 0, errno == EINTR { received = unsafe pread(descriptor, buffer, count, Int(position)) }
      guard received != 0 else { return genba_averror_eof }
      guard received > 0 else { return -errno }
      position += Int64(received)
      return Int32(received)
    }
    let start = Int(position)
    unsafe bytes.withUnsafeBytes { all in
      unsafe UnsafeMutableRawBufferPointer(start: buffer, count: count)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: all[start..<start + count]))
    }
    position += Int64(count)
    return Int32(count)
  }

  /// Moves to another place; returns it, or the size if that was asked for.
  func seek(to offset: Int64, whence: Int32) -> Int64 {
    let base: Int64
    switch whence & ~genba_avseek_force {
    case genba_avseek_size: return size
    case SEEK_SET: base = 0
    case SEEK_CUR: base = position
    case SEEK_END: base = size
    default: return Int64(-EINVAL)
    }
    let (target, overflow) = base.addingReportingOverflow(offset)
    guard !overflow, target >= 0 else { return Int64(-EINVAL) }
    position = target
    return target
  }

  /// A few bytes from anywhere, fewer at the end; the next read goes on where the last one ended.
  func bytes(at offset: Int64, count: Int) -> [UInt8] {
    let place = position
    defer { position = place }
    position = offset
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, received in
      guard let start = buffer.baseAddress else { return }
      received = unsafe Int(max(read(into: start, count: count), 0))
    }
  }
}
