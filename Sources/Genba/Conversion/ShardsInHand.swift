internal import GenbaCore

/// The shards that are being written, each by a thread of its own.
///
/// Used by one thread, which hands samples on and does not wait for the disk.
final class ShardsInHand {
  private let plan: ConversionPlan
  private let folder: OutputFolder
  private let width: Int
  private var open: [Int: ShardThread] = [:]
  /// Those that have all their samples, the earliest first.
  private var ending: [ShardThread] = []

  init(plan: ConversionPlan, folder: OutputFolder, width: Int) {
    self.plan = plan
    self.folder = folder
    self.width = width
  }

  /// Hands a sample on to its shard.
  ///
  /// - Throws: What has failed in any shard by now.
  func append(_ result: WorkResult, to shard: ConversionPlan.Shard) throws(GenbaError) {
    try thread(of: shard).append(result)
  }

  /// Says that a shard has all its samples.
  ///
  /// - Throws: As ``append(_:to:)``.
  func end(_ shard: ConversionPlan.Shard) throws(GenbaError) {
    // An input may have no samples, even the only one of a shard.
    let thread = try thread(of: shard)
    thread.end()
    open[shard.index] = nil
    ending.append(thread)
    while ending.count > width { try ending.removeFirst().join() }
  }

  private func thread(of shard: ConversionPlan.Shard) throws(GenbaError) -> ShardThread {
    for thread in ending { try thread.check() }
    if let thread = open[shard.index] { return thread }
    let thread = ShardThread(try OpenShard(shard, plan: plan, folder: folder))
    open[shard.index] = thread
    return thread
  }

  /// Waits until all shards are in their places.
  func finish() throws(GenbaError) {
    while !ending.isEmpty { try ending.removeFirst().join() }
  }

  /// Gives up the shards that lack samples, and leaves them absent; the others are finished.
  func stop() {
    for thread in open.values { thread.stop() }
    for thread in ending { thread.stop() }
    open = [:]
    ending = []
  }
}
