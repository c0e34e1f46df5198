internal import GenbaCore
internal import GenbaMedia
internal import Synchronization

/// Does the work of each thread: in this process, or in a child process of the thread's own.
final class WorkPool: Sendable {
  private let recipe: ResolvedRecipe
  private let options: Conversion.Options
  private let work: SampleWork
  private let isCancelled: @Sendable () -> Bool
  private let children: [Mutex<WorkerProcess?>.Box]

  init(recipe: ResolvedRecipe, options: Conversion.Options, isCancelled: @escaping @Sendable () -> Bool) {
    self.recipe = recipe
    self.options = options
    self.isCancelled = isCancelled
    work = SampleWork(recipe: recipe, limits: options.limits)
    children = (0..<options.jobs).map { _ in Mutex<WorkerProcess?>.Box() }
  }

  func run(_ item: WorkItem, thread: Int, emit: (WorkResult) -> Bool) {
    if let rows = item.earlier {
      for row in rows {
        guard emit(WorkResult(row: row, isEarlier: true)) else { return }
      }
    } else if let isolation = options.isolation {
      children[thread].value.withLock { child in
        let process =
          child ?? WorkerProcess(isolation, recipe: recipe, limits: options.limits, isCancelled: isCancelled)
        child = process
        process.run(item.input, ordinal: item.ordinal, emit: emit)
      }
    } else {
      work.run(item.input, ordinal: item.ordinal, emit: emit)
    }
  }

  /// Ends the child processes.
  func close() {
    for child in children {
      child.value.withLock { process in
        process?.close()
        process = nil
      }
    }
  }
}

extension Mutex where Value == WorkerProcess? {
  /// A lock in a class, which an array can hold.
  final class Box: Sendable {
    let value = Mutex<WorkerProcess?>(nil)
  }
}
