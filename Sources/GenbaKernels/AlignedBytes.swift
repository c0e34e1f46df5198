internal import Glibc

/// Memory for a kernel's scratch and state: 64-byte aligned, uninitialised, on huge pages where it is large.
@safe
final class AlignedBytes: @unchecked Sendable {
  let start: UnsafeMutablePointer<UInt8>
  let count: Int

  /// A size that the system refuses traps.
  init(count: Int) {
    let isLarge = count >= 4 << 20
    var memory: UnsafeMutableRawPointer?
    let status = unsafe posix_memalign(&memory, isLarge ? 2 << 20 : 64, max(count, 64))
    guard status == 0, let memory = unsafe memory else { preconditionFailure("\(count) bytes do not fit into memory") }
    if isLarge { _ = unsafe madvise(memory, count, MADV_HUGEPAGE) }
    unsafe start = memory.assumingMemoryBound(to: UInt8.self)
    self.count = count
  }

  deinit { unsafe free(start) }

  func clear() { unsafe memset(start, 0, count) }
}
