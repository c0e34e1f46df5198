internal import Glibc
internal import Synchronization

/// Memory for large tensors, of which one block is kept for the next tensor when it is let go.
///
/// glibc gives blocks above 32 MB back to the system as soon as they are freed, and keeps smaller ones. Whoever decodes
/// clip after clip would touch new pages for each of them: for the 55 MB of 60 small frames, a thirtieth of the time.
struct SpareMemory: ~Copyable {
  /// What a tensor's bytes lie in.
  @safe
  struct Block: @unchecked Sendable {
    /// As malloc gave it.
    let start: UnsafeMutableRawPointer
    let length: Int
  }

  /// From what glibc does not keep itself to all that a process may hold on to in vain.
  static let shared = SpareMemory(lengths: 32 << 20...64 << 20)

  /// Which blocks are kept.
  let lengths: ClosedRange<Int>

  private let kept = Mutex<Block?>(nil)

  init(lengths: ClosedRange<Int>) { self.lengths = lengths }

  /// Uninitialised memory of so many bytes or more; `nil` where the system refuses it.
  func allocate(_ length: Int) -> Block? {
    if lengths.contains(length), let block = exchange(for: nil) {
      if block.length >= length { return block }
      // Both at once would be more than the tensor needs.
      unsafe free(block.start)
    }
    guard let start = unsafe malloc(length) else { return nil }
    return unsafe Block(start: start, length: length)
  }

  /// Takes memory back: keeps it, or frees it.
  func release(_ block: Block) {
    let unwanted = lengths.contains(block.length) ? exchange(for: block) : block
    if let unwanted { unsafe free(unwanted.start) }
  }

  private func exchange(for block: Block?) -> Block? {
    kept.withLock { kept in
      defer { kept = block }
      return kept
    }
  }

  deinit {
    if let block = exchange(for: nil) { unsafe free(block.start) }
  }
}
