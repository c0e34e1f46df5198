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

  /// What a shard's files are hashed with as a whole. Each sample has its XXH64 besides.
  public enum ShardHash: String, Sendable, Hashable, CaseIterable {
    /// As `sha256sum` prints it: tells files apart also where somebody wants them to look alike.
    case sha256
    /// As `xxh64sum` prints it: tells what was damaged, at the speed of memory.
    case xxh64
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
  public var shardHash = ShardHash.sha256

  /// A recipe for every kind of recording that a model takes.
  public init(model: String? = nil) { self.model = model }
}

extension ConversionRecipe {
  /// The keys of a recipe's JSON that are no columns.
  private static let settings = [
    "model", "preset", "audio_backend", "sampling", "window", "dtype", "require", "format", "members", "keep_media",
    "keys", "samples_per_shard", "max_shard_bytes", "shard_hash",
  ]

  /// A recipe from the JSON that a user wrote, or from a resolved one.
  ///
  /// - Throws: `.invalidConfiguration` with the key that is unknown, or whose value cannot be.
  public init(json: JSON) throws(GenbaError) {
    guard case .object(let members) = json else {
      throw GenbaError(
        .invalidConfiguration, "a recipe is a JSON object such as {\"audio\": {\"feature\": \"log_mel\"}}")
    }
    if let twice = members.firstRepeatedKey { throw Self.wrong(twice, "is there twice") }
    for member in members where member.value != .null { try set(member.key, to: member.value) }
  }

  private mutating func set(_ key: String, to value: JSON) throws(GenbaError) {
    switch key {
    case "genba", "files": break
    case "model", "preset":
      guard let name = value.string else { throw Self.wrong(key, "is a preset or a folder, not \(value.text)") }
      model = name
    case "window": window = try Self.window(value)
    case "audio_backend": audioBackend = try Self.word(key, value, AudioBackend.self)
    case "sampling": sampling = try Self.word(key, value, FrameSampling.self)
    case "dtype": dtype = try Self.word(key, value, OutputDType.self)
    case "format": format = try Self.word(key, value, Format.self)
    case "members": members = try Self.word(key, value, Members.self)
    case "keys": keys = try Self.word(key, value, Keys.self)
    case "shard_hash": shardHash = try Self.word(key, value, ShardHash.self)
    case "keep_media":
      guard case .bool(let isKept) = value else { throw Self.wrong(key, "is true or false") }
      keepsMedia = isKept
    case "require":
      guard let elements = value.elements, elements.allSatisfy({ $0.string != nil }) else {
        throw Self.wrong(key, "is a list of columns' names, not \(value.text)")
      }
      require = elements.compactMap(\.string)
    case "samples_per_shard":
      guard let number = value.int, number > 0 else {
        throw Self.wrong(key, "is a whole number above 0, not \(value.text)")
      }
      samplesPerShard = number
    case "max_shard_bytes":
      guard let number = value.int, number > 0 else {
        throw Self.wrong(key, "is a whole number above 0, not \(value.text)")
      }
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

  private static func word<Word: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ value: JSON, _: Word.Type
  ) throws(GenbaError) -> Word {
    guard let word = value.string.flatMap(Word.init) else {
      throw wrong(key, "is \(Word.allCases.map(\.rawValue).joined(separator: " or ")), not \(value.text)")
    }
    return word
  }

  private static func window(_ json: JSON) throws(GenbaError) -> Window {
    func wrong(_ what: String) -> GenbaError { Self.wrong("window", what) }
    guard case .object(let members) = json, let length = json["length"]?.double, length > 0, length.isFinite else {
      throw wrong("is {\"length\": SECONDS, \"hop\": SECONDS}, and length is above 0")
    }
    if let twice = members.firstRepeatedKey { throw wrong("has \"\(twice)\" twice") }
    var window = Window(length: length)
    for member in members where member.value != .null {
      switch member.key {
      case "length": break
      case "hop":
        guard let hop = member.value.double, hop > 0, hop.isFinite else {
          throw wrong("hop is above 0, in seconds, not \(member.value.text)")
        }
        window.hop = hop
      case "tail":
        guard let tail = member.value.string, ["keep", "drop"].contains(tail) else {
          throw wrong("tail is keep or drop, not \(member.value.text)")
        }
        window.keepsTail = tail == "keep"
      default: throw wrong("has no key \"\(member.key)\"; there are length, hop, tail")
      }
    }
    return window
  }

  private static func wrong(_ key: String, _ what: String) -> GenbaError {
    GenbaError(.invalidConfiguration, "the recipe's \"\(key)\" \(what)")
  }

  /// Names that a recipe has for recordings whatever their columns are called.
  static let kinds = ["image", "video", "audio", "depth", ColumnRecipe.stereoColumn]

  /// What is named that only a manifest can have.
  var manifestColumns: Set<String> { Set(columns.keys).subtracting(Self.kinds) }

  /// How keys are made: as asked, or else by path for a file a sample, and by ordinal for shards.
  var keyRule: Keys { keys ?? (format == .safetensors ? .path : .ordinal) }
}
