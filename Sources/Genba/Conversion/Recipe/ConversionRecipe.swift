public import GenbaCore
public import GenbaProcessors
public import GenbaStorage

/// Everything besides the inputs that decides the bytes of a conversion's output.
///
/// As JSON, it is what a user writes:
/// ```json
/// {
///   "audio": {"model": "whisper-large-v3"},
///   "video": {"fps": 2, "size": [448, 448]},
///   "window": {"length": 30, "hop": 15},
///   "dtype": "float16"
/// }
/// ```
/// ``resolved`` is the same with every default written out; its hash is in every shard's sidecar.
public struct ConversionRecipe: Sendable, Equatable {
  /// The form of the output.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Tar archives, as `webdataset` and HF datasets read them.
    case webdataset
    /// safetensors files of many samples, their tensors called `KEY/NAME`.
    case safetensorsShards = "safetensors-shards"
    /// A safetensors file for each sample.
    case safetensors
    /// A folder of .npy files for each sample.
    case npy

    /// Whether many samples are one file.
    var isPacked: Bool { self == .webdataset || self == .safetensorsShards }
  }

  /// How tensors stand in a tar archive.
  public enum Members: String, Sendable, Hashable, CaseIterable {
    /// `KEY.NAME.npy` for each tensor.
    case npy
    /// One `KEY.safetensors`.
    case safetensors
  }

  /// How keys are made where a manifest has none.
  public enum Keys: String, Sendable, Hashable, CaseIterable {
    /// The ordinal in nine digits.
    case ordinal
    /// The path below the inputs' common folder.
    case path
  }

  /// Cuts long recordings into samples.
  public struct Window: Sendable, Equatable {
    /// Of each sample, in seconds.
    public var length: Double
    /// From the start of one to the start of the next, in seconds.
    public var hop: Double
    /// Whether the last sample may be shorter.
    public var keepsTail = true

    /// Windows of this length.
    public init(length: Double, hop: Double? = nil) {
      self.length = length
      self.hop = hop ?? length
    }
  }

  /// A model folder or a preset for every kind of recording that ``columns`` does not name.
  public var model: String?
  /// What is made of a kind, or of a column of the manifest, by name.
  public var columns: [String: ColumnRecipe] = [:]
  /// Whose rule makes a model's sound of one channel, where a column does not say.
  public var audioBackend: AudioBackend?
  /// Whose rule chooses a model's frames, where a column does not say.
  public var sampling: FrameSampling?
  public var window: Window?
  /// Of floating-point tensors; `nil` for what each feature gives.
  public var dtype: OutputDType?
  /// Columns without which a sample has failed as a whole.
  public var require: [String] = []
  public var format = Format.webdataset
  public var members = Members.npy
  /// Whether the recordings themselves go into the tar archive too.
  public var keepsMedia = false
  public var keys: Keys?
  /// Inputs in a shard.
  public var samplesPerShard = 1000
  /// A shard that grows beyond this is split into several files.
  public var maxShardBytes = 3_000_000_000

  /// A recipe for every kind of recording that a model takes.
  public init(model: String? = nil) { self.model = model }
}

extension ConversionRecipe {
  /// The keys of a recipe's JSON that are no columns.
  private static let settings = [
    "model", "preset", "audio_backend", "sampling", "window", "dtype", "require", "format", "members", "keep_media",
    "keys", "samples_per_shard",
    "max_shard_bytes",
  ]

  /// A recipe from the JSON that a user wrote, or from a resolved one.
  ///
  /// - Throws: `.invalidConfiguration` with the key that is unknown, or whose value cannot be.
  public init(json: JSON) throws(GenbaError) {
    guard case .object(let members) = json else {
      throw GenbaError(
        .invalidConfiguration, "a recipe is a JSON object such as {\"audio\": {\"feature\": \"log_mel\"}}")
    }
    for member in members where member.value != .null { try set(member.key, to: member.value) }
  }

  private mutating func set(_ key: String, to value: JSON) throws(GenbaError) {
    switch key {
    case "genba", "files": break
    case "model", "preset": model = try Self.word(key, value) { $0 }
    case "window":
      guard let length = value["length"]?.double, length > 0, length.isFinite else {
        throw Self.wrong(key, "is {\"length\": SECONDS, \"hop\": SECONDS}, and length is above 0")
      }
      var window = Window(length: length, hop: value["hop"]?.double)
      guard window.hop > 0, window.hop.isFinite else { throw Self.wrong(key, "hop is above 0") }
      if let tail = value["tail"]?.string {
        guard ["keep", "drop"].contains(tail) else { throw Self.wrong(key, "tail is keep or drop") }
        window.keepsTail = tail == "keep"
      }
      if let unknown = value.members.first(where: { !["length", "hop", "tail"].contains($0.key) }) {
        throw Self.wrong(key, "has no key \"\(unknown.key)\"; there are length, hop, tail")
      }
      self.window = window
    case "audio_backend": audioBackend = try Self.word(key, value, AudioBackend.init)
    case "sampling": sampling = try Self.word(key, value, FrameSampling.init)
    case "dtype": dtype = try Self.word(key, value, OutputDType.init)
    case "format": format = try Self.word(key, value, Format.init)
    case "members": members = try Self.word(key, value, Members.init)
    case "keys": keys = try Self.word(key, value, Keys.init)
    case "keep_media":
      guard case .bool(let isKept) = value else { throw Self.wrong(key, "is true or false") }
      keepsMedia = isKept
    case "require":
      guard let names = value.elements?.compactMap(\.string) else { throw Self.wrong(key, "is a list of columns") }
      require = names
    case "samples_per_shard":
      guard let number = value.int, number > 0 else { throw Self.wrong(key, "is above 0") }
      samplesPerShard = number
    case "max_shard_bytes":
      guard let number = value.int, number > 0 else { throw Self.wrong(key, "is above 0") }
      maxShardBytes = number
    case "columns":
      for member in value.members {
        columns[member.key] = try ColumnRecipe(json: member.value, column: member.key)
      }
    default:
      guard case .object = value else {
        throw Self.wrong(
          key, "is neither a column's object nor one of \(Self.settings.joined(separator: ", "))")
      }
      columns[key] = try ColumnRecipe(json: value, column: key)
    }
  }

  private static func word<Word>(
    _ key: String, _ value: JSON, _ make: (String) -> Word?
  ) throws(GenbaError) -> Word {
    guard let word = value.string.flatMap(make) else {
      throw wrong(key, "cannot be \(value.text)")
    }
    return word
  }

  private static func wrong(_ key: String, _ what: String) -> GenbaError {
    GenbaError(.invalidConfiguration, "the recipe's \"\(key)\" \(what)")
  }

  /// How keys are made: as asked, or else by path for a file a sample, and by ordinal for shards.
  var keyRule: Keys { keys ?? (format == .safetensors ? .path : .ordinal) }
}
