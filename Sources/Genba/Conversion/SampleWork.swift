internal import GenbaCore
internal import GenbaMedia
internal import GenbaStorage

/// What a thread is given: an input of the plan, or what an earlier run made of it.
struct WorkItem: Sendable {
  var shard: ConversionPlan.Shard
  var ordinal: Int
  var input: ConversionInput
  /// Rows of an earlier run that are to be taken over.
  var earlier: [SampleRow]?

  /// Whether no other input of the shard follows.
  var isLast: Bool { ordinal == shard.firstOrdinal + shard.inputCount - 1 }
}

/// What a thread gives back: a sample, with its bytes if it has any.
struct WorkResult: Sendable {
  /// Offsets in it are the sample's own.
  var row: SampleRow
  var encoded: EncodedSample?
  /// Whether the bytes are those of the earlier run.
  var isEarlier = false
  /// How long the input has been worked on.
  var seconds = 0.0

  /// Of what is in memory.
  var byteCount: Int { encoded?.byteCount ?? 0 }
}

/// Converts an input and encodes its samples.
struct SampleWork: Sendable {
  private let converter: SampleConverter
  private let encoder: SampleEncoder

  init(recipe: ResolvedRecipe, limits: DecodeLimits) {
    converter = SampleConverter(recipe: recipe, limits: limits)
    encoder = SampleEncoder(recipe: recipe.recipe)
  }

  func run(_ input: ConversionInput, ordinal: Int, emit: (WorkResult) -> Bool) {
    let clock = ContinuousClock()
    let start = clock.now
    converter.convert(input) { sample in
      var result = finished(sample, input, ordinal)
      result.seconds = (clock.now - start) / .seconds(1)
      return emit(result)
    }
  }

  private func finished(_ sample: ConvertedSample, _ input: ConversionInput, _ ordinal: Int) -> WorkResult {
    var key = input.key
    if let window = sample.window { key += "-" + padded(window, to: 5) }
    let status = sample.status(required: input.columns(required: converter.recipe.recipe.require))
    var row = SampleRow(key: key, ordinal: ordinal, window: sample.window, status: status)
    row.facts = sample.facts
    row.failures = sample.failures
    row.media = input.media
    row.carried = input.carried
    guard status != .failed else { return WorkResult(row: row) }
    do throws(GenbaError) {
      let encoded = try encoder.encode(
        sample.bundle, key: key, media: input.media, facts: facts(sample, input, key, ordinal))
      row.places = encoded.places
      row.bytes = encoded.byteCount
      return WorkResult(row: row, encoded: encoded)
    } catch {
      row.status = .failed
      let medium = input.media.first { $0.paths.first == error.source.path } ?? input.media[0]
      row.failures.append(SampleFailure(error, medium: medium, kind: medium.kind))
      return WorkResult(row: row)
    }
  }

  /// What stands in the sample's own JSON.
  private func facts(
    _ sample: ConvertedSample, _ input: ConversionInput, _ key: String, _ ordinal: Int
  ) -> JSON {
    var members: [JSON.Member] = [.init("key", .string(key)), .init("ordinal", .number(ordinal))]
    if let window = sample.window { members.append(.init("window_index", .number(window))) }
    members.append(.init("inputs", .object(input.media.map { .init($0.column, SampleRow.paths($0)) })))
    members += sample.facts.json
    if !sample.bundle.metadata.isEmpty {
      members.append(
        .init(
          "metadata",
          .object(sample.bundle.metadata.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })))
    }
    if !sample.failures.isEmpty { members.append(.init("errors", .array(sample.failures.map(\.json)))) }
    // What the manifest carries, text and messages above all, under its own names.
    members += input.carried.filter { carried in !members.contains { $0.key == carried.key } }
    return .object(members)
  }
}
