internal import GenbaCore
internal import Synchronization

/// Finds out, beside the work, how many bytes there are to read: what an estimate of the time left is made of.
///
/// Of a long list every so-manieth input is looked at. In memory are two numbers.
final class InputSizes: Sendable {
  private struct Known {
    var bytes = 0
    var inputs = 0
    var isStopped = false
  }

  private let known = Mutex(Known())
  private let total: Int

  /// Inputs that are looked at, about.
  private static let lookedAt = 100_000

  /// - Parameter total: Inputs in all of the shards that will be looked through.
  init(total: Int) { self.total = total }

  /// Looks at the inputs of these shards, in a thread; to be ended with ``stop(_:)``.
  func look(at shards: [Int], of plan: ConversionPlan) -> WorkThread {
    WorkThread { [self] in
      let step = max(1, total / Self.lookedAt)
      var place = 0
      for index in shards {
        // What is wrong with the plan is for those to say who work by it.
        guard let shard = try? plan.shard(index), var lines = try? plan.lines(of: shard) else { return }
        for _ in 0..<shard.inputCount {
          guard let line = try? lines.next() else { return }
          if place % step == 0, let input = try? plan.input(line) {
            let bytes = input.byteCount
            let goesOn = known.withLock { known in
              known.bytes += bytes
              known.inputs += 1
              return !known.isStopped
            }
            if !goesOn { return }
          }
          place += 1
        }
      }
    }
  }

  /// Ends the thread.
  func stop(_ thread: WorkThread) {
    known.withLock { $0.isStopped = true }
    thread.join()
  }

  /// Bytes of all inputs, as far as can be told by now; `nil` before the first has been looked at.
  var expectedBytes: Int? {
    known.withLock { known in
      known.inputs == 0 ? nil : Int(Double(known.bytes) / Double(known.inputs) * Double(total))
    }
  }
}
