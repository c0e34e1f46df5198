import GenbaCore
import Synchronization
import Testing

@testable import Genba

@Suite struct OrderedWorkTests {
  @Test(arguments: [1, 2, 7])
  func resultsComeInTheItemsOrder(jobs: Int) async throws {
    var received: [Int] = []
    try await forEachInOrder(
      Array(0..<100), jobs: jobs,
      work: { item in
        // Later items of each group of ten are done sooner.
        var sum = 0
        for value in 0..<(10 - item % 10) * 2000 { sum &+= value ^ item }
        return sum == -1 ? -1 : item * item
      },
      receive: { item, output in
        #expect(output == item * item)
        received.append(item)
      })
    #expect(received == Array(0..<100))
  }

  @Test func aSlowItemHoldsBackOnlyABoundedNumberOfResults() async throws {
    let started = Mutex(0)
    var aheadOfFirst = 0
    try await forEachInOrder(
      Array(0..<200), jobs: 2,
      work: { item in
        let count = started.withLock { count in
          count += 1
          return count
        }
        if item == 0 {
          // Until the others can go no further.
          var last = -1
          while case let now = started.withLock({ $0 }), now != last || now < 2 {
            last = now
            for _ in 0..<200_000 { _ = started.withLock { $0 } }
          }
          return started.withLock { $0 }
        }
        return count
      },
      receive: { item, output in
        if item == 0 { aheadOfFirst = output }
      })
    #expect(aheadOfFirst <= 8, "four results a worker may wait, not \(aheadOfFirst)")
  }

  @Test func anErrorInReceiveEndsTheWork() async {
    let started = Mutex(0)
    await #expect(throws: GenbaError(.ioFailed, "disk full")) {
      try await forEachInOrder(
        Array(0..<1000), jobs: 2, work: { _ in started.withLock { $0 += 1 } },
        receive: { (item, _) throws(GenbaError) in
          if item == 3 { throw GenbaError(.ioFailed, "disk full") }
        })
    }
    #expect(started.withLock { $0 } < 20)
  }

  @Test func aCancelledTaskSaysThatItIsNotDone() async {
    let task = Task { () -> (GenbaError?, Int) in
      var received = 0
      do throws(GenbaError) {
        try await forEachInOrder(
          Array(0..<100), jobs: 2, work: { $0 },
          receive: { item, _ in
            received += 1
            // Cancelled from within, so that no clock decides where.
            if item == 3 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
          })
        return (nil, received)
      } catch {
        return (error, received)
      }
    }
    let (error, received) = await task.value
    #expect(error == GenbaError(.cancelled, "the work was called off after \(received) of 100"))
    #expect((4..<20).contains(received), "what was begun is finished, and no more is begun")
  }

  @Test func noItemsIsNoWork() async throws {
    try await forEachInOrder([Int](), jobs: 2, work: { $0 }, receive: { _, _ in Issue.record("nothing to receive") })
  }
}
