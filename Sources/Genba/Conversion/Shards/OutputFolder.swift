internal import FoundationEssentials
internal import GenbaCore
internal import Glibc

/// Where things are in a conversion's output.
struct OutputFolder: Sendable {
  let path: String

  init(_ path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

  var plan: String { "\(path)/plan.jsonl" }
  var recipe: String { "\(path)/recipe.json" }
  var manifest: String { "\(path)/manifest.jsonl" }
  var table: String { "\(path)/manifest.parquet" }
  var errors: String { "\(path)/errors.jsonl" }
  var sidecars: String { "\(path)/sidecars" }
  var partial: String { "\(path)/.partial" }

  /// What the folder holds besides samples.
  static let names = [
    "plan.jsonl", "recipe.json", "manifest.jsonl", "manifest.parquet", "errors.jsonl", "sidecars", ".partial",
  ]

  func sidecar(_ shard: Int) -> String { "\(sidecars)/\(padded(shard, to: 6)).json" }
  func rows(_ shard: Int) -> String { "\(sidecars)/\(padded(shard, to: 6)).jsonl" }
  /// How long inputs took: not the same in every run, and so beside what is.
  func times(_ shard: Int) -> String { "\(sidecars)/\(padded(shard, to: 6)).times.jsonl" }

  /// A shard's file, or one of the further ones that it was split into.
  static func shardName(_ shard: Int, part: Int, ending: String) -> String {
    padded(shard, to: 6) + (part == 0 ? "" : "-" + padded(part, to: 3)) + "." + ending
  }

  /// A file that has the name of a shard or of a record; `nil` for a folder without.
  func firstOutput() -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { name in
      if name != "plan.jsonl", Self.names.contains(name) { return FileKind("\(path)/\(name)") == .file }
      let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, ["tar", "safetensors"].contains(parts[1]) else { return false }
      let digits = parts[0].split(separator: "-", omittingEmptySubsequences: false)
      return digits[0].utf8.count >= 6 && digits.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }
    }.min()
  }

  /// Makes the folders.
  ///
  /// - Throws: `.ioFailed` if they cannot be made or written to.
  func prepare() throws(GenbaError) {
    try makeFolder(path)
    try makeFolder(sidecars)
    guard unsafe access(path, W_OK) == 0, unsafe access(sidecars, W_OK) == 0 else {
      throw GenbaError(
        .ioFailed, "this folder cannot be written to", source: .init(path: path),
        cause: FileReading.systemMessage(errno))
    }
  }

  /// The error where this is no folder that a conversion was begun in.
  var noOutput: GenbaError {
    let reason =
      FileKind(path) == .missing(ENOENT)
      ? "there is no such folder" : "this is no output of genba convert: it has no plan.jsonl"
    return GenbaError(.cannotOpen, reason, source: .init(path: path))
  }

  /// Makes the folders, and does what comes before the first shard. Where that throws, the folders which were not there
  /// before are gone again, with what is above them.
  func making<Result>(_ body: () throws(GenbaError) -> Result) throws(GenbaError) -> Result {
    var made: [String] = []
    for folder in [sidecars, partial] {
      var path = folder
      while !path.isEmpty, FileKind(path) == .missing(ENOENT), !made.contains(path) {
        made.append(path)
        path = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
      }
    }
    do throws(GenbaError) {
      try prepare()
      return try body()
    } catch {
      // Only an empty folder can be removed; the deepest goes first.
      for path in made.sorted(by: { $0.utf8.count > $1.utf8.count }) { _ = unsafe rmdir(path) }
      throw error
    }
  }

  /// Removes what killed processes have left of records, plans and sidecars, and the folder of unfinished files. For one
  /// that works alone: of several, each would take away what another one is writing. Where one is found, all stays.
  func tidy() {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: partial)) ?? []
    let locks = files.filter { $0.hasSuffix(".lock") }
    guard locks.allSatisfy({ ShardLock.removeIfFree("\(partial)/\($0)") }) else { return }
    let drafts = ["records-", "plan-", ".records-", ".plan-"]
    remove(in: partial) { name in drafts.contains { name.hasPrefix($0) } }
    // What AtomicFile has not yet given its name.
    remove(in: path) { $0.hasPrefix(".recipe.json.") && $0.hasSuffix(".tmp") }
    remove(in: sidecars) { $0.hasPrefix(".") && Int($0.dropFirst().prefix(6)) != nil && $0.hasSuffix(".tmp") }
    _ = unsafe rmdir(partial)
  }

  private func remove(in folder: String, where isLeft: (String) -> Bool) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where isLeft(name) {
      _ = unsafe unlink("\(folder)/\(name)")
    }
  }

  /// Removes what an earlier conversion wrote, and nothing else.
  func removeOutputs() throws(GenbaError) {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: sidecars))?.sorted() ?? [] {
      guard name.hasSuffix(".json"), let shard = Int(name.dropLast(5)) else { continue }
      for file in try ShardSidecar.read(self, shard: shard)?.files ?? [] {
        _ = unsafe unlink("\(path)/\(file.name)")
        if let slash = file.name.lastIndex(of: "/") { removeEmpty(String(file.name[..<slash])) }
      }
      _ = unsafe unlink(rows(shard))
      _ = unsafe unlink(times(shard))
      _ = unsafe unlink(sidecar(shard))
    }
    // The plan last: without it, the others would be somebody else's.
    for file in [recipe, manifest, table, errors, plan] { _ = unsafe unlink(file) }
  }

  private func removeEmpty(_ folder: String) {
    var parts = folder.split(separator: "/")
    while !parts.isEmpty, unsafe rmdir("\(path)/\(parts.joined(separator: "/"))") == 0 { parts.removeLast() }
  }
}
