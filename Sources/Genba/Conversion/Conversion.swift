internal import FoundationEssentials
public import GenbaCore
internal import GenbaMedia
internal import GenbaStorage

/// Converts the inputs of a plan to shards that training reads.
///
/// Each shard is there whole or not at all, with a sidecar that says what is in it. Running the same conversion again
/// does what is missing, and the bytes do not depend on how many jobs, processes or machines took part.
///
/// ```swift
/// let recipe = try ResolvedRecipe(ConversionRecipe(model: "whisper-large-v3"))
/// let plan = try ConversionPlan.write(InputList(arguments: ["recordings"]), recipe: recipe, to: "plan.jsonl")
/// let outcome = try Conversion(plan: plan, recipe: recipe, output: "shards").run()
/// print(outcome.samples, outcome.failures)
/// ```
public struct Conversion: Sendable {
  /// Which of the plan's shards this process makes.
  public enum Share: Sendable, Hashable {
    case all
    /// The shard of this number alone.
    case shard(Int)
    /// Every `count`-th shard, from `index` on.
    case every(index: Int, count: Int)

    func contains(_ shard: Int) -> Bool {
      switch self {
      case .all: true
      case .shard(let number): shard == number
      case .every(let index, let count): shard % count == index
      }
    }
  }

  /// How a conversion is run; none of it changes a byte of what is written.
  public struct Options: Sendable, Hashable {
    /// Inputs that are worked on at once.
    public var jobs = 1
    public var share = Share.all
    /// More failed inputs than these end the run; those of an earlier run that this one goes on with count as well.
    public var maxErrors = Int.max
    /// The first input that fails in this run ends it.
    public var stopsAtFailure = false
    /// Redo what failed in shards that are done, and nothing else.
    public var isRetry = false
    public var limits = DecodeLimits()
    /// Decode in child processes; `nil` decodes in this one.
    public var isolation: Isolation?

    /// One job, all shards, and any number of failures.
    public init() {}
  }

  public let plan: ConversionPlan
  public let recipe: ResolvedRecipe
  public let options: Options
  let folder: OutputFolder

  /// A conversion.
  public init(
    plan: ConversionPlan, recipe: ResolvedRecipe, output: String, options: Options = Options()
  ) {
    precondition(options.jobs > 0, "a conversion has at least one job, not \(options.jobs)")
    self.plan = plan
    self.recipe = recipe
    self.options = options
    folder = OutputFolder(output)
  }

  /// Makes this process's share of the shards, and the records once all shards are there.
  ///
  /// - Parameters:
  ///   - progress: Called after each sample, and every second while one takes longer.
  ///   - failed: Called for each failure; those of a shard come in its inputs' order.
  ///   - isCancelled: Asked again and again; once it says yes, the shards in hand are given up and left absent.
  /// - Throws: `.ioFailed` if something cannot be written; `.cancelled`; `.limitExceeded` after too many failures. What
  ///   was finished before stays, and another run goes on from there.
  public func run(
    progress: (ConversionProgress) -> Void = { _ in },
    failed: (_ key: String, SampleFailure) -> Void = { _, _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(GenbaError) -> ConversionProgress {
    guard recipe.sha256 == plan.recipeSHA256 else {
      throw GenbaError(.mismatchedInputs, "the plan was made for another recipe", source: .init(path: plan.path))
    }
    try folder.prepare()
    defer { if options.share == .all { folder.tidy() } }
    try writeRecipe()
    let cursor = try ShardCursor(plan: plan, folder: folder, options: options, isCancelled: isCancelled)
    let pool = WorkPool(recipe: recipe, options: options, isCancelled: isCancelled)
    defer { pool.close() }
    var state = ConversionProgress(
      total: cursor.total, resumed: cursor.resumed, resumedFailures: cursor.resumedFailures)
    progress(state)
    try check(0, earlier: cursor.earlierFailedInputs)
    let sizes = InputSizes(total: cursor.total)
    // A retry converts a few of the inputs that it goes through; their bytes say little.
    let looking = options.isRetry ? nil : sizes.look(at: cursor.pending.reversed(), of: plan)
    defer { if let looking { sizes.stop(looking) } }
    let shards = ShardsInHand(plan: plan, folder: folder, width: cursor.width)
    defer { shards.stop() }
    try forEachInOrder(
      jobs: options.jobs, next: { () throws(GenbaError) in try cursor.next() },
      work: { thread, item, emit in pool.run(item, thread: thread, emit: emit) },
      receive: { (item, result: WorkResult?) throws(GenbaError) in
        guard let result else {
          state.finishInput()
          if item.isLast { try shards.end(item.shard) }
          state.expectedBytes = sizes.expectedBytes
          progress(state)
          return
        }
        try shards.append(result, to: item.shard)
        state.add(result)
        for failure in result.row.failures where !result.isEarlier { failed(result.row.key, failure) }
        progress(state)
        try check(state.failedInputs, earlier: cursor.earlierFailedInputs)
      }, waiting: { progress(state) }, isCancelled: isCancelled)
    try shards.finish()
    try ConversionRecords(plan: plan, folder: folder, isCancelled: isCancelled).writeIfComplete()
    return state
  }

  /// Throws `.limitExceeded` if more inputs have failed than may.
  private func check(_ failed: Int, earlier: Int) throws(GenbaError) {
    func stopped(_ why: String) -> GenbaError {
      GenbaError(.limitExceeded, why + "; the shards that are finished stay")
    }
    if options.stopsAtFailure, failed > 0 { throw stopped("stopped at the first input that failed") }
    guard failed + earlier > options.maxErrors else { return }
    let may = "and \(options.maxErrors) may"
    func inputs(_ count: Int) -> String { count == 1 ? "1 input" : "\(count) inputs" }
    if earlier == 0 { throw stopped("stopped: \(inputs(failed)) \(failed == 1 ? "has" : "have") failed, \(may)") }
    if failed == 0 {
      throw GenbaError(
        .limitExceeded,
        "not begun: \(inputs(earlier)) failed in an earlier run, \(may); `genba retry \(folder.path)` tries them again")
    }
    throw stopped("stopped: \(failed + earlier) inputs have failed, \(earlier) of them in an earlier run, \(may)")
  }

  private func writeRecipe() throws(GenbaError) {
    guard !FileManager.default.fileExists(atPath: folder.recipe) else { return }
    var file = try AtomicFile(path: folder.recipe)
    try file.write(plan.recipeFile)
    try file.commit()
  }
}
