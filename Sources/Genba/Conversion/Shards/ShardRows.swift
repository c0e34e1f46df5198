internal import GenbaCore
internal import GenbaStorage

/// The rows of a shard that is being written, on the disk as they come: a long recording in short windows has hundreds of
/// thousands.
///
/// A safetensors file's rows wait in memory, as its header's entries do: where its tensors stand shows only at the end.
final class ShardRows {
  private let file: PartialFile
  private let isPacked: Bool
  private var waiting: [SampleRow] = []

  /// - Parameters:
  ///   - partial: What the unfinished file is called.
  ///   - isPacked: Whether the samples' file has a header whose length is not known yet.
  init(partial: String, isPacked: Bool) throws(GenbaError) {
    file = try PartialFile(path: partial)
    self.isPacked = isPacked
  }

  func append(_ row: SampleRow) throws(GenbaError) {
    if isPacked { waiting.append(row) } else { try write(row) }
  }

  private func write(_ row: SampleRow) throws(GenbaError) {
    var line: [UInt8] = []
    row.json.write(to: &line)
    line.append(0x0A)
    try file.write(line)
  }

  /// Puts the rows in their place.
  ///
  /// - Parameter headers: How long the header of each packed file came out; offsets count from the file's beginning.
  /// - Returns: The rows' SHA-256.
  func commit(to path: String, behind headers: [String: Int]) throws(GenbaError) -> String {
    for var row in waiting {
      let length = row.shard.flatMap { headers[$0] } ?? 0
      row.offset += length
      for index in row.places.indices { row.places[index].offset += length }
      try write(row)
    }
    return try file.commit(to: path)
  }
}
