internal import FoundationEssentials
public import GenbaCore
internal import GenbaStorage

/// The output of a conversion, to look into: its plan, its shards and its samples.
public struct ConversionOutput: Sendable {
  public let path: String
  public let plan: ConversionPlan
  let folder: OutputFolder

  /// Opens an output folder.
  ///
  /// - Throws: `.cannotOpen` if it is none.
  public init(_ path: String) throws(GenbaError) {
    let folder = OutputFolder(path)
    self.path = folder.path
    self.folder = folder
    guard FileManager.default.fileExists(atPath: folder.plan) else { throw folder.noOutput }
    plan = try ConversionPlan(contentsOf: folder.plan)
  }

  /// Calls `body` with each row of the shards that are done, in the inputs' order.
  func forEachRow(_ body: (SampleRow) throws(GenbaError) -> Void) throws(GenbaError) {
    for shard in 0..<plan.shardCount where try ShardSidecar.read(folder, shard: shard) != nil {
      try forEachRow(ofShard: shard, body)
    }
  }

  func forEachRow(
    ofShard shard: Int, _ body: (SampleRow) throws(GenbaError) -> Void
  ) throws(GenbaError) {
    var lines = try RecordReader(path: folder.rows(shard))
    while let line = try lines.next() {
      guard let row = SampleRow(json: try JSON.parse(line)) else {
        throw GenbaError(
          .corruptData, "line \(lines.number) is no row of a manifest", source: .init(path: folder.rows(shard)))
      }
      try body(row)
    }
  }

  /// The tensors of a sample, each read from where it stands.
  ///
  /// - Throws: `.truncated` where the file is shorter than the row says.
  func tensors(of row: SampleRow) throws(GenbaError) -> TensorBundle {
    var bundle = TensorBundle()
    for place in row.places {
      let name = place.name.hasPrefix("\(row.key)/") ? place.name.dropping(utf8: row.key.utf8.count + 1) : place.name
      if name == "__pad__" { continue }
      let path = "\(folder.path)/\(place.file ?? row.shard ?? "")"
      let bytes = try FileRange.read(path, from: place.offset, count: place.byteCount)
      bundle[name] = unsafe AnyTensor(dtype: place.dtype, shape: place.shape) { memory in
        unsafe memory.copyBytes(from: bytes)
      }
    }
    return bundle
  }
}

extension String {
  /// The text behind so many bytes: a key may have letters of several.
  func dropping(utf8 count: Int) -> String { String(decoding: utf8.dropFirst(count), as: UTF8.self) }
}
