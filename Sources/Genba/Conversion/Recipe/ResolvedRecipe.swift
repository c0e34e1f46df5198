internal import FoundationEssentials
public import GenbaCore
public import GenbaStorage

/// A recipe with everything that it needs at hand: models read, features prepared; and its hash.
public struct ResolvedRecipe: Sendable {
  /// As it was asked for.
  public let recipe: ConversionRecipe
  /// Every setting written out, keys sorted: with the version of Genba and the hashes of the files of models and
  /// calibrations.
  public let json: JSON
  /// SHA-256 of ``json``'s text.
  public let sha256: String

  /// Models by name.
  private let pipelines: [String: Pipeline]
  /// Features of sound by column or kind.
  private let features: [String: SoundFeature]
  /// What is made of stereo pairs, where the recipe says so.
  let stereo: StereoFeature?

  /// Reads the models and checks every option.
  ///
  /// - Throws: `.invalidConfiguration` for a model that is not there, a feature that does not exist, an option that
  ///   cannot be.
  public init(_ recipe: ConversionRecipe) throws(GenbaError) {
    guard recipe.model != nil || !recipe.columns.isEmpty else {
      throw GenbaError(
        .invalidConfiguration,
        "the recipe makes nothing: name a model, or features such as {\"audio\": {\"feature\": \"log_mel\"}}")
    }
    try Self.checkDTypes(of: recipe)
    var pipelines: [String: Pipeline] = [:]
    var features: [String: SoundFeature] = [:]
    var files: [JSON.Member] = []
    for name in Set([recipe.model].compactMap { $0 } + recipe.columns.values.compactMap(\.model)).sorted() {
      pipelines[name] = try Pipeline(model: name)
      if Preset.named(name) == nil { files.append(.init(name, try Self.hashes(ofModel: name))) }
    }
    for (name, column) in recipe.columns.sorted(by: { $0.key < $1.key }) {
      if let model = column.model {
        try Self.check(pipelines[model]?.processor, of: model, takes: name)
      } else if name != ColumnRecipe.stereoColumn, column.feature != nil || column.options != nil {
        let feature = column.feature ?? "samples"
        if ColumnRecipe.pictureFeatures.contains(feature) { continue }
        features[name] = try SoundFeature(feature, options: column.options, column: name)
      }
    }
    let stereo = recipe.columns[ColumnRecipe.stereoColumn]
    self.stereo = try stereo.map(StereoFeature.init)
    for path in stereo?.stereo.calibration ?? [] {
      files.append(.init(path, .string(SHA256.hash(try FileReading.bytes(of: path, limit: 1 << 20)))))
    }
    self.recipe = recipe
    self.pipelines = pipelines
    self.features = features
    json = Self.json(recipe, modelFiles: files).canonical
    sha256 = SHA256.hash(Array(json.text.utf8))
  }

  /// A column that has a kind's name is of that kind, and its model must take it.
  private static func check(
    _ processor: AutoProcessor?, of model: String, takes column: String
  ) throws(GenbaError) {
    guard let processor, let kind = ConversionInput.Kind(rawValue: column) else { return }
    let takes: Bool
    switch kind {
    case .image: takes = processor.imageProcessor != nil
    case .video: takes = processor.videoProcessor != nil
    case .audio: takes = processor.featureExtractor != nil
    default: return
    }
    guard takes else {
      throw GenbaError(
        .invalidConfiguration, "the recipe's \"\(column)\": the model \(model) takes no \(kind.plural)")
    }
  }

  /// No sample could be written of a type that the form of the output does not know.
  private static func checkDTypes(of recipe: ConversionRecipe) throws(GenbaError) {
    let dtypes = [recipe.dtype] + recipe.columns.values.map(\.dtype)
    guard dtypes.contains(.bfloat16) else { return }
    let remedy: String
    switch recipe.format {
    case .npy: remedy = "write safetensors, or choose float16"
    case .webdataset where recipe.members == .npy: remedy = "have safetensors members (--members), or choose float16"
    default: return
    }
    throw GenbaError(.invalidConfiguration, "numpy has no bfloat16, so .npy files cannot hold it; \(remedy)")
  }

  /// What is made of a recording; `nil` if the recipe says nothing of its column or kind.
  func column(_ medium: ConversionInput.Medium, kind: ConversionInput.Kind) -> (recipe: ColumnRecipe, name: String)? {
    let names = kind == .left || kind == .right ? [ColumnRecipe.stereoColumn] : [medium.column, kind.rawValue]
    for name in names {
      if let column = recipe.columns[name] { return (column, name) }
    }
    guard let model = recipe.model else { return nil }
    var column = ColumnRecipe()
    column.model = model
    return (column, "")
  }

  func pipeline(_ column: ColumnRecipe) -> Pipeline? {
    guard let model = column.model, var pipeline = pipelines[model] else { return nil }
    if let backend = column.audioBackend ?? recipe.audioBackend { pipeline.options.audioBackend = backend }
    if let sampling = column.sampling.flatMap(FrameSampling.init) ?? recipe.sampling {
      pipeline.options.sampling = sampling
    }
    return pipeline
  }

  func feature(_ name: String) -> SoundFeature { features[name] ?? .samples }

  private static func json(_ recipe: ConversionRecipe, modelFiles: [JSON.Member]) -> JSON {
    var members: [JSON.Member] = [
      .init("genba", .string(GenbaVersion.current)),
      .init("format", .string(recipe.format.rawValue)),
      .init("keys", .string(recipe.keyRule.rawValue)),
      .init("samples_per_shard", .number(recipe.samplesPerShard)),
      .init("require", .array(recipe.require.sorted().map(JSON.string))),
      .init("columns", .object(recipe.columns.map { .init($0.key, $0.value.json) })),
    ]
    if recipe.format == .webdataset {
      members.append(.init("members", .string(recipe.members.rawValue)))
      members.append(.init("keep_media", .bool(recipe.keepsMedia)))
    }
    if recipe.format.isPacked { members.append(.init("max_shard_bytes", .number(recipe.maxShardBytes))) }
    if recipe.shardHash != .sha256 { members.append(.init("shard_hash", .string(recipe.shardHash.rawValue))) }
    if let model = recipe.model { members.append(.init("model", .string(model))) }
    if !modelFiles.isEmpty { members.append(.init("files", .object(modelFiles))) }
    if let backend = recipe.audioBackend { members.append(.init("audio_backend", .string(backend.rawValue))) }
    if let sampling = recipe.sampling { members.append(.init("sampling", .string(sampling.rawValue))) }
    if let dtype = recipe.dtype { members.append(.init("dtype", .string(dtype.rawValue))) }
    if let window = recipe.window {
      members.append(
        .init(
          "window",
          .object([
            .init("length", .number(window.length)), .init("hop", .number(window.hop)),
            .init("tail", .string(window.keepsTail ? "keep" : "drop")),
          ])))
    }
    return .object(members)
  }

  /// SHA-256 of each config file in a model's folder.
  private static func hashes(ofModel folder: String) throws(GenbaError) -> JSON {
    var members: [JSON.Member] = []
    for name in ["config.json", "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json"] {
      let path = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      members.append(.init(name, .string(SHA256.hash(try FileReading.bytes(of: path, limit: 64 << 20)))))
    }
    return .object(members)
  }
}

/// The version of this library and of the program, as it stands in every output.
public enum GenbaVersion {
  public static let current = "0.1.0"
}
