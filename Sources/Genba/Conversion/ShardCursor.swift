internal import FoundationEssentials
internal import GenbaCore
internal import GenbaStorage

/// Gives out the inputs of the shards that are still to be made, one after another.
///
/// Used by one thread at a time.
final class ShardCursor: @unchecked Sendable {
  private let plan: ConversionPlan
  private let folder: OutputFolder
  private let isRetry: Bool
  /// Shards to make, last first.
  private(set) var pending: [Int] = []
  private var shard: ConversionPlan.Shard?
  private var lines: LineSource?
  private var place = 0
  /// Rows of the shard in hand by ordinal, where an earlier run has made it.
  private var earlier: [Int: [SampleRow]] = [:]

  /// Inputs in the shards to make.
  private(set) var total = 0
  /// Inputs in shards that are done.
  private(set) var resumed = 0
  /// Samples that are missing or partial in these shards.
  private(set) var resumedFailures = 0

  /// A reader in a class, which an optional field can hold.
  private final class LineSource {
    private var reader: RecordReader
    init(_ reader: consuming RecordReader) { self.reader = reader }
    func next() throws(GenbaError) -> [UInt8]? { try reader.next() }
  }

  init(plan: ConversionPlan, folder: OutputFolder, options: Conversion.Options) throws(GenbaError) {
    self.plan = plan
    self.folder = folder
    isRetry = options.isRetry
    for index in 0..<plan.shardCount where options.share.contains(index) {
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
      if let shard, let lines, place < shard.inputCount {
        guard let line = try lines.next() else {
          throw GenbaError(.truncated, "the plan ends in the middle; make it again", source: .init(path: plan.path))
        }
        let ordinal = shard.firstOrdinal + place
        place += 1
        return WorkItem(
          shard: shard, ordinal: ordinal, input: try plan.input(line), earlier: earlier.removeValue(forKey: ordinal))
      }
      guard let index = pending.popLast() else { return nil }
      let next = try plan.shard(index)
      shard = next
      lines = LineSource(try plan.lines(of: next))
      place = 0
      earlier = isRetry ? try earlierRows(of: index) : [:]
    }
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
