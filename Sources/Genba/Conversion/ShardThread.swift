internal import GenbaCore

/// Writes a shard in a thread: copying, hashing and the disk keep nobody else waiting.
final class ShardThread: @unchecked Sendable {
  private let lock = WaitingLock()
  // Guarded by the lock.
  private var waiting: [WorkResult] = []
  private var heldBytes = 0
  private var hasAll = false
  private var isStopped = false
  private var failure: GenbaError?

  /// The thread's own; with it go the shard's lock and what is unfinished of it.
  private var shard: OpenShard?
  private var thread: WorkThread?

  /// A sample is taken in while less than this is held, whatever its own size.
  private static let (maxBytes, maxCount) = (4 << 20, 256)
  /// What the thread is woken for: waking it for each of many small samples costs more than writing them.
  private static let (bytesToWake, countToWake) = (128 << 10, 64)

  init(_ shard: OpenShard) {
    self.shard = shard
    thread = WorkThread { [self] in
      do throws(GenbaError) { try write() } catch { fail(error) }
      self.shard = nil
    }
  }

  private func write() throws(GenbaError) {
    guard let shard else { return }
    while let results = takeAll() {
      var written = 0
      for result in results {
        try shard.append(result)
        written += result.byteCount
        if written >= Self.bytesToWake { letGo(&written) }
      }
      letGo(&written)
    }
    if isComplete { try shard.commit() }
  }

  /// What waits, once something does; `nil` if nothing more comes.
  private func takeAll() -> [WorkResult]? {
    lock.acquire()
    defer { lock.release() }
    while !isWorthIt, !hasAll, !isStopped { lock.wait(.consumer) }
    if isStopped || waiting.isEmpty { return nil }
    defer { waiting = [] }
    return waiting
  }

  /// Called with the lock held.
  private var isWorthIt: Bool { heldBytes >= Self.bytesToWake || waiting.count >= Self.countToWake }

  private func letGo(_ bytes: inout Int) {
    lock.acquire()
    heldBytes -= bytes
    lock.release()
    lock.wake(.producer)
    bytes = 0
  }

  private var isComplete: Bool {
    lock.acquire()
    defer { lock.release() }
    return hasAll && !isStopped
  }

  private func fail(_ error: GenbaError) {
    lock.acquire()
    failure = error
    lock.release()
    lock.wake(.producer)
  }

  /// Throws what has failed by now.
  func check() throws(GenbaError) {
    lock.acquire()
    defer { lock.release() }
    if let failure { throw failure }
  }

  /// Hands a sample on; waits while too much is held.
  ///
  /// - Throws: What has failed by now, with an earlier sample perhaps.
  func append(_ result: WorkResult) throws(GenbaError) {
    lock.acquire()
    defer { lock.release() }
    while heldBytes >= Self.maxBytes || waiting.count >= Self.maxCount, failure == nil { lock.wait(.producer) }
    if let failure { throw failure }
    waiting.append(result)
    heldBytes += result.byteCount
    if isWorthIt { lock.wake(.consumer) }
  }

  /// Says that all samples have come: the shard is put in its place behind them.
  func end() {
    lock.acquire()
    hasAll = true
    lock.release()
    lock.wake(.consumer)
  }

  /// Waits for the end of the thread.
  ///
  /// - Throws: What has failed.
  func join() throws(GenbaError) {
    thread?.join()
    thread = nil
    try check()
  }

  /// Gives the shard up, unless all its samples have come; returns when nothing is left of the work.
  func stop() {
    lock.acquire()
    isStopped = !hasAll
    lock.release()
    lock.wake(.consumer)
    thread?.join()
    thread = nil
  }
}
