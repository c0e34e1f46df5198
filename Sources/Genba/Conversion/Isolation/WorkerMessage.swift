internal import GenbaCore
internal import GenbaMedia
internal import GenbaStorage

/// What parent and child say to each other: lines of JSON, and behind a sample's line its bytes.
enum WorkerMessage {
  /// The first line to the child.
  static func setup(_ recipe: ResolvedRecipe, limits: DecodeLimits, memoryBytes: Int?) -> JSON {
    .object([
      .init("recipe", recipe.json), .init("memory_bytes", memoryBytes.map { .number($0) } ?? .null),
      .init(
        "limits",
        .array(
          [limits.pixels, limits.samples, limits.channels, limits.streams, limits.frameBytes, limits.fileBytes].map {
            .number($0)
          } + [.number(limits.seconds), .number(limits.callSeconds)])),
    ])
  }

  static func limits(_ json: JSON) -> DecodeLimits {
    let numbers = json["limits"]?.elements ?? []
    guard numbers.count == 8 else { return DecodeLimits() }
    let integers = numbers.map { $0.int ?? 0 }
    return DecodeLimits(
      pixels: integers[0], samples: integers[1], channels: integers[2], streams: integers[3],
      seconds: numbers[6].double ?? .infinity, callSeconds: numbers[7].double ?? .infinity, frameBytes: integers[4],
      fileBytes: integers[5])
  }

  static func task(_ input: ConversionInput, ordinal: Int) -> JSON {
    .object([.init("ordinal", .number(ordinal)), .init("input", input.json)])
  }

  /// A sample's line; its files' bytes follow, in their order.
  static func sample(_ result: WorkResult) -> JSON {
    var row = result.row
    // Only a row with a place tells its tensors.
    if result.encoded != nil { row.shard = "" }
    let files = result.encoded?.files.map { file in
      JSON.object([
        .init("path", .string(file.path)), .init("bytes", .number(file.chunks.reduce(0) { $0 + $1.byteCount })),
      ])
    }
    return .object([
      .init("row", row.json), .init("files", files.map(JSON.array) ?? .null),
      .init("seconds", .number(result.seconds)),
    ])
  }

  static let done = JSON.object([.init("done", .bool(true))])
}
