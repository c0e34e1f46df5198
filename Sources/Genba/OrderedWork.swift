internal import GenbaCore

/// Runs `work` on every item, at most `jobs` at a time, and hands the results on in the items' order.
///
/// A slow item holds back the results behind it, not the work: up to `4 * jobs` results wait, so memory stays bounded
/// however many items there are.
///
/// - Parameters:
///   - items: What to work on.
///   - jobs: How many items are worked on at once, at least 1.
///   - work: Runs off the caller's actor. It reports failure in its result: one bad item never stops the others.
///   - receive: Called for each result, in order, one after another. What it throws ends the whole.
/// - Throws: What `receive` throws, and `.cancelled` if the surrounding task was cancelled before the last item: items
///   that were begun are finished and handed on, the others are not begun.
func forEachInOrder<Item: Sendable, Output: Sendable>(
  _ items: [Item], jobs: Int, work: @escaping @Sendable (Item) -> Output,
  receive: (Item, Output) throws(GenbaError) -> Void
) async throws(GenbaError) {
  let window = 4 * max(jobs, 1)
  let failure: GenbaError? = await withTaskGroup(of: (Int, Output).self) { group -> GenbaError? in
    var (next, emitted, running) = (0, 0, 0)
    var waiting: [Int: Output] = [:]
    while emitted < items.count {
      while running < max(jobs, 1), next < items.count, next < emitted + window, !Task.isCancelled {
        let index = next
        let item = items[index]
        group.addTask { (index, work(item)) }
        next += 1
        running += 1
      }
      guard let (index, output) = await group.next() else {
        return GenbaError(.cancelled, "the work was called off after \(emitted) of \(items.count)")
      }
      running -= 1
      waiting[index] = output
      while let output = waiting.removeValue(forKey: emitted) {
        do throws(GenbaError) { try receive(items[emitted], output) } catch {
          group.cancelAll()
          return error
        }
        emitted += 1
      }
    }
    return nil
  }
  if let failure { throw failure }
}
