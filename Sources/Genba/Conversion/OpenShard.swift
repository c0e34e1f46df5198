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
  private var rows: [SampleRow] = []
  private var slowest: [(key: String, path: String, seconds: Double)] = []

  /// How many of the slowest inputs are remembered.
  private static let slowestCount = 20

  init(_ shard: ConversionPlan.Shard, plan: ConversionPlan, folder: OutputFolder) throws(GenbaError) {
    self.shard = shard
    self.folder = folder
    recipe = plan.recipe
    lock = try ShardLock(folder: folder, shard: shard.index)
    old = try ShardSidecar.read(folder, shard: shard.index)
    sidecar = ShardSidecar(plan: plan, shard: shard)
    let context = ShardFilesContext(
      folder: folder, lock: lock, shard: shard.index, maxBytes: plan.recipe.maxShardBytes)
    files =
      switch plan.recipe.format {
      case .webdataset: TarShardFiles(context)
      case .safetensorsShards: SafetensorsShardFiles(context)
      case .safetensors, .npy: SampleFiles(context)
      }
  }

  /// Takes in a sample; how many bytes were written.
  func append(_ result: WorkResult) throws(GenbaError) -> Int {
    var row = result.row
    if result.isEarlier {
      try appendEarlier(&row)
    } else if let encoded = result.encoded {
      let (file, offset) = try files.append(encoded, key: row.key)
      place(&row, in: file, at: offset)
    }
    count(row)
    rows.append(row)
    remember(result)
    return row.shard == nil ? 0 : row.bytes
  }

  private func place(_ row: inout SampleRow, in file: String, at offset: Int) {
    row.shard = file
    row.offset = offset
    for index in row.places.indices { row.places[index].offset += offset }
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
    let encoded = EncodedSample(files: [.init(path: "", chunks: [.bytes(bytes)])], places: row.places)
    guard encoded.checksum == row.checksum else {
      throw GenbaError(
        .corruptData, "sample \(row.key) was damaged after it was written; `genba verify` lists what else is",
        source: .init(path: "\(folder.path)/\(name)"))
    }
    let (file, offset) = try files.append(encoded, key: row.key)
    place(&row, in: file, at: offset)
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

  private func remember(_ result: WorkResult) {
    guard !result.isEarlier else { return }
    if slowest.count == Self.slowestCount, let last = slowest.last, last.seconds >= result.seconds { return }
    slowest.append((result.row.key, result.row.media.first?.paths.first ?? "", result.seconds))
    slowest.sort { $0.seconds > $1.seconds }
    if slowest.count > Self.slowestCount { slowest.removeLast() }
  }

  /// Puts the shard, its rows and, last, its sidecar in their places.
  func commit() throws(GenbaError) {
    // From here on an earlier sidecar would describe other files.
    if old != nil { _ = unsafe unlink(folder.sidecar(shard.index)) }
    sidecar.files = try files.commit()
    if let packed = files as? SafetensorsShardFiles { shift(by: packed.headerLengths) }
    let names = Set(sidecar.files.map(\.name))
    for file in old?.files ?? [] where !names.contains(file.name) { _ = unsafe unlink("\(folder.path)/\(file.name)") }

    var lines: [UInt8] = []
    for row in rows {
      row.json.write(to: &lines)
      lines.append(0x0A)
    }
    sidecar.rowsSHA256 = try write(lines, "rows", to: folder.rows(shard.index))
    var times: [UInt8] = []
    for (key, path, seconds) in slowest {
      JSON.object([
        .init("key", .string(key)), .init("path", .string(path)),
        .init("seconds", .number((seconds * 1e6).rounded() / 1e6)),
      ]).write(to: &times)
      times.append(0x0A)
    }
    _ = try write(times, "times", to: folder.times(shard.index))
    syncFolder(folder.path)
    _ = try write(Array((sidecar.json.text + "\n").utf8), "sidecar", to: folder.sidecar(shard.index))
    syncFolder(folder.sidecars)
  }

  /// Offsets are counted from the beginning of the file, once it is known how long its header is.
  private func shift(by lengths: [String: Int]) {
    for index in rows.indices {
      guard let file = rows[index].shard, let length = lengths[file] else { continue }
      rows[index].offset += length
      for place in rows[index].places.indices { rows[index].places[place].offset += length }
    }
  }

  private func write(_ bytes: [UInt8], _ name: String, to path: String) throws(GenbaError) -> String {
    let file = try PartialFile(path: lock.prefix + name)
    try file.write(.bytes(bytes))
    return try file.commit(to: path)
  }
}
