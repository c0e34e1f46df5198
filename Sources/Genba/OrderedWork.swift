internal import GenbaCore

/// Runs `work` on every item, on `jobs` threads, and hands what comes of the items on in their order.
///
/// An item gives any number of results. A slow item holds back the results behind it, not the work: up to `4 * jobs`
/// items are under way or wait, and a result that nobody has taken yet holds back its item, so memory stays bounded
/// however many items there are and however many results each one has.
///
/// Threads, and not tasks: an item waits in the middle of its work, which a task's thread must not.
///
/// - Parameters:
///   - jobs: How many items are worked on at once, at least 1.
///   - next: Gives the next item, or `nil` at the end; called from the threads, one at a time.
///   - work: Calls `emit` for each result; where that gives `false`, nobody wants more. The first argument is the number
///     of the thread, from 0. It reports failure in its results: one bad item never stops the others.
///   - receive: Called on the caller's thread for each result, in order, and with `nil` once an item is done. What it
///     throws ends the whole.
///   - waiting: Called on the caller's thread for each second in which nothing came.
///   - isCancelled: Asked before each item and each result, and each second in which nothing came. Work that is under way
///     is waited for.
/// - Throws: What `next` or `receive` throws, once all results before it have been received; `.cancelled`.
func forEachInOrder<Item: Sendable, Output: Sendable>(
  jobs: Int, next: @escaping @Sendable () throws(GenbaError) -> Item?,
  work: @escaping @Sendable (_ thread: Int, Item, _ emit: (Output) -> Bool) -> Void,
  receive: (Item, Output?) throws(GenbaError) -> Void, waiting: () -> Void = {},
  isCancelled: @escaping @Sendable () -> Bool = { false }
) throws(GenbaError) {
  let queue = OrderedQueue<Item, Output>(window: 4 * max(jobs, 1), next: next, isCancelled: isCancelled)
  let threads = (0..<max(jobs, 1)).map { number in
    WorkThread {
      while let slot = queue.begin() {
        work(number, slot.item) { queue.emit($0, from: slot) }
        queue.finish(slot)
      }
    }
  }
  defer { for thread in threads { thread.join() } }
  while true {
    guard var batch = queue.take() else {
      if isCancelled() {
        queue.stop()
        throw GenbaError(.cancelled, "the work was called off")
      }
      waiting()
      continue
    }
    if batch.results.isEmpty {
      if let failure = batch.failure { throw failure }
      return
    }
    do throws(GenbaError) {
      // A result is let go as soon as it has been received, not with the last of its batch: it may be a clip's tensors.
      batch.results.reverse()
      while let (item, result) = batch.results.popLast() {
        if isCancelled() { throw GenbaError(.cancelled, "the work was called off") }
        try receive(item, result)
      }
    } catch {
      queue.stop()
      throw error
    }
  }
}

/// An item that is under way, and its results that were not received yet.
private final class WorkSlot<Item: Sendable, Output: Sendable>: @unchecked Sendable {
  let item: Item
  // Guarded by the queue's lock.
  var results: [Output] = []
  var isFinished = false

  init(_ item: Item) { self.item = item }
}

/// Items in order, from the first that has not been received.
private final class OrderedQueue<Item: Sendable, Output: Sendable>: @unchecked Sendable {
  private let lock = WaitingLock()
  private let window: Int
  private let next: () throws(GenbaError) -> Item?
  private let isCancelled: () -> Bool
  private var slots: [WorkSlot<Item, Output>] = []
  private var hasEnded = false
  private var isStopped = false
  private var failure: GenbaError?

  /// Results of one item that may wait.
  private static var depth: Int { 2 }

  init(
    window: Int, next: @escaping () throws(GenbaError) -> Item?, isCancelled: @escaping () -> Bool
  ) {
    self.window = window
    self.next = next
    self.isCancelled = isCancelled
  }

  /// The next item to work on; `nil` if there is none.
  func begin() -> WorkSlot<Item, Output>? {
    lock.acquire()
    defer { lock.release() }
    while slots.count >= window, !isStopped { lock.wait(.producer) }
    if isStopped || hasEnded { return nil }
    do throws(GenbaError) {
      if isCancelled() { throw GenbaError(.cancelled, "the work was called off") }
      if let item = try next() {
        let slot = WorkSlot<Item, Output>(item)
        slots.append(slot)
        return slot
      }
    } catch {
      failure = error
    }
    hasEnded = true
    lock.wake(.consumer)
    return nil
  }

  func emit(_ result: Output, from slot: WorkSlot<Item, Output>) -> Bool {
    lock.acquire()
    defer { lock.release() }
    while slot.results.count >= Self.depth, !isStopped { lock.wait(.producer) }
    if isStopped { return false }
    slot.results.append(result)
    if slots.first === slot { lock.wake(.consumer) }
    return !isCancelled()
  }

  func finish(_ slot: WorkSlot<Item, Output>) {
    lock.acquire()
    slot.isFinished = true
    if slots.first === slot { lock.wake(.consumer) }
    lock.release()
  }

  /// Waits for results and takes those that are next; none at the end. `nil` if nothing comes within a second.
  func take() -> (results: [(Item, Output?)], failure: GenbaError?)? {
    lock.acquire()
    defer { lock.release() }
    var results: [(Item, Output?)] = []
    while true {
      while let slot = slots.first {
        for result in slot.results { results.append((slot.item, result)) }
        slot.results.removeAll()
        guard slot.isFinished else { break }
        results.append((slot.item, nil))
        slots.removeFirst()
      }
      if !results.isEmpty {
        lock.wake(.producer)
        return (results, nil)
      }
      if hasEnded && slots.isEmpty { return ([], failure) }
      guard lock.wait(.consumer, seconds: 1) else { return nil }
    }
  }

  func stop() {
    lock.acquire()
    isStopped = true
    lock.wake(.producer)
    lock.release()
  }
}
