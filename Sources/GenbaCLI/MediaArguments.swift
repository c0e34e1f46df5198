// Public, since a conformance is.
public import ArgumentParser
public import Genba

extension ChannelMix: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case "keep": self = .keep
    case "mono": self = .mono
    case "torchcodec-mono": self = .torchcodecMono
    default:
      guard let index = Int(argument), index >= 0 else { return nil }
      self = .channel(index)
    }
  }

  public var defaultValueDescription: String {
    switch self {
    case .keep: "keep"
    case .mono: "mono"
    case .torchcodecMono: "torchcodec-mono"
    case .channel(let index): "\(index)"
    }
  }
}

extension AudioBackend: ExpressibleByArgument {}
extension FrameSampling: ExpressibleByArgument {}
extension FrameLayout: ExpressibleByArgument {}

/// How media are decoded for a model, common to the commands that take all kinds.
struct ModelOptions: ParsableArguments {
  @Option(help: "Whose rule makes a model's sound of one channel.")
  var audioBackend: AudioBackend = .soundfile

  @Option(help: "Whose rule chooses a clip's frames.")
  var sampling: FrameSampling = .hf

  /// As `Pipeline.starting`.
  func pipeline(model: String) throws(CommandFailure) -> Pipeline {
    try Pipeline.starting(model: model, audioBackend: audioBackend, sampling: sampling)
  }
}

extension Pipeline {
  /// The pipeline for a preset or a model folder; a wrong one ends the program with code 2. `nil` is the default.
  static func starting(
    model: String, audioBackend: AudioBackend? = nil, audioRange: Range<Double>? = nil, sampling: FrameSampling? = nil
  ) throws(CommandFailure) -> Pipeline {
    var options = Options()
    if let audioBackend { options.audioBackend = audioBackend }
    options.audioRange = audioRange
    if let sampling { options.sampling = sampling }
    return try GenbaCLI.starting { () throws(GenbaError) in try Pipeline(model: model, options: options) }
  }
}
