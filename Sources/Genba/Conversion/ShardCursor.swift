internal import FoundationEssentials
internal import GenbaCore
internal import GenbaStorage

/// Gives out the inputs of the shards that are still to be made: of several at once, one of each in turn.
///
/// Used by one thread at a time.
final class ShardCursor: @unchecked Sendable {
  private let plan: ConversionPlan
  private let folder: OutputFolder
  private let isRetry: Bool
  /// How many shards are in hand at once.
  let width: Int
  /// Shards to make, last first.
  private(set) var pending: [Int] = []
  private var inHand: [ShardInputs] = []
  /// Which of them is next.
  private var turn = 0

  /// Inputs in the shards to make.
  private(set) var total = 0
  /// Inputs in shards that are done.
  private(set) var resumed = 0
  /// Samples that are missing or partial in these shards.
  private(set) var resumedFailures = 0
  /// Inputs that these belong to; counted where failures are.
  private(set) var earlierFailedInputs = 0

  /// A shard is hashed at some 2 GB/s by one thread, however many jobs fill it; so there is one for each job. More than
  /// these would be faster than disks are, and all that are in hand are lost with the process.
  private static let maxWidth = 8

  init(
    plan: ConversionPlan, folder: OutputFolder, options: Conversion.Options, isCancelled: () -> Bool = { false }
  ) throws(GenbaError) {
    self.plan = plan
    self.folder = folder
    isRetry = options.isRetry
    width = min(options.jobs, Self.maxWidth)
    for index in 0..<plan.shardCount where options.share.contains(index) {
      if isCancelled() { throw GenbaError(.cancelled, "the work was called off") }
      let shard = try plan.shard(index)
      let sidecar = try ShardSidecar.read(folder, shard: index)
      let isDone = sidecar.map { Self.matches($0, shard, plan, folder) } ?? false
      // What was never made is not for a retry to make.
      if isRetry ? isDone && sidecar?.isComplete == false : !isDone {
        pending.append(index)
        total += shard.inputCount
      } else if isDone {
        resumed += shard.inputCount
        resumedFailures += sidecar.map { $0.failed + $0.partial } ?? 0
        if options.maxErrors < .max, sidecar?.isComplete == false {
          earlierFailedInputs += try SampleRow.failedInputs(in: folder.rows(index))
        }
      }
    }
    pending.reverse()
  }

  /// Whether a shard was made of these inputs by this recipe, and its files are there.
  static func matches(
    _ sidecar: ShardSidecar, _ shard: ConversionPlan.Shard, _ plan: ConversionPlan, _ folder: OutputFolder
  ) -> Bool {
    sidecar.recipeSHA256 == plan.recipeSHA256 && sidecar.inputsChecksum == shard.checksum
      && sidecar.inputs == shard.inputCount
      && sidecar.files.allSatisfy { FileRange.size(of: "\(folder.path)/\($0.name)") == $0.bytes }
  }

  func next() throws(GenbaError) -> WorkItem? {
    while true {
      while inHand.count < width, let index = pending.popLast() { inHand.append(try open(index)) }
      guard !inHand.isEmpty else { return nil }
      turn %= inHand.count
      if let item = try inHand[turn].next() {
        turn += 1
        return item
      }
      inHand.remove(at: turn)
    }
  }

  private func open(_ index: Int) throws(GenbaError) -> ShardInputs {
    try ShardInputs(plan.shard(index), plan: plan, earlier: isRetry ? earlierRows(of: index) : [:])
  }

  /// The rows of inputs that gave all that they should.
  private func earlierRows(of shard: Int) throws(GenbaError) -> [Int: [SampleRow]] {
    var rows: [Int: [SampleRow]] = [:]
    var lines = try RecordReader(path: folder.rows(shard))
    while let line = try lines.next() {
      guard let row = SampleRow(json: try JSON.parse(line)) else {
        throw GenbaError(
          .corruptData, "line \(lines.number) is no row of a manifest", source: .init(path: folder.rows(shard)))
      }
      rows[row.ordinal, default: []].append(row)
    }
    return rows.filter { $0.value.allSatisfy { $0.status == .ok } }
  }
}

/// The inputs of one shard, in their order.
private final class ShardInputs {
  private let shard: ConversionPlan.Shard
  private let plan: ConversionPlan
  private var lines: RecordReader
  private var place = 0
  /// Rows by ordinal, where an earlier run has made the shard.
  private var earlier: [Int: [SampleRow]]

  init(_ shard: ConversionPlan.Shard, plan: ConversionPlan, earlier: [Int: [SampleRow]]) throws(GenbaError) {
    self.shard = shard
    self.plan = plan
    lines = try plan.lines(of: shard)
    self.earlier = earlier
  }

  func next() throws(GenbaError) -> WorkItem? {
    guard place < shard.inputCount else { return nil }
    guard let line = try lines.next() else {
      throw GenbaError(.truncated, "the plan ends in the middle; make it again", source: .init(path: plan.path))
    }
    let ordinal = shard.firstOrdinal + place
    place += 1
    return WorkItem(
      shard: shard, ordinal: ordinal, input: try plan.input(line), earlier: earlier.removeValue(forKey: ordinal))
  }
}
