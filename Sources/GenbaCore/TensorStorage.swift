internal import Glibc

/// A tensor's memory: 64-byte aligned, and on huge pages where it is large.
@safe
@usableFromInline
final class TensorStorage: @unchecked Sendable {
  @usableFromInline let bytes: UnsafeMutableRawBufferPointer

  /// From this size on, first-touch page faults cost more than many a kernel, so the memory is aligned to huge
  /// pages and the system is asked for them (746 MB of 4 kB pages: 0.32 s; of 2 MB pages: 0.06 s).
  static let hugePageThreshold = 3 << 20
  static let hugePageSize = 2 << 20

  /// Uninitialised memory. An allocation that the system refuses traps: sizes that come from a file are checked
  /// against ``DecodeLimits`` before they come here.
  @usableFromInline
  init(byteCount: Int) {
    let isLarge = byteCount >= Self.hugePageThreshold
    let alignment = isLarge ? Self.hugePageSize : 64
    var base: UnsafeMutableRawPointer?
    // Never zero bytes: an empty tensor has an address of its own too.
    // Whole huge pages, or the last of them would be small ones: a spectrogram of half a minute is a little less than two.
    let allocated = isLarge ? (byteCount + Self.hugePageSize - 1) & -Self.hugePageSize : max(byteCount, 64)
    let status = unsafe posix_memalign(&base, alignment, allocated)
    guard status == 0, let base = unsafe base else {
      preconditionFailure("a tensor of \(byteCount) bytes does not fit into memory")
    }
    if isLarge { _ = unsafe madvise(base, allocated, MADV_HUGEPAGE) }
    unsafe bytes = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }

  deinit { unsafe free(bytes.baseAddress) }

  @usableFromInline
  func copy() -> TensorStorage {
    let other = unsafe TensorStorage(byteCount: bytes.count)
    unsafe other.bytes.copyMemory(from: UnsafeRawBufferPointer(bytes))
    return other
  }
}
