internal import GenbaCore
internal import GenbaStorage
internal import Glibc

/// The records of a whole output, joined from those of its shards: manifest.jsonl, manifest.parquet, errors.jsonl.
struct ConversionRecords {
  let plan: ConversionPlan
  let folder: OutputFolder
  /// Asked for each shard; once it says yes, `.cancelled` is thrown and the records stay as they were.
  var isCancelled: () -> Bool = { false }

  /// The shards that are not done; no more than so many are looked for.
  func missing(atMost count: Int = .max) throws(GenbaError) -> [Int] {
    var missing: [Int] = []
    for index in 0..<plan.shardCount where missing.count < count {
      if isCancelled() { throw GenbaError(.cancelled, "the work was called off") }
      let shard = try plan.shard(index)
      let sidecar = try ShardSidecar.read(folder, shard: index)
      if sidecar.map({ ShardCursor.matches($0, shard, plan, folder) }) != true { missing.append(index) }
    }
    return missing
  }

  /// Writes the records if all shards are done; of several processes that finish together, each writes the same.
  func writeIfComplete() throws(GenbaError) {
    if try missing(atMost: 1).isEmpty { try write() }
  }

  /// Writes the records.
  func write() throws(GenbaError) {
    try makeFolder(folder.partial)
    let prefix = "\(folder.partial)/records-\(getpid())"
    var manifest = try LineWriter(path: "\(prefix).jsonl")
    var errors = try LineWriter(path: "\(prefix).errors.jsonl")
    var table = try table(at: "\(prefix).parquet")
    try forEachRow { (line, json, row) throws(GenbaError) in
      try manifest.write(line: line)
      for failure in row.failures { try errors.write(line: Array(row.line(of: failure).text.utf8)) }
      try table.append(Self.cells(row, json))
    }
    try manifest.commit()
    try errors.commit()
    try table.commit()
    for (from, to) in [
      ("\(prefix).errors.jsonl", folder.errors), ("\(prefix).parquet", folder.table),
      ("\(prefix).jsonl", folder.manifest),
    ] {
      guard unsafe rename(from, to) == 0 else {
        throw GenbaError(
          .ioFailed, "this cannot be written", source: .init(path: to), cause: FileReading.systemMessage(errno))
      }
    }
    syncFolder(folder.path)
  }

  /// Calls `body` with each row: its line, the line's JSON, and what that says.
  private func forEachRow(
    _ body: (_ line: [UInt8], JSON, SampleRow) throws(GenbaError) -> Void
  ) throws(GenbaError) {
    for index in 0..<plan.shardCount {
      if isCancelled() { throw GenbaError(.cancelled, "the work was called off") }
      var lines = try RecordReader(path: folder.rows(index))
      while let line = try lines.next() {
        let json = try JSON.parse(line)
        guard let row = SampleRow(json: json) else {
          throw GenbaError(
            .corruptData, "line \(lines.number) is no row of a manifest", source: .init(path: folder.rows(index)))
        }
        try body(line, json, row)
      }
    }
  }

  private func table(at path: String) throws(GenbaError) -> ParquetFile {
    try ParquetFile(
      path: path, columns: Self.columns,
      metadata: ["genba": GenbaVersion.current, "recipe": plan.recipeJSON.text, "recipe_sha256": plan.recipeSHA256])
  }

  /// Calls `found` for each record that is not what the shards' rows make.
  ///
  /// The table is made once more to be compared, at the path that is given; the others are compared line by line.
  func check(table path: String, _ found: (_ file: String, _ message: String) -> Void) throws(GenbaError) {
    let remedy = "; `genba merge` writes it anew"
    func name(_ path: String) -> String { String(path.dropFirst(folder.path.count + 1)) }
    let files = [folder.manifest, folder.errors, folder.table]
    let missing = files.filter { FileKind($0) != .file }
    for file in missing { found(name(file), "there is no such file any more" + remedy) }
    let manifest = try missing.contains(folder.manifest) ? nil : LineComparison(folder.manifest)
    let errors = try missing.contains(folder.errors) ? nil : LineComparison(folder.errors)
    var table = try table(at: path)
    defer { _ = unsafe unlink(path) }
    try forEachRow { (line, json, row) throws(GenbaError) in
      try manifest?.expect(line)
      for failure in row.failures { try errors?.expect(Array(row.line(of: failure).text.utf8)) }
      try table.append(Self.cells(row, json))
    }
    try table.commit()
    if let line = try manifest?.difference() { found(name(folder.manifest), "line \(line) was changed" + remedy) }
    if let line = try errors?.difference() { found(name(folder.errors), "line \(line) was changed" + remedy) }
    if !missing.contains(folder.table), try !FileRange.areEqual(folder.table, path) {
      found(name(folder.table), "this is not the table of the shards' rows" + remedy)
    }
  }

  private static let columns: [ParquetFile.Column] = [
    .init("key", .string), .init("ordinal", .int64), .init("window_index", .int64, isOptional: true),
    .init("status", .string), .init("shard", .string, isOptional: true), .init("offset", .int64, isOptional: true),
    .init("bytes", .int64, isOptional: true), .init("xxh64", .string, isOptional: true),
    .init("error_class", .string, isOptional: true), .init("error", .string, isOptional: true),
    .init("input_bytes", .int64), .init("media_seconds", .double), .init("width", .int64, isOptional: true),
    .init("height", .int64, isOptional: true), .init("fps", .double, isOptional: true),
    .init("sample_rate", .int64, isOptional: true), .init("channels", .int64, isOptional: true),
    .init("loudness_lufs", .double, isOptional: true), .init("inputs", .string), .init("tensors", .string),
    .init("columns", .string),
  ]

  private static func cells(_ row: SampleRow, _ json: JSON) -> [ParquetFile.Value] {
    func int(_ value: Int?) -> ParquetFile.Value { value.map(ParquetFile.Value.int64) ?? .null }
    func double(_ value: Double?) -> ParquetFile.Value { value.map(ParquetFile.Value.double) ?? .null }
    func string(_ value: String?) -> ParquetFile.Value { value.map(ParquetFile.Value.string) ?? .null }
    let isThere = row.shard != nil
    return [
      .string(row.key), .int64(row.ordinal), int(row.window), .string(row.status.rawValue), string(row.shard),
      int(isThere ? row.offset : nil), int(isThere ? row.bytes : nil), string(isThere ? row.checksum : nil),
      string(row.failures.first?.failureClass.rawValue),
      string(row.failures.isEmpty ? nil : row.failures.map(\.description).joined(separator: "; ")),
      .int64(row.facts.inputBytes), .double(row.facts.mediaSeconds), int(row.facts.width), int(row.facts.height),
      double(row.facts.fps), int(row.facts.sampleRate), int(row.facts.channels), double(row.facts.loudness),
      .string(json["inputs"]?.text ?? "{}"), .string(json["tensors"]?.text ?? "{}"),
      .string(json["columns"]?.text ?? "{}"),
    ]
  }
}

/// Compares the lines of a file with those that it should have.
private final class LineComparison {
  private var lines: RecordReader
  private var place = 0
  private var first: Int?

  init(_ path: String) throws(GenbaError) { lines = try RecordReader(path: path) }

  func expect(_ line: [UInt8]) throws(GenbaError) {
    place += 1
    if first == nil, try lines.next() != line { first = place }
  }

  /// The number of the first line that differs, once all have been expected.
  func difference() throws(GenbaError) -> Int? {
    if let first { return first }
    return try lines.next() == nil ? nil : place + 1
  }
}
