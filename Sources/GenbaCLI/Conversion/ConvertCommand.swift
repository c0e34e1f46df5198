import ArgumentParser
import Genba

/// `genba convert`: many recordings to shards that training reads.
struct ConvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts folders, lists and manifests of recordings to shards of tensors.",
    discussion: """
      Each shard is there whole or not at all; the same command run again goes on where it stopped. A file that fails \
      never stops the others: errors.jsonl names it, and the exit code is 1 then. The bytes do not depend on --jobs or on \
      how many machines took part.

      Exit codes: 0 all done, 1 some inputs failed or the disk was full, 2 could not start, 130 interrupted.

        genba convert recordings/ --model whisper-large-v3 --out tensors/ --jobs 4
        find . -name "*.wav" | genba convert - --model whisper-large-v3 --out out/
        genba convert recordings/ --recipe recipe.json --window-length 2 --out cut/
      """)

  @OptionGroup(title: "Inputs") var inputs: ConversionInputOptions

  @Option(help: ArgumentHelp("The folder to write to; made if it is not there.", valueName: "folder"))
  var out: String

  @OptionGroup(title: "Recipe") var recipe: ConversionRecipeOptions

  @Option(help: ArgumentHelp("Inputs, recipe and shards as `genba plan` wrote them.", valueName: "file"))
  var plan: String?

  @Option(
    help: ArgumentHelp(
      "Make only this shard of a plan, from 0; or with --shard-count N every N-th shard, from this one on.",
      valueName: "i"))
  var shardIndex: Int?

  @Option(help: ArgumentHelp("How many processes share the work; each has a --shard-index from 0.", valueName: "n"))
  var shardCount: Int?

  @Flag(help: "Go on with what the folder holds; so it is without this flag too.")
  var resume = false

  @Flag(help: "Remove what an earlier conversion wrote to the folder, and start anew.")
  var overwrite = false

  @Flag(help: "List what would be done, as JSON, and write nothing.")
  var dryRun = false

  @OptionGroup(title: "Running") var running: ConversionRunOptions

  func validate() throws {
    if plan != nil {
      if inputs.isGiven || recipe.isGiven {
        throw ValidationError("--plan brings inputs and recipe along; leave out --model, --recipe and the inputs")
      }
    } else {
      if !inputs.isGiven { throw ValidationError("name something to convert: files, folders, @list, - or --manifest") }
      if !recipe.isGiven { throw ValidationError("say what to make: --model or --recipe") }
    }
    if resume && overwrite { throw ValidationError("--resume and --overwrite exclude each other") }
    if let shardCount {
      guard shardCount > 0, let shardIndex, (0..<shardCount).contains(shardIndex) else {
        throw ValidationError("--shard-count goes with --shard-index from 0 to \(max(shardCount, 1) - 1)")
      }
      if overwrite { throw ValidationError("--overwrite is for one process; remove the folder before several start") }
    } else if shardIndex != nil, plan == nil {
      throw ValidationError("--shard-index goes with --shard-count, or with --plan")
    }
  }

  func run() async throws {
    let log = MessageLog(format: running.logFormat)
    let interruption = Interruption()
    let (plan, recipe) = try prepared(interruption)
    if dryRun { return print(PlanSummary(plan).text) }
    var options = running.options(inputCount: plan.inputCount)
    if let shardIndex {
      options.share = shardCount.map { .every(index: shardIndex, count: $0) } ?? .shard(shardIndex)
    }
    try running.run(
      Conversion(plan: plan, recipe: recipe, output: out, options: options), output: out, log: log,
      interruption: interruption)
  }

  private func prepared(_ interruption: Interruption) throws(CommandFailure) -> (ConversionPlan, ResolvedRecipe) {
    guard let path = plan else {
      let recipe = try recipe.resolved()
      return try starting { () throws(GenbaError) in
        if dryRun { return (try PlanSummary.draft(inputs.list, recipe) { interruption.isRaised }, recipe) }
        let plan = try Conversion.plan(
          inputs.list, recipe: recipe, output: out, overwrite: overwrite, isCancelled: { interruption.isRaised })
        return (plan, recipe)
      }
    }
    return try starting { () throws(GenbaError) in
      let plan = try ConversionPlan(contentsOf: path)
      let recipe = try Conversion.recipe(of: plan)
      if shardCount == nil, let shardIndex, !(0..<plan.shardCount).contains(shardIndex) {
        throw GenbaError(
          .outOfRange, "the plan has \(plan.shardCount) shards, from 0; there is no shard \(shardIndex)",
          source: .init(path: path))
      }
      if dryRun { return (plan, recipe) }
      let adopted = try Conversion.adopt(
        plan, output: out, overwrite: overwrite, isCancelled: { interruption.isRaised })
      return (adopted, recipe)
    }
  }
}
