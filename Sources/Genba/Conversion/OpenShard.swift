internal import GenbaCore
internal import GenbaStorage
internal import Glibc

/// A shard that is being written.
final class OpenShard {
  let shard: ConversionPlan.Shard
  private let folder: OutputFolder
  private let recipe: ConversionRecipe
  private let lock: ShardLock
  private let files: any ShardFiles
  private let old: ShardSidecar?
  private var sidecar: ShardSidecar
  private let rows: ShardRows
  private var times: ShardTimes

  init(_ shard: ConversionPlan.Shard, plan: ConversionPlan, folder: OutputFolder) throws(GenbaError) {
    self.shard = shard
    self.folder = folder
    recipe = plan.recipe
    lock = try ShardLock(folder: folder, shard: shard.index)
    old = try ShardSidecar.read(folder, shard: shard.index)
    sidecar = ShardSidecar(plan: plan, shard: shard)
    let context = ShardFilesContext(
      folder: folder, lock: lock, shard: shard.index, maxBytes: plan.recipe.maxShardBytes,
      hash: plan.recipe.shardHash)
    files =
      switch plan.recipe.format {
      case .webdataset: TarShardFiles(context)
      case .safetensorsShards: SafetensorsShardFiles(context)
      case .safetensors, .npy: SampleFiles(context)
      }
    rows = try ShardRows(partial: lock.prefix + "rows", isPacked: plan.recipe.format == .safetensorsShards)
    times = ShardTimes(continuing: folder.times(shard.index))
  }

  /// Takes in a sample.
  func append(_ result: WorkResult) throws(GenbaError) {
    var row = result.row
    if result.isEarlier {
      try appendEarlier(&row)
    } else if let encoded = result.encoded {
      try append(encoded, &row)
    }
    count(row)
    try rows.append(row)
    times.add(result)
  }

  private func append(_ encoded: EncodedSample, _ row: inout SampleRow) throws(GenbaError) {
    let written = try files.append(encoded, key: row.key)
    row.shard = written.file
    row.offset = written.offset
    row.checksum = written.checksum
    for index in row.places.indices { row.places[index].offset += written.offset }
  }

  /// Copies a sample of the earlier shard as it is, once it has been checked.
  private func appendEarlier(_ row: inout SampleRow) throws(GenbaError) {
    guard let name = row.shard else { return }
    if let files = files as? SampleFiles {
      for file in old?.files ?? [] where file.name == name || file.name.hasPrefix("\(name)/") { files.keep(file) }
      return
    }
    let bytes = try FileRange.read("\(folder.path)/\(name)", from: row.offset, count: row.bytes)
    for index in row.places.indices { row.places[index].offset -= row.offset }
    let checksum = row.checksum
    try append(EncodedSample(files: [.init(path: "", chunks: [.bytes(bytes)])], places: row.places), &row)
    guard row.checksum == checksum else {
      throw GenbaError(
        .corruptData, "sample \(row.key) was damaged after it was written; `genba verify` lists what else is",
        source: .init(path: "\(folder.path)/\(name)"))
    }
  }

  private func count(_ row: SampleRow) {
    sidecar.mediaSeconds += row.facts.mediaSeconds
    sidecar.inputBytes += row.facts.inputBytes
    switch row.status {
    case .ok: sidecar.samples += 1
    case .partial:
      sidecar.samples += 1
      sidecar.partial += 1
    case .failed: sidecar.failed += 1
    }
    for failure in row.failures { sidecar.errors[failure.failureClass.rawValue, default: 0] += 1 }
  }

  /// Puts the shard, its rows and, last, its sidecar in their places.
  func commit() throws(GenbaError) {
    // From here on an earlier sidecar would describe other files.
    if old != nil { _ = unsafe unlink(folder.sidecar(shard.index)) }
    sidecar.files = try files.commit()
    let names = Set(sidecar.files.map(\.name))
    for file in old?.files ?? [] where !names.contains(file.name) { _ = unsafe unlink("\(folder.path)/\(file.name)") }

    let headers = (files as? SafetensorsShardFiles)?.headerLengths ?? [:]
    sidecar.rowsSHA256 = try rows.commit(to: folder.rows(shard.index), behind: headers)
    _ = try write(times.lines, "times", to: folder.times(shard.index))
    syncFolder(folder.path)
    _ = try write(Array((sidecar.json.text + "\n").utf8), "sidecar", to: folder.sidecar(shard.index))
    syncFolder(folder.sidecars)
  }

  private func write(_ bytes: [UInt8], _ name: String, to path: String) throws(GenbaError) -> String {
    let file = try PartialFile(path: lock.prefix + name)
    try file.write(bytes)
    return try file.commit(to: path)
  }
}
