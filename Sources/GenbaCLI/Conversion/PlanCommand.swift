import ArgumentParser
import FoundationEssentials
import Genba

/// `genba plan`: which input goes into which shard, for machines that work together.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Writes down inputs, recipe and shards, for several machines to share.",
    discussion: """
      Each process then makes its shards with `genba convert --plan PLAN --shard-index I --out FOLDER`; the last one \
      to finish joins the records. A line of JSON on stdout says how many inputs and shards there are.

        genba plan recordings/ --model whisper-large-v3 -o plan.jsonl
        genba plan --manifest rows.jsonl --recipe recipe.json -o rows-plan.jsonl
      """)

  @OptionGroup(title: "Inputs") var inputs: ConversionInputOptions
  @OptionGroup(title: "Recipe") var recipe: ConversionRecipeOptions

  @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  func validate() throws {
    if !inputs.isGiven { throw ValidationError("name something to plan: files, folders, @list, - or --manifest") }
    if !recipe.isGiven { throw ValidationError("say what to make: --model or --recipe") }
  }

  func run() async throws {
    let interruption = Interruption()
    let recipe = try recipe.resolved()
    let plan = try starting { () throws(GenbaError) in
      try ConversionPlan.write(inputs.list, recipe: recipe, to: output) { interruption.isRaised }
    }
    print(PlanSummary(plan).text)
  }
}

/// A plan in a line of JSON.
struct PlanSummary {
  private let plan: ConversionPlan

  init(_ plan: ConversionPlan) { self.plan = plan }

  /// A plan that is thrown away.
  static func draft(
    _ inputs: InputList, _ recipe: ResolvedRecipe, isCancelled: @escaping () -> Bool
  ) throws(GenbaError) -> ConversionPlan {
    let path = FileManager.default.temporaryDirectory.path + "/genba-plan-\(UInt64.random(in: 0 ... .max)).jsonl"
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try ConversionPlan.write(inputs, recipe: recipe, to: path, isCancelled: isCancelled)
  }

  var text: String {
    JSON.object([
      .init("inputs", .number(plan.inputCount)), .init("shards", .number(plan.shardCount)),
      .init("passed_over", .number(plan.passedOver)), .init("recipe_sha256", .string(plan.recipeSHA256)),
      .init("recipe", plan.recipeJSON),
    ]).text
  }
}
