internal import Dispatch

/// Runs `body` for each index below `count`, on up to `threads` threads at once; returns when all are done.
///
/// The only place where the libraries use more than one thread, and only when a caller asks for them: on
/// `concurrentPerform`, which leaves nothing running, so that a process may fork afterwards. One thread, or one index,
/// stays on the calling thread.
public func parallelFor(_ count: Int, threads: Int, _ body: @Sendable (_ index: Int) -> Void) {
  precondition(count >= 0 && threads >= 1, "\(count) indices on \(threads) threads")
  let workers = min(count, threads)
  if workers <= 1 {
    for index in 0..<count { body(index) }
    return
  }
  // Indices go round: worker w takes w, w + workers …
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    for index in stride(from: worker, to: count, by: workers) { body(index) }
  }
}
