internal import GenbaCore
internal import GenbaMedia
internal import GenbaStorage

/// What is known of a finished shard. It is written last: where it is and agrees, the shard is done.
struct ShardSidecar: Sendable, Equatable {
  struct File: Sendable, Equatable {
    /// Below the output folder.
    var name: String
    var bytes: Int
    var hash: String
    var hashKind: ConversionRecipe.ShardHash
  }

  var shard: Int
  var firstOrdinal: Int
  var inputs: Int
  /// Checksum of the inputs' lines in the plan.
  var inputsChecksum: String
  var recipeSHA256: String
  /// Samples that were written, partial ones among them.
  var samples = 0
  var partial = 0
  /// Inputs, or windows, that gave nothing.
  var failed = 0
  /// Failures by class.
  var errors: [String: Int] = [:]
  var mediaSeconds = 0.0
  var inputBytes = 0
  var files: [File] = []
  /// SHA-256 of the shard's rows.
  var rowsSHA256 = ""

  /// Whether every input gave all that it should.
  var isComplete: Bool { errors.isEmpty }

  var json: JSON {
    .object([
      .init("shard", .number(shard)), .init("first_ordinal", .number(firstOrdinal)), .init("inputs", .number(inputs)),
      .init("inputs_xxh64", .string(inputsChecksum)), .init("recipe_sha256", .string(recipeSHA256)),
      .init("samples", .number(samples)), .init("partial", .number(partial)), .init("failed", .number(failed)),
      .init("errors", .object(errors.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })),
      .init("media_seconds", .number((mediaSeconds * 1e6).rounded() / 1e6)),
      .init("input_bytes", .number(inputBytes)),
      .init(
        "files",
        .array(
          files.map {
            .object([
              .init("name", .string($0.name)), .init("bytes", .number($0.bytes)),
              .init($0.hashKind.rawValue, .string($0.hash)),
            ])
          })),
      .init("rows_sha256", .string(rowsSHA256)),
      .init("genba", .string(GenbaVersion.current)),
      .init("libraries", .object(MediaLibraries.versions.map { .init($0.name, .string($0.version)) })),
    ])
  }

  init(plan: ConversionPlan, shard: ConversionPlan.Shard) {
    self.shard = shard.index
    firstOrdinal = shard.firstOrdinal
    inputs = shard.inputCount
    inputsChecksum = shard.checksum
    recipeSHA256 = plan.recipeSHA256
  }

  /// The sidecar of a shard; `nil` if it has none, or one that was written halfway.
  static func read(_ folder: OutputFolder, shard: Int) throws(GenbaError) -> ShardSidecar? {
    let bytes: [UInt8]
    do throws(GenbaError) {
      bytes = try FileReading.bytes(of: folder.sidecar(shard), limit: 256 << 20)
    } catch  where error.code == .cannotOpen || error.code == .truncated {
      return nil
    }
    return (try? JSON.parse(bytes)).flatMap(ShardSidecar.init)
  }

  init?(json: JSON) {
    guard let shard = json["shard"]?.int, let first = json["first_ordinal"]?.int, let inputs = json["inputs"]?.int,
      let checksum = json["inputs_xxh64"]?.string, let recipe = json["recipe_sha256"]?.string,
      let samples = json["samples"]?.int, let partial = json["partial"]?.int, let failed = json["failed"]?.int,
      let files = json["files"]?.elements, let rows = json["rows_sha256"]?.string
    else { return nil }
    self.shard = shard
    firstOrdinal = first
    self.inputs = inputs
    inputsChecksum = checksum
    recipeSHA256 = recipe
    self.samples = samples
    self.partial = partial
    self.failed = failed
    rowsSHA256 = rows
    mediaSeconds = json["media_seconds"]?.double ?? 0
    inputBytes = json["input_bytes"]?.int ?? 0
    for member in json["errors"]?.members ?? [] { errors[member.key] = member.value.int ?? 0 }
    for file in files {
      let kind = ConversionRecipe.ShardHash.allCases.first { file[$0.rawValue] != nil }
      guard let name = file["name"]?.string, let bytes = file["bytes"]?.int, let kind,
        let hash = file[kind.rawValue]?.string
      else { return nil }
      self.files.append(File(name: name, bytes: bytes, hash: hash, hashKind: kind))
    }
  }
}
