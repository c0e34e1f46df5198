internal import GenbaCore
public import GenbaMedia
internal import GenbaSpatial
public import GenbaStorage

/// What is made of the recordings of one kind, or of one column of a manifest.
public struct ColumnRecipe: Sendable, Equatable {
  /// A model folder or a preset, whose input is made. `nil` makes a ``feature``.
  public var model: String?
  /// `samples`, `log_mel`, or another feature of sound; `frames`; `image`. `nil` is the kind's own: `samples`,
  /// `frames`, `image`.
  public var feature: String?
  /// Options of the feature, under its reference's names.
  public var options: JSON?
  /// Of sound, in hertz; `nil` for that of the file.
  public var sampleRate: Int?
  /// `keep`, `mono`, `torchcodec-mono`, or a channel's number.
  public var channels: String?
  /// Frames per second of a video; `nil` for all of its frames.
  public var fps: Double?
  /// So many frames of a video, evenly spread.
  public var numFrames: Int?
  /// Columns and rows that pictures and frames are resized to, bicubic with antialiasing, as torchvision does it.
  public var size: [Int]?
  /// `nchw` or `nhwc`; frames are `nchw` and pictures `nhwc` unless this says otherwise.
  public var layout: String?
  /// Of this column's floating-point tensors; `nil` for the recipe's.
  public var dtype: OutputDType?
  /// Whose rule makes a model's sound of one channel.
  public var audioBackend: AudioBackend?
  /// Whose rule chooses a model's frames.
  public var sampling: String?
  /// What the numbers of depth pictures mean: a name of `DepthScale`, or units a metre. Depth cannot do without.
  public var scale: String?
  /// How stereo pairs are matched and rectified; only the column `stereo` has such settings.
  public var stereo = StereoRecipe()

  /// The kind's own feature, with its defaults.
  public init() {}
}

extension ColumnRecipe {
  static let keys = [
    "model", "preset", "feature", "options", "sample_rate", "channels", "fps", "num_frames", "size", "layout", "dtype",
    "audio_backend", "sampling", "scale",
  ]

  /// The column of a recipe that says what is made of a row's `left` and `right`.
  static let stereoColumn = "stereo"

  /// A column of a recipe's JSON.
  ///
  /// - Throws: `.invalidConfiguration` for a key that is unknown or a value that cannot be.
  init(json: JSON, column: String) throws(GenbaError) {
    guard case .object(let members) = json else { throw Self.wrong(column, "is an object such as {\"fps\": 2}") }
    if let twice = members.firstRepeatedKey { throw Self.wrong(column, "has \"\(twice)\" twice") }
    for member in members {
      let (key, value) = (member.key, member.value)
      if value == .null { continue }
      switch key {
      case "model", "preset": model = try Self.string(value, column, key)
      case "feature": feature = try Self.string(value, column, key).replacing("-", with: "_")
      case "options":
        guard case .object = value else { throw Self.wrong(column, "options is an object") }
        options = value
      case "sample_rate": sampleRate = try Self.integer(value, column, key, in: 1...1_000_000)
      case "channels":
        if let index = value.int { channels = "\(index)" } else { channels = try Self.string(value, column, key) }
        guard ChannelMix(name: channels ?? "") != nil else {
          throw Self.wrong(column, "channels is keep, mono, torchcodec-mono or a channel's number")
        }
      case "fps":
        guard let fps = value.double, fps > 0, fps.isFinite else { throw Self.wrong(column, "fps is above 0") }
        self.fps = fps
      case "num_frames": numFrames = try Self.integer(value, column, key, in: 1...1_000_000)
      case "size":
        let sides = value.elements?.compactMap(\.int) ?? []
        guard sides.count == 2, sides.allSatisfy({ (1...65_536).contains($0) }) else {
          throw Self.wrong(column, "size is [width, height] in pixels")
        }
        size = sides
      case "layout":
        layout = try Self.string(value, column, key)
        guard FrameLayout(rawValue: layout ?? "") != nil else { throw Self.wrong(column, "layout is nchw or nhwc") }
      case "dtype":
        guard let dtype = value.string.flatMap(OutputDType.init) else {
          throw Self.wrong(column, "dtype is " + OutputDType.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self.dtype = dtype
      case "audio_backend":
        audioBackend = AudioBackend(rawValue: try Self.string(value, column, key))
        guard audioBackend != nil else { throw Self.wrong(column, "audio_backend is soundfile or torchcodec") }
      case "sampling":
        sampling = try Self.string(value, column, key)
        guard FrameSampling(rawValue: sampling ?? "") != nil else {
          throw Self.wrong(column, "sampling is " + FrameSampling.allCases.map(\.rawValue).joined(separator: ", "))
        }
      case "scale":
        if let units = value.double { scale = "\(units)" } else { scale = try Self.string(value, column, key) }
        guard DepthScale(name: scale ?? "") != nil else {
          throw Self.wrong(column, "scale is units a metre or one of \(DepthScale.names.joined(separator: ", "))")
        }
      case _ where column == Self.stereoColumn && StereoRecipe.keys.contains(key):
        if let wrong = stereo.set(key, to: value) { throw Self.wrong(column, wrong) }
      default:
        throw Self.wrong(column, "has no key \"\(key)\"; there are \(Self.keys.joined(separator: ", "))")
      }
    }
    if let wrong = kindMismatch(of: members.filter { $0.value != .null }.map(\.key), in: column) {
      throw Self.wrong(column, wrong)
    }
    if fps != nil && numFrames != nil { throw Self.wrong(column, "has fps or num_frames, not both") }
    // {"feature": "log_mel", "preset": "whisper-large-v3"} is the model's own log-mel.
    if model != nil, feature == "log_mel" { feature = nil }
    if model != nil, feature != nil || options != nil || fps != nil || numFrames != nil || size != nil {
      throw Self.wrong(column, "names a model, which fixes the feature, the frames and the size itself")
    }
  }

  /// The same, with what is not set left out.
  var json: JSON {
    var members: [JSON.Member] = []
    if let model { members.append(.init("model", .string(model))) }
    if let feature { members.append(.init("feature", .string(feature))) }
    if let options { members.append(.init("options", options)) }
    if let sampleRate { members.append(.init("sample_rate", .number(sampleRate))) }
    if let channels { members.append(.init("channels", .string(channels))) }
    if let fps { members.append(.init("fps", .number(fps))) }
    if let numFrames { members.append(.init("num_frames", .number(numFrames))) }
    if let size { members.append(.init("size", .array(size.map { JSON.number($0) }))) }
    if let layout { members.append(.init("layout", .string(layout))) }
    if let dtype { members.append(.init("dtype", .string(dtype.rawValue))) }
    if let audioBackend { members.append(.init("audio_backend", .string(audioBackend.rawValue))) }
    if let sampling { members.append(.init("sampling", .string(sampling))) }
    if let scale { members.append(.init("scale", .string(scale))) }
    members += stereo.members
    return .object(members)
  }

  private static func string(_ value: JSON, _ column: String, _ key: String) throws(GenbaError) -> String {
    guard let string = value.string else { throw wrong(column, "\(key) is a string") }
    return string
  }

  private static func integer(
    _ value: JSON, _ column: String, _ key: String, in range: ClosedRange<Int>
  ) throws(GenbaError) -> Int {
    guard let integer = value.int, range.contains(integer) else {
      throw wrong(column, "\(key) is an integer from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  private static func wrong(_ column: String, _ what: String) -> GenbaError {
    GenbaError(.invalidConfiguration, "the recipe's \"\(column)\": \(what)")
  }
}

extension ChannelMix {
  /// The mix of a name, as a recipe and the command line have it: `keep`, `mono`, `torchcodec-mono`, a channel's
  /// number, or a matrix, which has a row of weights for each channel that comes out: `0.5,0.5/1,-1`.
  public init?(name: String) {
    switch name {
    case "keep": self = .keep
    case "mono": self = .mono
    case "torchcodec-mono": self = .torchcodecMono
    default:
      if let index = Int(name) {
        guard index >= 0 else { return nil }
        self = .channel(index)
        return
      }
      let rows = name.split(separator: "/", omittingEmptySubsequences: false).map { row in
        row.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
      }
      guard rows.allSatisfy({ $0.allSatisfy { $0?.isFinite == true } }) else { return nil }
      self = .matrix(rows.map { $0.compactMap(\.self) })
    }
  }
}
