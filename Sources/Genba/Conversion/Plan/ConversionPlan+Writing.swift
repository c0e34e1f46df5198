internal import FoundationEssentials
public import GenbaCore
internal import GenbaStorage
internal import Glibc

extension ConversionPlan {
  /// Lists the inputs, gives each its key, and writes the plan.
  ///
  /// - Parameters:
  ///   - inputs: Streamed; a list of millions takes no more memory than one of ten.
  ///   - recipe: What is to be made of them.
  ///   - path: The file, which appears complete or not at all.
  ///   - isCancelled: Asked again and again, also while a list on a pipe keeps one waiting.
  /// - Throws: What is wrong with the list; `.mismatchedInputs` for two inputs with one key, or for no input at all;
  ///   `.invalidConfiguration` for a key that the format cannot hold, and for a column that is required and that no input
  ///   has; `.cancelled`; `.ioFailed`.
  public static func write(
    _ inputs: InputList, recipe: ResolvedRecipe, to path: String, isCancelled: @escaping () -> Bool = { false }
  ) throws(GenbaError) -> ConversionPlan {
    // Found out before the inputs are gone through; and what was there stays until all is known to be well.
    _ = try AtomicFile(path: path)
    let draft = "\(path).draft-\(getpid())"
    defer { _ = unsafe unlink(draft) }
    do throws(GenbaError) {
      try write(inputs, recipe: recipe, draft: draft, isCancelled)
    } catch  where error.source.path == draft {
      throw GenbaError(error.code, error.message, source: .init(path: path), cause: error.cause)
    }
    guard unsafe rename(draft, path) == 0 else {
      throw GenbaError(
        .ioFailed, "this cannot be written", source: .init(path: path), cause: FileReading.systemMessage(errno))
    }
    return try ConversionPlan(contentsOf: path)
  }

  private static func write(
    _ inputs: InputList, recipe: ResolvedRecipe, draft path: String, _ isCancelled: @escaping () -> Bool
  ) throws(GenbaError) {
    let rule = recipe.recipe.keyRule
    var writer = PlanWriter(recipe: recipe)
    var lines = try LineWriter(path: path)
    try lines.write(line: writer.head)
    var folder = CommonFolder()
    var unseen = recipe.recipe.manifestColumns
    var places = InputPlaces(manifest: inputs.manifest)
    var unmet = Set(recipe.recipe.require)
    let passedOver = try inputs.forEach(
      require: recipe.recipe.require, isCancelled: isCancelled
    ) { (found) throws(GenbaError) in
      var input = found.input
      if input.key.isEmpty {
        switch rule {
        case .ordinal: input.key = writer.ordinalKey
        case .path:
          // Still from the root; what all have in common is cut off below. A row without recordings has no path.
          input.key =
            input.media.first.map { "/" + folder.add($0.paths[0], walked: found.folder) } ?? writer.ordinalKey
        }
      } else {
        do throws(GenbaError) {
          try KeyRules.check(input.key, for: recipe.recipe)
        } catch {
          let place = found.line.map { "line \($0): " } ?? ""
          throw GenbaError(error.code, place + error.message, source: .init(path: inputs.manifest))
        }
        writer.hasNamedKeys = true
      }
      if !unseen.isEmpty { for medium in input.media { unseen.remove(medium.column) } }
      if !unmet.isEmpty { unmet = unmet.filter { !input.has($0) } }
      places.add(writer.inputCount, line: found.line)
      var line: [UInt8] = []
      input.json.write(to: &line)
      writer.add(line, at: lines.offset)
      try lines.write(line: line)
    }
    guard writer.inputCount > 0 else {
      throw GenbaError(
        .mismatchedInputs,
        passedOver == 0
          ? "there are no files to convert"
          : "none of the \(passedOver) files in these folders is taken; see --include, or name files themselves")
    }
    if let name = unseen.min() {
      throw GenbaError(
        .invalidConfiguration,
        "the recipe's \"\(name)\" is no kind of recording, which are \(ConversionRecipe.kinds.joined(separator: ", ")), "
          + "and no row of a manifest has a recording in such a column")
    }
    if let name = unmet.min() { throw neverThere(name, isManifest: inputs.manifest != nil) }
    try writer.finish(&lines, passedOver: passedOver)
    try lines.commit()
    if rule == .path {
      try shortenKeys(of: path, by: folder, recipe: recipe, passedOver: passedOver, isCancelled: isCancelled)
    }
    if rule == .path || writer.hasNamedKeys {
      try KeyCollisions(ConversionPlan(contentsOf: path), places: places, isCancelled: isCancelled).check()
    }
  }

  /// The error where a required column is in no input, so that every sample would fail.
  private static func neverThere(_ name: String, isManifest: Bool) -> GenbaError {
    GenbaError(
      .invalidConfiguration,
      "\"\(name)\" is required, and "
        + (isManifest
          ? "no row of the manifest has anything in such a column"
          : "files that no manifest names are in the column \"file\", whatever they hold"))
  }

  /// Writes the plan again with keys below the common folder.
  private static func shortenKeys(
    of path: String, by folder: CommonFolder, recipe: ResolvedRecipe, passedOver: Int,
    isCancelled: @escaping () -> Bool
  ) throws(GenbaError) {
    let plan = try ConversionPlan(contentsOf: path)
    var writer = PlanWriter(recipe: recipe)
    var lines = try LineWriter(path: path)
    try lines.write(line: writer.head)
    var reader = try plan.lines(of: plan.shard(0), isCancelled: isCancelled)
    for _ in 0..<plan.inputCount {
      var input = try plan.input(try reader.next() ?? [])
      if input.key.hasPrefix("/") {
        input.key = KeyRules.key(ofPath: folder.relative(String(input.key.dropFirst())), for: recipe.recipe)
        do throws(GenbaError) {
          try KeyRules.check(input.key, for: recipe.recipe)
        } catch {
          throw GenbaError(
            error.code, error.message + "; rename the file, or have ordinals for keys (--keys ordinal)",
            source: .init(path: input.media.first?.paths.first))
        }
      }
      var line: [UInt8] = []
      input.json.write(to: &line)
      writer.add(line, at: lines.offset)
      try lines.write(line: line)
    }
    try writer.finish(&lines, passedOver: passedOver)
    try lines.commit()
  }
}

/// Counts inputs into shards while their lines are written.
private struct PlanWriter {
  private let recipe: ResolvedRecipe
  private var shards: [(offset: Int, checksum: UInt64)] = []
  private var checksum = XXH64()
  private(set) var inputCount = 0
  var hasNamedKeys = false

  init(recipe: ResolvedRecipe) { self.recipe = recipe }

  var head: [UInt8] {
    Array(
      JSON.object([
        .init("genba_plan", .number(1)), .init("recipe_sha256", .string(recipe.sha256)), .init("recipe", recipe.json),
      ]).text.utf8)
  }

  /// The next input's ordinal in nine digits.
  var ordinalKey: String { padded(inputCount, to: 9) }

  mutating func add(_ line: [UInt8], at offset: Int) {
    if inputCount % recipe.recipe.samplesPerShard == 0 {
      endShard()
      shards.append((offset, 0))
    }
    checksum.update(line)
    checksum.update([0x0A])
    inputCount += 1
  }

  private mutating func endShard() {
    if !shards.isEmpty { shards[shards.count - 1].checksum = checksum.value }
    checksum = XXH64()
  }

  mutating func finish(_ lines: inout LineWriter, passedOver: Int) throws(GenbaError) {
    endShard()
    let indexOffset = lines.offset
    for shard in shards {
      let digits = String(shard.checksum, radix: 16)
      let hexadecimal = String(repeating: "0", count: 16 - digits.count) + digits
      try lines.write(line: Array("\(padded(shard.offset, to: 20)) \(hexadecimal)".utf8))
    }
    let foot = JSON.object([
      .init("inputs", .number(inputCount)), .init("shards", .number(shards.count)),
      .init("index_offset", .number(indexOffset)), .init("passed_over", .number(passedOver)),
    ])
    try lines.write(line: Array(foot.text.utf8))
  }
}

/// A number with zeros in front.
func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// The deepest folder that holds all inputs.
private struct CommonFolder {
  private var common: [Substring]?
  private let current = FileManager.default.currentDirectoryPath

  /// Takes in a file; its path from the root, without `.` and with `..` resolved by name.
  mutating func add(_ path: String, walked folder: String?) -> String {
    let parts = components(of: path)
    let root = folder.map(components) ?? Array(parts.dropLast())
    if let known = common {
      if !root.starts(with: known) { common = Array(zip(known, root).prefix { $0 == $1 }.map(\.0)) }
    } else {
      common = root
    }
    return parts.joined(separator: "/")
  }

  /// A path from the root as one below the common folder.
  func relative(_ path: String) -> String {
    path.split(separator: "/").dropFirst(common?.count ?? 0).joined(separator: "/")
  }

  private func components(of path: String) -> [Substring] {
    let absolute = path.hasPrefix("/") ? path : current + "/" + path
    var parts: [Substring] = []
    for part in absolute.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts
  }
}
