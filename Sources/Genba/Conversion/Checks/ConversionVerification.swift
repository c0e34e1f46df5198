internal import FoundationEssentials
public import GenbaCore
internal import GenbaStorage

/// Reads the shards of a conversion again: whether they are what was written, and whether the numbers in them can be
/// trained on.
///
/// ```swift
/// let summary = try ConversionVerification().run(ConversionOutput("tensors"), found: { print($0) })
/// print(summary.findings)  // 0
/// ```
public struct ConversionVerification: Sendable {
  /// Values outside are findings; `nil` allows any finite number.
  public var range: ClosedRange<Double>?
  /// Shards that are read at once.
  public var jobs = 1

  /// Checks hashes, shapes, and that all values are finite.
  public init() {}

  /// Something that is not as it should be.
  public struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// The file, below the output folder.
    public var file: String
    /// The sample, where it is one's.
    public var key: String?
    public var message: String

    public var description: String { [file, key, message].compactMap { $0 }.joined(separator: ": ") }
  }

  /// What was looked at.
  public struct Summary: Sendable, Hashable {
    public var shards = 0
    public var samples = 0
    public var tensors = 0
    public var bytes = 0
    public var findings = 0
  }

  /// Looks at everything.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked again and again; once it says yes, `.cancelled` is thrown.
  ///   - found: Called for each finding, in the shards' order.
  /// - Throws: `.ioFailed` where the folder itself cannot be read; what is wrong *in* it is a finding.
  public func run(
    _ output: ConversionOutput, isCancelled: @escaping @Sendable () -> Bool = { false },
    found: (Finding) -> Void = { _ in }
  ) throws(GenbaError) -> Summary {
    let shards = ShardNumbers(count: output.plan.shardCount)
    var summary = Summary()
    var areRowsWhole = true
    func note(_ file: String, _ message: String) {
      summary.findings += 1
      found(Finding(file: file, message: message))
    }
    if SHA256.hash(Array(output.plan.recipeJSON.text.utf8)) != output.plan.recipeSHA256 {
      note("plan.jsonl", "the recipe in its first line was changed")
    }
    if (try? FileReading.bytes(of: output.folder.recipe, limit: 64 << 20)) != output.plan.recipeFile {
      note(
        "recipe.json", "this is not the recipe that the shards were made by; it is in the first line of plan.jsonl too")
    }
    try forEachInOrder(
      jobs: jobs, next: { () throws(GenbaError) in shards.next() },
      work: { _, shard, emit in _ = emit(ShardCheck(output, shard, range: range).run()) },
      receive: { (_, result: (Summary, [Finding])?) in
        guard let (part, findings) = result else { return }
        summary.shards += part.shards
        summary.samples += part.samples
        summary.tensors += part.tensors
        summary.bytes += part.bytes
        summary.findings += findings.count
        for finding in findings {
          if finding.file.hasPrefix("sidecars/") { areRowsWhole = false }
          found(finding)
        }
      }, isCancelled: isCancelled)
    // They are made of the shards' rows, of all of them.
    if areRowsWhole {
      try checkRecords(of: output, isCancelled, note)
    }
    return summary
  }

  private func checkRecords(
    of output: ConversionOutput, _ isCancelled: @escaping () -> Bool,
    _ found: (_ file: String, _ message: String) -> Void
  ) throws(GenbaError) {
    let scratch = FileManager.default.temporaryDirectory.path + "/genba-verify-\(UInt64.random(in: 0 ... .max)).parquet"
    let records = ConversionRecords(plan: output.plan, folder: output.folder, isCancelled: isCancelled)
    try records.check(table: scratch, found)
  }
}

/// Numbers from 0, one at a time.
private final class ShardNumbers: @unchecked Sendable {
  private let count: Int
  private var place = 0

  init(count: Int) { self.count = count }

  func next() -> Int? {
    guard place < count else { return nil }
    defer { place += 1 }
    return place
  }
}

/// The check of one shard.
private struct ShardCheck {
  private let output: ConversionOutput
  private let shard: Int
  private let range: ClosedRange<Double>?
  private var summary = ConversionVerification.Summary()
  private var findings: [ConversionVerification.Finding] = []
  /// How long the files are that have not the length they were written with.
  private var lengths: [String: Int] = [:]

  init(_ output: ConversionOutput, _ shard: Int, range: ClosedRange<Double>?) {
    self.output = output
    self.shard = shard
    self.range = range
  }

  /// More findings than these in one shard say no more.
  private static let mostFindings = 1000

  private mutating func note(_ file: String, _ key: String? = nil, _ message: String) {
    if findings.count < Self.mostFindings { findings.append(.init(file: file, key: key, message: message)) }
  }

  consuming func run() -> (ConversionVerification.Summary, [ConversionVerification.Finding]) {
    var check = self
    check.look()
    return (check.summary, check.findings)
  }

  private mutating func look() {
    let name = "sidecars/\(padded(shard, to: 6)).json"
    do throws(GenbaError) {
      guard let sidecar = try ShardSidecar.read(output.folder, shard: shard) else {
        note(name, nil, "shard \(shard) is not done: it has no sidecar")
        return
      }
      let planned = try output.plan.shard(shard)
      if try output.plan.checksum(of: planned) != planned.checksum {
        note("plan.jsonl", nil, "the inputs of shard \(shard) were changed")
      }
      if sidecar.recipeSHA256 != output.plan.recipeSHA256 || sidecar.inputsChecksum != planned.checksum {
        note(name, nil, "the shard was made by another recipe or of other inputs than the plan's")
      }
      summary.shards += 1
      var areWhole = true
      for file in sidecar.files where !checkFile(file) { areWhole = false }
      if try FileHash.of(output.folder.rows(shard), .sha256) != sidecar.rowsSHA256 {
        note("sidecars/\(padded(shard, to: 6)).jsonl", nil, "the rows were changed: their SHA-256 is another")
      }
      var rows: [SampleRow] = []
      try output.forEachRow(ofShard: shard) { rows.append($0) }
      let lost = rows.filter(isCutOff)
      for (file, rows) in Dictionary(grouping: lost, by: { $0.shard ?? "" }).sorted(by: { $0.key < $1.key }) {
        note(file, nil, "\(rows.count) of its samples \(rows.count == 1 ? "is" : "are") gone, from \(rows[0].key) on")
      }
      // In a damaged file, the rows tell which samples are hurt.
      for row in rows where row.shard != nil && !isCutOff(row) { check(row, isFileWhole: areWhole) }
      let samples = rows.count { $0.shard != nil }
      if samples != sidecar.samples { note(name, nil, "\(samples) samples, where the sidecar has \(sidecar.samples)") }
    } catch {
      note(name, nil, "\(error)")
    }
  }

  /// Whether the file that a sample is in ends before it does.
  private func isCutOff(_ row: SampleRow) -> Bool {
    row.shard.flatMap { lengths[$0] }.map { row.offset + row.bytes > $0 } ?? false
  }

  private mutating func checkFile(_ file: ShardSidecar.File) -> Bool {
    let path = "\(output.path)/\(file.name)"
    do throws(GenbaError) {
      let size = FileRange.size(of: path)
      summary.bytes += size
      guard size == file.bytes else {
        lengths[file.name] = size
        let isThere = FileManager.default.fileExists(atPath: path)
        note(
          file.name, nil,
          isThere ? "the file has \(size) bytes, and \(file.bytes) were written" : "there is no such file any more")
        return false
      }
      guard try FileHash.of(path, file.hashKind) == file.hash else {
        let name = file.hashKind == .sha256 ? "SHA-256" : "XXH64"
        note(file.name, nil, "the content was changed: its \(name) is another")
        return false
      }
      return true
    } catch {
      note(file.name, nil, error.message)
      return false
    }
  }

  private mutating func check(_ row: SampleRow, isFileWhole: Bool) {
    let file = row.shard ?? ""
    summary.samples += 1
    do throws(GenbaError) {
      if output.plan.recipe.format.isPacked {
        let bytes = try FileRange.read("\(output.path)/\(file)", from: row.offset, count: row.bytes)
        if !isFileWhole {
          var checksum = XXH64()
          checksum.update(bytes)
          guard checksum.hexadecimal == row.checksum else { return note(file, row.key, "the sample is damaged") }
        }
        if output.plan.recipe.format == .webdataset { try checkMembers(bytes, row) }
      }
      for (name, tensor) in try output.tensors(of: row) {
        summary.tensors += 1
        checkValues(tensor, name, row)
      }
    } catch {
      note(file, row.key, error.message)
    }
  }

  /// Members of a sample's part of an archive: one key, and together all of the bytes.
  private mutating func checkMembers(_ bytes: [UInt8], _ row: SampleRow) throws(GenbaError) {
    var offset = 0
    while offset + TarMember.blockSize <= bytes.count {
      let header = Array(bytes[offset..<offset + TarMember.blockSize])
      guard let member = try TarMember(header: header) else { break }
      if !member.name.hasPrefix("\(row.key).") { note(row.shard ?? "", row.key, "holds a member \(member.name)") }
      let content = offset + TarMember.blockSize
      if member.name.hasSuffix(".npy"), content + member.byteCount <= bytes.count {
        let name = String(member.name.dropping(utf8: row.key.utf8.count + 1).dropLast(4))
        let tensor = try NPY.decode(Array(bytes[content..<content + member.byteCount]))
        let place = row.places.first { $0.name == name }
        if place?.shape != tensor.shape || place?.dtype != tensor.dtype {
          note(row.shard ?? "", row.key, "\(name) is \(tensor), and the manifest has another shape")
        }
      }
      offset = content + member.byteCount + member.paddingCount
    }
    if offset != bytes.count { note(row.shard ?? "", row.key, "the sample ends elsewhere than the manifest says") }
  }

  private mutating func checkValues(_ tensor: AnyTensor, _ name: String, _ row: SampleRow) {
    guard [.float64, .float32, .float16, .bfloat16].contains(tensor.dtype) || range != nil else { return }
    let statistics = TensorStatistics(tensor)
    let infinite = statistics.count - statistics.finiteCount - statistics.nanCount
    if statistics.nanCount > 0 { note(row.shard ?? "", row.key, "\(name) has \(statistics.nanCount) NaN") }
    if infinite > 0 { note(row.shard ?? "", row.key, "\(name) has \(infinite) infinite values") }
    guard let range, let low = statistics.minimum, let high = statistics.maximum else { return }
    if low < range.lowerBound || high > range.upperBound {
      note(
        row.shard ?? "", row.key,
        "\(name) has values from \(low) to \(high), outside \(range.lowerBound) to \(range.upperBound)")
    }
  }
}
