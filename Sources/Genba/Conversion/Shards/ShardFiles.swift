internal import FoundationEssentials
internal import GenbaCore
internal import GenbaStorage
internal import Glibc

/// Writes the files of one shard.
protocol ShardFiles: AnyObject {
  /// Appends a sample.
  func append(_ sample: EncodedSample, key: String) throws(GenbaError) -> WrittenSample
  /// Puts all files in their places.
  func commit() throws(GenbaError) -> [ShardSidecar.File]
}

/// Where a sample has been written.
struct WrittenSample {
  var file: String
  var offset: Int
  /// XXH64 of its bytes, all its files' in order.
  var checksum: String
}

/// What the files of a shard have in common.
struct ShardFilesContext {
  let folder: OutputFolder
  let lock: ShardLock
  let shard: Int
  let maxBytes: Int
  let hash: ConversionRecipe.ShardHash

  func partialFile(_ number: Int) throws(GenbaError) -> PartialFile {
    try PartialFile(path: lock.prefix + String(number), hash: hash)
  }

  /// A file that is only read again.
  func readBackFile(_ number: Int) throws(GenbaError) -> PartialFile {
    try PartialFile(path: lock.prefix + String(number), hash: nil)
  }

  func fact(_ name: String, _ file: PartialFile, _ hash: String) -> ShardSidecar.File {
    .init(name: name, bytes: file.byteCount, hash: hash, hashKind: self.hash)
  }
}

/// A tar archive, or several where one would grow too large.
final class TarShardFiles: ShardFiles {
  private let context: ShardFilesContext
  private var files: [PartialFile] = []

  init(_ context: ShardFilesContext) { self.context = context }

  private func name(_ part: Int) -> String { OutputFolder.shardName(context.shard, part: part, ending: "tar") }

  func append(_ sample: EncodedSample, key: String) throws(GenbaError) -> WrittenSample {
    let needsNew = files.last.map { $0.byteCount > 0 && $0.byteCount + sample.byteCount > context.maxBytes } ?? true
    if needsNew { files.append(try context.partialFile(files.count)) }
    let file = files[files.count - 1]
    let offset = file.byteCount
    var checksum = XXH64()
    for chunk in sample.files[0].chunks { try file.write(chunk, &checksum) }
    return WrittenSample(file: name(files.count - 1), offset: offset, checksum: checksum.hexadecimal)
  }

  func commit() throws(GenbaError) -> [ShardSidecar.File] {
    if files.isEmpty { files.append(try context.partialFile(0)) }
    var facts: [ShardSidecar.File] = []
    for (part, file) in files.enumerated() {
      try file.write(TarMember.end)
      let hash = try file.commit(to: "\(context.folder.path)/\(name(part))")
      facts.append(context.fact(name(part), file, hash))
    }
    return facts
  }
}

/// A safetensors file of many samples, or several. The header stands in front and names every tensor, so the elements are
/// collected first and written behind it at the end.
final class SafetensorsShardFiles: ShardFiles {
  private struct Part {
    var data: PartialFile
    var entries: [EncodedSample.Place] = []
  }

  private let context: ShardFilesContext
  private var parts: [Part] = []

  init(_ context: ShardFilesContext) { self.context = context }

  private func name(_ part: Int) -> String {
    OutputFolder.shardName(context.shard, part: part, ending: "safetensors")
  }

  func append(_ sample: EncodedSample, key: String) throws(GenbaError) -> WrittenSample {
    let needsNew =
      parts.last.map { $0.data.byteCount > 0 && $0.data.byteCount + sample.byteCount > context.maxBytes } ?? true
    if needsNew { parts.append(Part(data: try context.readBackFile(2 * parts.count))) }
    let index = parts.count - 1
    let offset = parts[index].data.byteCount
    for var place in sample.places {
      place.offset += offset
      parts[index].entries.append(place)
    }
    var checksum = XXH64()
    for chunk in sample.files[0].chunks { try parts[index].data.write(chunk, &checksum) }
    return WrittenSample(file: name(index), offset: offset, checksum: checksum.hexadecimal)
  }

  /// How long the header of each file came out, which offsets in rows are counted from.
  private(set) var headerLengths: [String: Int] = [:]

  func commit() throws(GenbaError) -> [ShardSidecar.File] {
    if parts.isEmpty { parts.append(Part(data: try context.readBackFile(0))) }
    var facts: [ShardSidecar.File] = []
    for (index, part) in parts.enumerated() {
      let file = try context.partialFile(2 * index + 1)
      let header = try Safetensors.header(ofPlaced: part.entries.map { ($0.name, $0.dtype, $0.shape) })
      headerLengths[name(index)] = header.count
      try file.write(header)
      try part.data.forEachPiece { (piece) throws(GenbaError) in try file.write(piece) }
      let hash = try file.commit(to: "\(context.folder.path)/\(name(index))")
      facts.append(context.fact(name(index), file, hash))
    }
    return facts
  }
}

/// A file, or a folder of files, for each sample.
final class SampleFiles: ShardFiles {
  private let context: ShardFilesContext
  private var pending: [(file: PartialFile, target: String)] = []
  private var facts: [ShardSidecar.File] = []
  private var count = 0

  /// Files are moved in groups: so many are open at most.
  private static let groupSize = 64

  init(_ context: ShardFilesContext) { self.context = context }

  func append(_ sample: EncodedSample, key: String) throws(GenbaError) -> WrittenSample {
    var checksum = XXH64()
    for content in sample.files {
      let file = try context.partialFile(count)
      count += 1
      for chunk in content.chunks { try file.write(chunk, &checksum) }
      pending.append((file, content.path))
    }
    if pending.count >= Self.groupSize { try move() }
    let name = sample.files.count == 1 ? sample.files[0].path : key
    return WrittenSample(file: name, offset: 0, checksum: checksum.hexadecimal)
  }

  /// Takes a file that is in its place already.
  func keep(_ file: ShardSidecar.File) { facts.append(file) }

  private func move() throws(GenbaError) {
    for (file, name) in pending {
      let target = "\(context.folder.path)/\(name)"
      if let slash = target.lastIndex(of: "/") { try makeFolder(String(target[..<slash])) }
      let hash = try file.commit(to: target)
      facts.append(context.fact(name, file, hash))
    }
    pending.removeAll()
  }

  func commit() throws(GenbaError) -> [ShardSidecar.File] {
    try move()
    // In one order, whatever was kept and whatever is new.
    return facts.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
