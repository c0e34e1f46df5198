internal import CSndfile
internal import Glibc

/// A file's bytes in memory, with a place in them, for libsndfile to read through its virtual I/O.
///
/// libsndfile keeps a pointer to this object, which must outlive the handle that ``open(_:)`` gives.
final class SndfileMemory {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  @unsafe
  func open(_ info: inout SF_INFO) -> OpaquePointer? {
    var callbacks = unsafe SF_VIRTUAL_IO(
      get_filelen: { unsafe sf_count_t(SndfileMemory.at($0).bytes.count) },
      seek: { offset, origin, user in unsafe SndfileMemory.at(user).seek(Int(offset), origin) },
      read: { target, count, user in unsafe SndfileMemory.at(user).read(target, Int(count)) },
      write: { _, _, _ in 0 },
      tell: { unsafe sf_count_t(SndfileMemory.at($0).position) })
    return unsafe sf_open_virtual(
      &callbacks, Int32(SFM_READ), &info, Unmanaged.passUnretained(self).toOpaque())
  }

  @unsafe
  private static func at(_ pointer: UnsafeMutableRawPointer?) -> SndfileMemory {
    guard let pointer = unsafe pointer else { preconditionFailure("libsndfile hands back the pointer it was given") }
    return unsafe Unmanaged<SndfileMemory>.fromOpaque(pointer).takeUnretainedValue()
  }

  private func seek(_ offset: Int, _ origin: Int32) -> sf_count_t {
    let start =
      switch origin {
      case SEEK_CUR: position
      case SEEK_END: bytes.count
      default: 0
      }
    let (target, overflow) = start.addingReportingOverflow(offset)
    guard !overflow, target >= 0 else { return -1 }
    position = target
    return sf_count_t(target)
  }

  @unsafe
  private func read(_ target: UnsafeMutableRawPointer?, _ count: Int) -> sf_count_t {
    let available = max(min(count, bytes.count - position), 0)
    guard available > 0 else { return 0 }
    unsafe bytes.withUnsafeBytes { source in
      guard let target = unsafe target, let start = source.baseAddress else { return }
      unsafe target.copyMemory(from: start + position, byteCount: available)
    }
    position += available
    return sf_count_t(available)
  }
}
