internal import FoundationEssentials
public import GenbaCore
internal import GenbaStorage
internal import Glibc

extension Conversion {
  /// Lists the inputs and keeps the plan in the output folder; goes on with an earlier run of the same recipe there.
  ///
  /// - Parameters:
  ///   - inputs: Those of an earlier run, in their order; more may follow behind them.
  ///   - overwrite: Removes what an earlier run wrote, instead of going on with it.
  ///   - isCancelled: Asked again and again, also while a list on a pipe keeps one waiting.
  /// - Throws: `.mismatchedInputs` if the earlier run had another recipe or other inputs; what is wrong with the inputs;
  ///   `.cancelled`; `.ioFailed`. Folders that were made for it are gone then.
  public static func plan(
    _ inputs: InputList, recipe: ResolvedRecipe, output: String, overwrite: Bool = false,
    isCancelled: @escaping () -> Bool = { false }
  ) throws(GenbaError) -> ConversionPlan {
    let folder = OutputFolder(output)
    return try folder.making { () throws(GenbaError) in
      // The inputs first: a misspelt one must not touch what an earlier run wrote.
      try makeFolder(folder.partial)
      let draft = "\(folder.partial)/plan-\(getpid()).jsonl"
      defer { _ = unsafe unlink(draft) }
      let plan = try ConversionPlan.write(inputs, recipe: recipe, to: draft, isCancelled: isCancelled)
      return try keep(plan, in: folder, overwrite: overwrite)
    }
  }

  /// Takes a plan that was made elsewhere, for an output folder that several processes may share.
  ///
  /// - Throws: As ``plan(_:recipe:output:overwrite:)``.
  public static func adopt(
    _ plan: ConversionPlan, output: String, overwrite: Bool = false, isCancelled: () -> Bool = { false }
  ) throws(GenbaError) -> ConversionPlan {
    let folder = OutputFolder(output)
    return try folder.making { () throws(GenbaError) in
      if !overwrite, let earlier = try Self.earlierPlan(in: folder), earlier.recipeSHA256 == plan.recipeSHA256 {
        try plan.checkContinues(earlier)
        if earlier.inputCount == plan.inputCount { return earlier }
      }
      try makeFolder(folder.partial)
      let draft = "\(folder.partial)/plan-\(getpid()).jsonl"
      defer { _ = unsafe unlink(draft) }
      let copy = try PartialFile(path: draft + ".copy")
      var offset = 0
      let size = FileRange.size(of: plan.path)
      while offset < size {
        if isCancelled() { throw GenbaError(.cancelled, "the work was called off") }
        let piece = try FileRange.read(plan.path, from: offset, count: min(1 << 20, size - offset))
        try copy.write(piece)
        offset += piece.count
      }
      _ = try copy.commit(to: draft)
      return try keep(ConversionPlan(contentsOf: draft), in: folder, overwrite: overwrite)
    }
  }

  /// The plan of an output folder, and the recipe that made it.
  ///
  /// - Throws: `.cannotOpen` for a folder without one; `.mismatchedInputs` if the recipe would give something else today.
  public static func reopen(_ output: String) throws(GenbaError) -> (plan: ConversionPlan, recipe: ResolvedRecipe) {
    let folder = OutputFolder(output)
    guard let plan = try earlierPlan(in: folder) else { throw folder.noOutput }
    return (plan, try recipe(of: plan))
  }

  /// The recipe that a plan was made for.
  ///
  /// - Throws: `.mismatchedInputs` where it would give something else today: another version of Genba, or a model folder
  ///   that was changed.
  public static func recipe(of plan: ConversionPlan) throws(GenbaError) -> ResolvedRecipe {
    let recipe = try ResolvedRecipe(plan.recipe)
    guard recipe.sha256 == plan.recipeSHA256 else {
      throw GenbaError(
        .mismatchedInputs, difference(plan.recipeJSON, recipe.json) + "; make it anew with --overwrite",
        source: .init(path: plan.path))
    }
    return recipe
  }

  private static func earlierPlan(in folder: OutputFolder) throws(GenbaError) -> ConversionPlan? {
    guard FileManager.default.fileExists(atPath: folder.plan) else { return nil }
    return try ConversionPlan(contentsOf: folder.plan)
  }

  private static func keep(
    _ plan: ConversionPlan, in folder: OutputFolder, overwrite: Bool
  ) throws(GenbaError) -> ConversionPlan {
    // Looked for before the plan: another process that starts now writes its plan first.
    let foreign = folder.firstOutput()
    if overwrite {
      try folder.removeOutputs()
    } else if let earlier = try earlierPlan(in: folder) {
      guard earlier.recipeSHA256 == plan.recipeSHA256 else {
        throw GenbaError(
          .mismatchedInputs,
          "this folder was begun with another recipe: " + difference(earlier.recipeJSON, plan.recipeJSON)
            + "; write to another folder, or start anew with --overwrite",
          source: .init(path: folder.path))
      }
      try plan.checkContinues(earlier)
    } else if let foreign {
      throw GenbaError(
        .mismatchedInputs,
        "this folder holds \(foreign) already, and no plan.jsonl that says where it is from; write to another folder, or "
          + "over it with --overwrite",
        source: .init(path: folder.path))
    }
    guard unsafe rename(plan.path, folder.plan) == 0 else {
      throw GenbaError(
        .ioFailed, "this cannot be written", source: .init(path: folder.plan),
        cause: FileReading.systemMessage(errno))
    }
    return try ConversionPlan(contentsOf: folder.plan)
  }

  /// The first setting that two recipes differ in.
  private static func difference(_ earlier: JSON, _ now: JSON) -> String {
    for member in earlier.members where now[member.key] != member.value {
      if member.key == "files", let now = now["files"],
        let changed = member.value.members.first(where: { now[$0.key] != nil && now[$0.key] != $0.value })
      {
        return "\(changed.key) was changed since"
      }
      return "\(member.key) was \(member.value.text) and is \(now[member.key]?.text ?? "not set") now"
    }
    for member in now.members where earlier[member.key] == nil {
      return "\(member.key) was not set and is \(member.value.text) now"
    }
    return "they differ"
  }

  /// Joins the records of all shards, once every process has done its share.
  ///
  /// - Throws: `.mismatchedInputs` if a shard is missing; `.cancelled`, and the records stay as they were.
  public static func merge(
    _ output: String, isCancelled: @escaping () -> Bool = { false }
  ) throws(GenbaError) -> ConversionPlan {
    let folder = OutputFolder(output)
    guard let plan = try earlierPlan(in: folder) else { throw folder.noOutput }
    let records = ConversionRecords(plan: plan, folder: folder, isCancelled: isCancelled)
    let missing = try records.missing()
    if let first = missing.first {
      throw GenbaError(
        .mismatchedInputs,
        "\(missing.count) of \(plan.shardCount) shards \(missing.count == 1 ? "is" : "are") missing, the first is "
          + "\(first); run that part of the conversion first",
        source: .init(path: folder.path))
    }
    try records.write()
    folder.tidy()
    return plan
  }
}
