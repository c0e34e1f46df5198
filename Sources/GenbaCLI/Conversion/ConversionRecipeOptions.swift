public import ArgumentParser
public import Genba

extension ConversionRecipe.Format: ExpressibleByArgument {}
extension ConversionRecipe.Members: ExpressibleByArgument {}
extension ConversionRecipe.Keys: ExpressibleByArgument {}
extension ConversionRecipe.ShardHash: ExpressibleByArgument {}
extension OutputDType: ExpressibleByArgument {}

/// What is made of the inputs: everything that decides bytes.
struct ConversionRecipeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A folder with a model's config files, or a preset (`genba recipes` lists them), for every kind of recording that the \
      model takes.
      """, valueName: "dir|preset"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "A JSON recipe, or a file that holds one: {\"audio\": {\"feature\": \"log_mel\"}, \"video\": {\"fps\": 2}}.",
      valueName: "json"))
  var recipe: String?

  @Option(help: "Form of the output; default: webdataset.")
  var format: ConversionRecipe.Format?

  @Option(help: "How tensors stand in webdataset archives; default: npy.")
  var members: ConversionRecipe.Members?

  @Flag(help: "Put the recordings themselves into webdataset archives too.")
  var keepMedia = false

  @Option(help: "Type of floating-point tensors; default: as the feature gives them.")
  var dtype: OutputDType?

  @Option(help: ArgumentHelp("Cut recordings into samples of so many seconds.", valueName: "seconds"))
  var windowLength: Double?

  @Option(help: ArgumentHelp("Seconds from one window to the next; default: the length.", valueName: "seconds"))
  var windowHop: Double?

  @Option(
    help: ArgumentHelp(
      """
      A column, or a kind of recording, without which a sample has failed as a whole, rather than being partial; may be \
      given several times.
      """, valueName: "column"))
  var require: [String] = []

  @Option(help: "How samples are called; default: path for safetensors, ordinal for the other formats.")
  var keys: ConversionRecipe.Keys?

  @Option(help: ArgumentHelp("Inputs in a shard; default: 1000.", valueName: "n"))
  var samplesPerShard: Int?

  @Option(
    help: ArgumentHelp("Split a shard's file before it grows beyond this; default: 3000000000.", valueName: "bytes"))
  var maxShardBytes: Int?

  @Option(help: "What a shard's files are hashed with; xxh64 takes less of the processor; default: sha256.")
  var shardHash: ConversionRecipe.ShardHash?

  @Option(help: "Whose rule makes a model's sound of one channel; default: soundfile.")
  var audioBackend: AudioBackend?

  @Option(help: "Whose rule chooses a model's frames; default: hf.")
  var sampling: FrameSampling?

  func validate() throws {
    if let windowLength, !(windowLength > 0 && windowLength.isFinite) {
      throw ValidationError("--window-length is above 0, not \(windowLength)")
    }
    if windowHop != nil && windowLength == nil { throw ValidationError("--window-hop goes with --window-length") }
    if let windowHop, !(windowHop > 0 && windowHop.isFinite) {
      throw ValidationError("--window-hop is above 0, not \(windowHop)")
    }
    if let samplesPerShard, samplesPerShard < 1 {
      throw ValidationError("--samples-per-shard is above 0, not \(samplesPerShard)")
    }
    if let maxShardBytes, maxShardBytes < 1 {
      throw ValidationError("--max-shard-bytes is above 0, not \(maxShardBytes)")
    }
  }

  /// Whether anything of a recipe was given.
  var isGiven: Bool { model != nil || recipe != nil }

  /// The recipe with everything it needs; one that cannot be ends the program with code 2.
  func resolved() throws(CommandFailure) -> ResolvedRecipe {
    try starting { () throws(GenbaError) in
      var result = try base()
      if let model { result.model = model }
      if let format { result.format = format }
      if let members { result.members = members }
      if keepMedia { result.keepsMedia = true }
      if let dtype { result.dtype = dtype }
      if let windowLength { result.window = .init(length: windowLength, hop: windowHop) }
      if !require.isEmpty { result.require = require }
      if let keys { result.keys = keys }
      if let samplesPerShard { result.samplesPerShard = samplesPerShard }
      if let maxShardBytes { result.maxShardBytes = maxShardBytes }
      if let shardHash { result.shardHash = shardHash }
      if let audioBackend { result.audioBackend = audioBackend }
      if let sampling { result.sampling = sampling }
      return try ResolvedRecipe(result)
    }
  }

  private func base() throws(GenbaError) -> ConversionRecipe {
    guard let recipe else { return ConversionRecipe() }
    let isInline = recipe.drop { $0.isWhitespace }.hasPrefix("{")
    do throws(GenbaError) {
      return try ConversionRecipe(
        json: JSON.parse(isInline ? Array(recipe.utf8) : FileReading.bytes(of: recipe, limit: 16 << 20)))
    } catch {
      throw error.at(path: isInline ? "--recipe" : recipe)
    }
  }
}
