import ArgumentParser
import Genba

/// `genba retry`: only what failed, and only in its shards.
struct RetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Converts the inputs that failed once more, and writes only their shards anew.",
    discussion: """
      Samples that were converted are taken over as they are. Once the cause is gone, the shards have the bytes that they \
      would have had in the first place.

        genba retry tensors/
      """)

  @Argument(help: "The output folder of a conversion.")
  var folder: String

  @OptionGroup(title: "Running") var running: ConversionRunOptions

  func run() async throws {
    let log = MessageLog(format: running.logFormat)
    let interruption = Interruption()
    let (plan, recipe) = try starting { () throws(GenbaError) in try Conversion.reopen(folder) }
    let options = running.options(inputCount: plan.inputCount, isRetry: true)
    try running.run(
      Conversion(plan: plan, recipe: recipe, output: folder, options: options), output: folder, log: log,
      interruption: interruption)
  }
}

/// `genba merge`: the records of all shards in one.
struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Joins the records of all shards: manifest.jsonl, manifest.parquet and errors.jsonl.",
    discussion: """
      The process that finishes last does it by itself; this is for folders that were copied together.

        genba merge tensors/
      """)

  @Argument(help: "The output folder of a conversion.")
  var folder: String

  func run() async throws {
    let interruption = Interruption()
    let plan = try starting { () throws(GenbaError) in try Conversion.merge(folder) { interruption.isRaised } }
    StandardError.report("joined the records of \(plan.shardCount) shards in \(folder)")
  }
}

/// `genba recipes`: the presets.
struct RecipesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipes",
    abstract: "Lists the presets that --model and a recipe can name, and what each takes.",
    discussion: """
        genba recipes
        genba recipes --json
      """)

  @Flag(help: "Print JSON, one line for each preset.")
  var json = false

  func run() async throws {
    let width = Preset.all.map(\.name.count).max() ?? 0
    for preset in Preset.all {
      let processor = AutoProcessor(preset)
      let kinds = [
        processor.imageProcessor.map { _ in "image" }, processor.videoProcessor.map { _ in "video" },
        processor.featureExtractor.map { _ in "audio" },
      ].compactMap { $0 }
      if json {
        print(
          JSON.object([.init("preset", .string(preset.name)), .init("takes", .array(kinds.map(JSON.string)))]).text)
      } else {
        let space = String(repeating: " ", count: width - preset.name.count + 2)
        print(preset.name + space + kinds.joined(separator: ", "))
      }
    }
  }
}

/// `genba _worker`: the child process of `--isolate`; not for people.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "_worker", shouldDisplay: false)

  func run() async throws { try WorkerService.serve() }
}
