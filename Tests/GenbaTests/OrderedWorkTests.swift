import GenbaCore
import Glibc
import Synchronization
import Testing

@testable import Genba

@Suite struct OrderedWorkTests {
  /// Numbers up to `count`, one a call.
  private func numbers(_ count: Int) -> @Sendable () throws(GenbaError) -> Int? {
    let next = SharedCount()
    return { () throws(GenbaError) in
      let number = next.increment() - 1
      return number < count ? number : nil
    }
  }

  /// Whoever shows progress hears while an item takes long.
  @Test func secondsWithoutAResultAreTold() throws {
    var waited = 0
    try forEachInOrder(
      jobs: 1, next: numbers(1), work: { _, item, emit in if usleep(1_300_000) == 0 { _ = emit(item) } },
      receive: { _, _ in }, waiting: { waited += 1 })
    #expect(waited == 1)
  }

  @Test(arguments: [1, 2, 7])
  func resultsComeInTheItemsOrder(jobs: Int) throws {
    var received: [Int] = []
    var finished: [Int] = []
    try forEachInOrder(
      jobs: jobs, next: numbers(100),
      work: { _, item, emit in
        // Later items of each group of ten are done sooner; item n gives n % 3 results.
        var sum = 0
        for value in 0..<(10 - item % 10) * 2000 { sum &+= value ^ item }
        for part in 0..<item % 3 { _ = emit(sum == -1 ? -1 : 10 * item + part) }
      },
      receive: { item, output in
        if let output {
          #expect(output / 10 == item)
          received.append(output)
        } else {
          finished.append(item)
        }
      })
    #expect(received == (0..<100).flatMap { item in (0..<item % 3).map { 10 * item + $0 } })
    #expect(finished == Array(0..<100))
  }

  @Test func aSlowItemHoldsBackOnlyABoundedNumberOfOthers() throws {
    let started = SharedCount()
    var aheadOfFirst = 0
    try forEachInOrder(
      jobs: 2, next: numbers(200),
      work: { _, item, emit in
        let count = started.increment()
        guard item == 0 else { return }
        // Until the others can go no further.
        var last = -1
        while case let now = started.value, now != last || now < 2 {
          last = now
          for _ in 0..<200_000 { _ = started.value }
        }
        _ = emit(max(started.value, count))
      },
      receive: { item, output in
        if item == 0, let output { aheadOfFirst = output }
      })
    #expect(aheadOfFirst <= 8, "four items a thread may be under way, not \(aheadOfFirst)")
  }

  @Test func anItemWithManyResultsWaitsForTheReceiver() throws {
    let emitted = SharedCount()
    var furthest = 0
    var received = 0
    try forEachInOrder(
      jobs: 2, next: numbers(2),
      work: { _, _, emit in
        for part in 0..<1000 {
          guard emit(part) else { return }
          emitted.increment()
        }
      },
      receive: { _, output in
        guard output != nil else { return }
        received += 1
        furthest = max(furthest, emitted.value - received)
      })
    #expect(received == 2000)
    #expect(furthest <= 8, "\(furthest) results wait, which takes memory")
  }

  /// Results that came while the first item was slow are taken together, and each is let go before the next is received.
  @Test func aResultIsLetGoOnceItIsReceived() throws {
    let (made, gone) = (SharedCount(), SharedCount())
    var (received, held) = (0, 0)
    try forEachInOrder(
      jobs: 4, next: numbers(4),
      work: { _, item, emit in
        // The first comes last.
        while item == 0, made.value < 3 { usleep(100) }
        _ = emit(Counted(made, gone))
      },
      receive: { _, output in
        guard output != nil else { return }
        // Its thread lets go of a result shortly after it gave it.
        for _ in 0..<1000 where gone.value < received { usleep(100) }
        held = max(held, received - gone.value)
        received += 1
      })
    #expect(received == 4 && held == 0, "\(held) results are kept that were received")
  }

  @Test func anErrorInReceiveEndsTheWork() {
    let started = SharedCount()
    let error = #expect(throws: GenbaError.self) {
      try forEachInOrder(
        jobs: 2, next: numbers(1000),
        work: { _, item, emit in
          started.increment()
          _ = emit(item)
        },
        receive: { (item, _: Int?) throws(GenbaError) in
          if item == 3 { throw GenbaError(.ioFailed, "disk full") }
        })
    }
    #expect(error == GenbaError(.ioFailed, "disk full"))
    #expect(started.value < 20)
  }

  @Test func anErrorInTheListComesBehindWhatWasBefore() {
    var received: [Int] = []
    let next = numbers(1000)
    let error = #expect(throws: GenbaError.self) {
      try forEachInOrder(
        jobs: 3,
        next: { () throws(GenbaError) -> Int? in
          let number = try next()
          if number == 17 { throw GenbaError(.corruptData, "line 18") }
          return number
        }, work: { _, item, emit in _ = emit(item) },
        receive: { _, output in
          if let output { received.append(output) }
        })
    }
    #expect(error?.message == "line 18" && received == Array(0..<17))
  }

  @Test func aCancelledRunSaysThatItIsNotDone() {
    let isCancelled = SharedCount()
    var received = 0
    let error = #expect(throws: GenbaError.self) {
      try forEachInOrder(
        jobs: 2, next: numbers(100), work: { _, item, emit in _ = emit(item) },
        receive: { item, output in
          received += output == nil ? 0 : 1
          if item == 3 { isCancelled.increment() }
        }, isCancelled: { isCancelled.value > 0 })
    }
    #expect(error?.code == .cancelled && (4..<8).contains(received))
  }

  @Test func noItemsIsNoWork() throws {
    try forEachInOrder(
      jobs: 2, next: numbers(0), work: { _, item, emit in _ = emit(item) },
      receive: { _, _ in Issue.record("nothing to receive") })
  }
}

/// A count that threads share.
private final class SharedCount: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  @discardableResult
  func increment() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}

/// Counts how many of its kind there have been, and how many are gone.
private final class Counted: Sendable {
  private let gone: SharedCount

  init(_ made: SharedCount, _ gone: SharedCount) {
    made.increment()
    self.gone = gone
  }

  deinit { gone.increment() }
}
