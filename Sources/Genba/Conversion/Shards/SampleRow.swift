internal import GenbaCore
internal import GenbaStorage

/// A line of `manifest.jsonl`: where a sample is and what is in it, or why there is none.
struct SampleRow: Sendable, Equatable {
  var key: String
  var ordinal: Int
  var window: Int?
  /// `ok`, `partial` or `failed`.
  var status: ConvertedSample.Status
  /// The file that holds it, below the output folder; the folder, where a sample is one. `nil` if it failed.
  var shard: String?
  /// Where its bytes begin in the file.
  var offset = 0
  var bytes = 0
  /// XXH64 of its bytes.
  var checksum = ""
  var facts = MediaFacts()
  var places: [EncodedSample.Place] = []
  var failures: [SampleFailure] = []
  var media: [ConversionInput.Medium] = []
  var carried: [JSON.Member] = []

  init(key: String, ordinal: Int, window: Int?, status: ConvertedSample.Status) {
    self.key = key
    self.ordinal = ordinal
    self.window = window
    self.status = status
  }

  var json: JSON {
    var members: [JSON.Member] = [.init("key", .string(key)), .init("ordinal", .number(ordinal))]
    if let window { members.append(.init("window_index", .number(window))) }
    members.append(.init("status", .string(status.rawValue)))
    if let shard {
      members += [
        .init("shard", .string(shard)), .init("offset", .number(offset)), .init("bytes", .number(bytes)),
        .init("xxh64", .string(checksum)),
      ]
    }
    members += facts.json
    members.append(.init("inputs", .object(media.map { .init($0.column, Self.paths($0)) })))
    if shard != nil { members.append(.init("tensors", .object(places.map { .init($0.name, Self.json($0)) }))) }
    if !failures.isEmpty { members.append(.init("errors", .array(failures.map(\.json)))) }
    if !carried.isEmpty { members.append(.init("columns", .object(carried))) }
    return .object(members)
  }

  static func paths(_ medium: ConversionInput.Medium) -> JSON {
    medium.paths.count == 1 ? .string(medium.paths[0]) : .array(medium.paths.map(JSON.string))
  }

  private static func json(_ place: EncodedSample.Place) -> JSON {
    var members: [JSON.Member] = [
      .init("dtype", .string(place.dtype.name)), .init("shape", .array(place.shape.map { .number($0) })),
      .init("offset", .number(place.offset)),
    ]
    if let file = place.file { members.append(.init("file", .string(file))) }
    return .object(members)
  }

  /// The row of a line; `nil` if it is none.
  init?(json: JSON) {
    guard let key = json["key"]?.string, let ordinal = json["ordinal"]?.int,
      let status = json["status"]?.string.flatMap(ConvertedSample.Status.init)
    else { return nil }
    self.init(key: key, ordinal: ordinal, window: json["window_index"]?.int, status: status)
    shard = json["shard"]?.string
    offset = json["offset"]?.int ?? 0
    bytes = json["bytes"]?.int ?? 0
    checksum = json["xxh64"]?.string ?? ""
    facts.inputBytes = json["input_bytes"]?.int ?? 0
    facts.mediaSeconds = json["media_seconds"]?.double ?? 0
    facts.width = json["width"]?.int
    facts.height = json["height"]?.int
    facts.fps = json["fps"]?.double
    facts.sampleRate = json["sample_rate"]?.int
    facts.channels = json["channels"]?.int
    facts.loudness = json["loudness_lufs"]?.double
    for member in json["inputs"]?.members ?? [] {
      let paths = member.value.string.map { [$0] } ?? member.value.elements?.compactMap(\.string) ?? []
      media.append(.init(column: member.key, kind: .file, paths: paths))
    }
    for member in json["tensors"]?.members ?? [] {
      guard let name = member.value["dtype"]?.string, let dtype = DType.allCases.first(where: { $0.name == name }),
        let shape = member.value["shape"]?.elements?.compactMap(\.int)
      else { return nil }
      places.append(
        .init(
          name: member.key, dtype: dtype, shape: shape, offset: member.value["offset"]?.int ?? 0,
          file: member.value["file"]?.string))
    }
    failures = json["errors"]?.elements?.compactMap(SampleFailure.init) ?? []
    carried = json["columns"]?.members ?? []
  }

  /// A failure of this row as a line of `errors.jsonl`.
  func line(of failure: SampleFailure) -> JSON {
    .object(
      [.init("key", .string(key)), .init("ordinal", .number(ordinal)), .init("status", .string(status.rawValue))]
        + failure.json.members)
  }
}

extension SampleRow {
  /// How many inputs have a failure in a shard's rows: one whose windows fail has failed once.
  static func failedInputs(in path: String) throws(GenbaError) -> Int {
    var lines = try RecordReader(path: path)
    var ordinals: Set<Int> = []
    while let line = try lines.next() {
      let row = try JSON.parse(line)
      if row["errors"] != nil, let ordinal = row["ordinal"]?.int { ordinals.insert(ordinal) }
    }
    return ordinals.count
  }
}

extension EncodedSample.Place {
  var byteCount: Int { shape.reduce(dtype.byteCount, *) }
}
