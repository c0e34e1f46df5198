internal import Glibc

/// A tensor's memory: 64-byte aligned, and on huge pages where it is large.
@safe
@usableFromInline
final class TensorStorage: @unchecked Sendable {
  @usableFromInline let bytes: UnsafeMutableRawBufferPointer

  /// What the allocator gave, in which ``bytes`` begin at an aligned place.
  private let allocation: SpareMemory.Block

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
    // Never zero bytes: an empty tensor has an address of its own too. Whole huge pages, or the last of them would be
    // small ones.
    let length = isLarge ? (byteCount + alignment - 1) & -alignment : max(byteCount, 64)
    // Aligned by hand: glibc gives what posix_memalign took on large boundaries back to the system each time, and the
    // next tensor would touch new pages again.
    guard let allocation = SpareMemory.shared.allocate(length + alignment) else {
      preconditionFailure("a tensor of \(byteCount) bytes does not fit into memory")
    }
    self.allocation = allocation
    let base = unsafe allocation.start.alignedUp(toMultipleOf: alignment)
    if isLarge { _ = unsafe madvise(base, length, MADV_HUGEPAGE) }
    unsafe bytes = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }

  deinit { SpareMemory.shared.release(allocation) }

  @usableFromInline
  func copy() -> TensorStorage {
    let other = unsafe TensorStorage(byteCount: bytes.count)
    unsafe other.bytes.copyMemory(from: UnsafeRawBufferPointer(bytes))
    return other
  }
}
