internal import FoundationEssentials
public import GenbaCore
public import GenbaStorage
internal import Glibc

/// Which input has which key and goes into which shard, in a file: all that machines which work together must share.
///
/// The file is text: a line of JSON with the recipe, a line for each input, a line of fixed length for each shard (where
/// its inputs begin, and their checksum), and a line of JSON with the counts. Any shard's inputs are found without the
/// others being read.
public struct ConversionPlan: Sendable {
  /// The file.
  public let path: String
  /// What was asked for.
  public let recipe: ConversionRecipe
  /// The recipe with every setting, as its hash was taken.
  public let recipeJSON: JSON
  /// SHA-256 of the recipe.
  public let recipeSHA256: String
  public let inputCount: Int
  public let shardCount: Int
  /// Files in folders that were no media.
  public let passedOver: Int

  private let indexOffset: Int
  private static let indexLineLength = 38

  /// Opens a plan.
  ///
  /// - Throws: `.cannotOpen`; `.corruptData` for what is no plan or not a whole one.
  public init(contentsOf path: String) throws(GenbaError) {
    self.path = path
    func wrong(_ what: String) -> GenbaError {
      GenbaError(.corruptData, "this is not a plan of genba: \(what)", source: .init(path: path))
    }
    var lines = try RecordReader(path: path)
    guard let first = try lines.next(), let head = try? JSON.parse(first), head["genba_plan"]?.int == 1,
      let recipe = head["recipe"], let hash = head["recipe_sha256"]?.string
    else { throw wrong("its first line has no recipe") }
    recipeJSON = recipe
    recipeSHA256 = hash
    self.recipe = try ConversionRecipe(json: recipe)
    let tail = try FileRange.read(path, from: max(0, FileRange.size(of: path) - 256))
    guard let last = tail.split(separator: 0x0A).last, let foot = try? JSON.parse(Array(last)),
      let inputs = foot["inputs"]?.int, let shards = foot["shards"]?.int, let offset = foot["index_offset"]?.int
    else { throw wrong("it ends in the middle; make it again") }
    inputCount = inputs
    shardCount = shards
    indexOffset = offset
    passedOver = foot["passed_over"]?.int ?? 0
  }

  /// Where a shard's inputs stand in the file, how many they are, and the checksum of their lines.
  struct Shard: Sendable, Equatable {
    var index: Int
    var offset: Int
    var checksum: String
    var firstOrdinal: Int
    var inputCount: Int
  }

  func shard(_ index: Int) throws(GenbaError) -> Shard {
    precondition((0..<shardCount).contains(index), "there is no shard \(index)")
    let start = indexOffset + index * Self.indexLineLength
    let line = try FileRange.read(path, from: start, count: Self.indexLineLength)
    let parts = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\n" }
    guard parts.count == 2, let offset = Int(parts[0]) else {
      throw GenbaError(.corruptData, "the plan's index is damaged; make it again", source: .init(path: path))
    }
    let first = index * recipe.samplesPerShard
    return Shard(
      index: index, offset: offset, checksum: String(parts[1]), firstOrdinal: first,
      inputCount: min(recipe.samplesPerShard, inputCount - first))
  }

  /// The lines of a shard's inputs.
  func lines(of shard: Shard, isCancelled: @escaping () -> Bool = { false }) throws(GenbaError) -> RecordReader {
    try RecordReader(path: path, offset: shard.offset, isCancelled: isCancelled)
  }

  /// The checksum of a shard's lines as they are now.
  func checksum(of shard: Shard) throws(GenbaError) -> String {
    var checksum = XXH64()
    var lines = try lines(of: shard)
    for _ in 0..<shard.inputCount {
      guard let line = try lines.next() else { break }
      checksum.update(line)
      checksum.update([0x0A])
    }
    return checksum.hexadecimal
  }

  /// What `recipe.json` holds.
  var recipeFile: [UInt8] {
    let json = JSON.object([.init("recipe_sha256", .string(recipeSHA256)), .init("recipe", recipeJSON)])
    return Array((json.text + "\n").utf8)
  }

  func input(_ line: [UInt8]) throws(GenbaError) -> ConversionInput {
    guard let input = ConversionInput(json: try JSON.parse(line)) else {
      throw GenbaError(.corruptData, "the plan has a line that is no input", source: .init(path: path))
    }
    return input
  }

  /// Throws unless this plan begins with all inputs of an earlier one.
  ///
  /// - Throws: `.mismatchedInputs` with the first input that differs.
  func checkContinues(_ earlier: ConversionPlan) throws(GenbaError) {
    for index in 0..<earlier.shardCount {
      let old = try earlier.shard(index)
      let new = index < shardCount ? try shard(index) : nil
      if old == new { continue }
      var oldLines = try earlier.lines(of: old)
      var newLines = try new.map { (shard) throws(GenbaError) in try [lines(of: shard).remaining(shard.inputCount)] }
      let list = newLines?.removeFirst() ?? []
      for place in 0..<old.inputCount {
        let line = try oldLines.next() ?? []
        if place < list.count, list[place] == line { continue }
        let was = try earlier.input(line)
        let now = try place < list.count ? input(list[place]).media.first?.paths.first ?? "" : "nothing"
        throw GenbaError(
          .mismatchedInputs,
          "the inputs are not those of the earlier run: number \(old.firstOrdinal + place) was "
            + "\(was.media.first?.paths.first ?? was.key) and is \(now) now; "
            + "write to another folder, or start anew with --overwrite")
      }
    }
  }
}

extension RecordReader {
  /// So many records, or as many as there are.
  consuming func remaining(_ count: Int) throws(GenbaError) -> [[UInt8]] {
    var records: [[UInt8]] = []
    while records.count < count, let record = try next() { records.append(record) }
    return records
  }
}

/// Reads parts of files.
enum FileRange {
  static func size(of path: String) -> Int {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// The bytes from an offset on: `count` of them, or up to the end.
  ///
  /// - Throws: `.cannotOpen`, `.ioFailed`, `.truncated` if there are fewer.
  static func read(_ path: String, from offset: Int, count: Int? = nil) throws(GenbaError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileReading.cannotOpen(path, errno) }
    defer { close(descriptor) }
    return try read(descriptor, path: path, from: offset, count: count ?? max(0, size(of: path) - offset))
  }

  /// Whether two files have the same bytes.
  static func areEqual(_ first: String, _ second: String) throws(GenbaError) -> Bool {
    let size = size(of: first)
    guard size == self.size(of: second) else { return false }
    for offset in stride(from: 0, to: size, by: 1 << 20) {
      let count = min(1 << 20, size - offset)
      guard try read(first, from: offset, count: count) == read(second, from: offset, count: count) else {
        return false
      }
    }
    return true
  }

  static func read(
    _ descriptor: Int32, path: String, from offset: Int, count: Int
  ) throws(GenbaError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let received = unsafe bytes.withUnsafeMutableBytes { memory in
        unsafe pread(descriptor, memory.baseAddress! + done, count - done, off_t(offset + done))
      }
      if received > 0 {
        done += received
      } else if received == 0 {
        throw GenbaError(.truncated, "the file ends at byte \(offset + done)", source: .init(path: path))
      } else if errno != EINTR {
        throw GenbaError(
          .ioFailed, "reading failed", source: .init(path: path), cause: FileReading.systemMessage(errno))
      }
    }
    return bytes
  }
}
