public import GenbaCore
public import GenbaStorage

/// One of the text files that a conversion writes beside its shards, told from its content, and its figures.
///
/// ```swift
/// let file = try ConversionFile(contentsOf: "tensors/manifest.jsonl")
/// print(file?.kind ?? "none of a conversion", file?.facts["rows"]?.int ?? 0)
/// ```
public struct ConversionFile: Sendable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// `manifest.jsonl`, or the rows of one shard: a line for each sample.
    case manifest
    /// `errors.jsonl`: a line for each failure.
    case errors
    /// What is known of a finished shard.
    case sidecar
    /// `plan.jsonl`: which input goes into which shard.
    case plan
    /// `recipe.json`: what was asked for.
    case recipe
    /// The inputs of a shard that took longest.
    case times
    /// What stands beside the tensors of one sample.
    case sample
  }

  public var kind: Kind
  /// Counts, sums and names: a JSON object.
  public var facts: JSON

  /// Looks into a file, line by line, so that memory does not grow with it.
  ///
  /// - Returns: `nil` for a file that is none of these.
  /// - Throws: `.corruptData` with the line that is not what those before it are; `.cannotOpen`, `.ioFailed`.
  public init?(contentsOf path: String) throws(GenbaError) {
    guard try FileReading.check(path) != nil, try FileRange.read(path, from: 0, count: 2) == Array("{\"".utf8) else {
      return nil
    }
    guard let kind = try Self.kind(of: path) else { return nil }
    self.kind = kind
    do throws(GenbaError) {
      facts =
        switch kind {
        case .manifest: try ManifestTally(path).facts
        case .errors: try Self.errors(path)
        case .sidecar: try Self.sidecar(path)
        case .plan: try Self.plan(path)
        case .recipe: try JSON.parse(FileReading.bytes(of: path))["recipe"] ?? .null
        case .times: try Self.times(path)
        case .sample: try JSON.parse(FileReading.bytes(of: path, limit: 64 << 20))
        }
    } catch {
      throw error.at(path: path)
    }
  }

  /// By the first keys, which also a file that ends in the middle has.
  private static func kind(of path: String) throws(GenbaError) -> Kind? {
    let size = FileRange.size(of: path)
    let bytes = try FileRange.read(path, from: 0, count: min(size, 4096))
    let start = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    func begins(_ keys: String...) -> Bool { keys.contains { start.hasPrefix("{\"\($0)\":") } }
    if begins("genba_plan") { return .plan }
    if begins("recipe_sha256") && start.contains("\"recipe\":") { return .recipe }
    if begins("shard") && start.contains("\"first_ordinal\":") { return .sidecar }
    guard begins("key") else { return nil }
    if start.contains("\"class\":\"") && start.contains("\"ordinal\":") && !start.contains("\"inputs\":{") {
      return .errors
    }
    if start.contains("\"ordinal\":") && start.contains("\"status\":") { return .manifest }
    if start.contains("\"ordinal\":") && start.contains("\"inputs\":{") { return .sample }
    return start.contains("\"path\":") && start.contains("\"seconds\":") ? .times : nil
  }

  /// Calls `body` with each line; one that `body` does not take is an error.
  fileprivate static func forEachLine(
    of path: String, _ what: String, _ body: (JSON) -> Bool
  ) throws(GenbaError) {
    var lines = try RecordReader(path: path)
    while let line = try lines.next() {
      guard let json = try? JSON.parse(line), body(json) else {
        throw GenbaError(.corruptData, "line \(lines.number) is no \(what); the file was cut or changed")
      }
    }
  }

  private static func errors(_ path: String) throws(GenbaError) -> JSON {
    var classes: [String: Int] = [:]
    var rows = 0
    try forEachLine(of: path, "failure") { line in
      guard let name = line["class"]?.string else { return false }
      classes[name, default: 0] += 1
      rows += 1
      return true
    }
    return .object([.init("rows", .number(rows)), .init("failures", classes.counts)])
  }

  private static func sidecar(_ path: String) throws(GenbaError) -> JSON {
    guard let json = try? JSON.parse(FileReading.bytes(of: path)), let sidecar = ShardSidecar(json: json) else {
      throw GenbaError(.corruptData, "the sidecar of a shard was cut or changed; convert again to make it anew")
    }
    // The checksums are for machines.
    let shown = json.members.filter { !$0.key.hasSuffix("_xxh64") && !$0.key.hasSuffix("rows_sha256") }
    return .object(
      shown.map { member in
        guard member.key == "files" else { return member }
        return .init("files", .object(sidecar.files.map { .init($0.name, .number($0.bytes)) }))
      })
  }

  private static func plan(_ path: String) throws(GenbaError) -> JSON {
    let plan = try ConversionPlan(contentsOf: path)
    return .object(
      [
        .init("inputs", .number(plan.inputCount)), .init("shards", .number(plan.shardCount)),
        .init("passed_over", .number(plan.passedOver)), .init("recipe_sha256", .string(plan.recipeSHA256)),
      ] + plan.recipeJSON.members)
  }

  private static func times(_ path: String) throws(GenbaError) -> JSON {
    var rows = 0
    var slowest: (path: String, seconds: Double)?
    try forEachLine(of: path, "input with its time") { line in
      guard let input = line["path"]?.string, let seconds = line["seconds"]?.double else { return false }
      rows += 1
      if seconds > slowest?.seconds ?? -1 { slowest = (input, seconds) }
      return true
    }
    return .object([
      .init("inputs", .number(rows)), .init("slowest", .string(slowest?.path ?? "")),
      .init("slowest_seconds", .number(slowest?.seconds ?? 0)),
    ])
  }
}

/// The figures of a manifest.
private struct ManifestTally {
  private var rows = 0
  private var statuses: [String: Int] = [:]
  private var failures: [String: Int] = [:]
  private var files = 0
  private var lastFile: String?
  private var (bytes, inputBytes, mediaSeconds) = (0, 0, 0.0)
  private var (firstKey, lastKey) = ("", "")
  private var columns: Set<String> = []
  private var tensors: [String: TensorShapes] = [:]

  /// Names beyond these are not told apart, so that no manifest fills the memory.
  private static let mostNames = 1000

  init(_ path: String) throws(GenbaError) {
    var tally = Self()
    try ConversionFile.forEachLine(of: path, "row of a manifest") { line in
      guard let row = SampleRow(json: line) else { return false }
      tally.add(row)
      return true
    }
    self = tally
  }

  private init() {}

  private mutating func add(_ row: SampleRow) {
    if rows == 0 { firstKey = row.key }
    lastKey = row.key
    rows += 1
    statuses[row.status.rawValue, default: 0] += 1
    for failure in row.failures { failures[failure.failureClass.rawValue, default: 0] += 1 }
    if let file = row.shard, file != lastFile { (files, lastFile) = (files + 1, file) }
    // A manifest that was changed may claim any number.
    bytes &+= row.bytes
    inputBytes &+= row.facts.inputBytes
    mediaSeconds += row.facts.mediaSeconds
    if columns.count < Self.mostNames { columns.formUnion(row.carried.map(\.key)) }
    for place in row.places {
      let name = place.name.hasPrefix("\(row.key)/") ? place.name.dropping(utf8: row.key.utf8.count + 1) : place.name
      if name != "__pad__", tensors[name] != nil || tensors.count < Self.mostNames {
        tensors[name, default: TensorShapes()].add(dtype: place.dtype.name, shape: place.shape)
      }
    }
  }

  var facts: JSON {
    var members: [JSON.Member] = [.init("rows", .number(rows))]
    for status in ["ok", "partial", "failed"] { members.append(.init(status, .number(statuses[status] ?? 0))) }
    if !failures.isEmpty { members.append(.init("failures", failures.counts)) }
    members += [
      .init("files", .number(files)), .init("bytes", .number(bytes)), .init("input_bytes", .number(inputBytes)),
      .init("media_seconds", .number((mediaSeconds * 1e6).rounded() / 1e6)), .init("first_key", .string(firstKey)),
      .init("last_key", .string(lastKey)),
    ]
    if !columns.isEmpty { members.append(.init("columns", .array(columns.sorted().map(JSON.string)))) }
    members.append(
      .init("tensors", .object(tensors.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value.text)) })))
    return .object(members)
  }
}

extension [String: Int] {
  fileprivate var counts: JSON { .object(sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) }) }
}
