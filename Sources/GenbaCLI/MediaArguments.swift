// Public, since a conformance is.
public import ArgumentParser
public import Genba

extension ChannelMix: ExpressibleByArgument {
  public init?(argument: String) {
    self.init(name: argument)
  }

  public var defaultValueDescription: String {
    switch self {
    case .keep: "keep"
    case .mono: "mono"
    case .torchcodecMono: "torchcodec-mono"
    case .channel(let index): "\(index)"
    case .matrix(let rows): rows.map { $0.map { "\($0)" }.joined(separator: ",") }.joined(separator: "/")
    }
  }
}

extension AudioBackend: ExpressibleByArgument {}
extension Resampler.Engine: ExpressibleByArgument {}
extension FrameSampling: ExpressibleByArgument {}
extension FrameLayout: ExpressibleByArgument {}
extension PixelDType: ExpressibleByArgument {}
extension DamagePolicy: ExpressibleByArgument {}
extension SeekMode: ExpressibleByArgument {}
extension StereoSGBM.Options.Mode: ExpressibleByArgument {}
extension StereoCalibration.KITTICameras: ExpressibleByArgument {}

/// How media are decoded for a model, common to the commands that take all kinds.
struct ModelOptions: ParsableArguments {
  @Option(help: "Whose rule makes a model's sound of one channel.")
  var audioBackend: AudioBackend = .soundfile

  @Option(help: "Whose rule chooses a clip's frames.")
  var sampling: FrameSampling = .hf

  @Option(help: "The element type of pixel values.")
  var dtype: PixelDType = .float32

  @Option(help: "Frames per second of a clip, instead of what the model's config says.")
  var fps: Double?

  @Option(help: "Frames of a clip, instead of what the model's config says.")
  var numFrames: Int?

  func validate() throws {
    if fps != nil && numFrames != nil { throw ValidationError("--fps and --num-frames exclude each other") }
    if let fps, !(fps > 0 && fps.isFinite) { throw ValidationError("--fps is above 0, not \(fps)") }
    if let numFrames, numFrames < 1 { throw ValidationError("--num-frames is above 0, not \(numFrames)") }
  }

  /// As `Pipeline.starting`.
  func pipeline(model: String) throws(CommandFailure) -> Pipeline {
    try Pipeline.starting(
      model: model, audioBackend: audioBackend, sampling: sampling,
      frames: SamplingRequest(fps: fps, numFrames: numFrames), dtype: dtype)
  }
}

extension SamplingRequest {
  /// What two options of which one at most is given ask for.
  init(fps: Double?, numFrames: Int?) {
    self = numFrames.map { Self(numFrames: $0) } ?? fps.map { Self(fps: $0) } ?? Self()
  }
}

extension Pipeline {
  /// The pipeline for a preset or a model folder; a wrong one ends the program with code 2. `nil` is the default.
  static func starting(
    model: String, audioBackend: AudioBackend? = nil, audioRange: Range<Double>? = nil, audioStream: Int? = nil,
    sampling: FrameSampling? = nil, frames: SamplingRequest = SamplingRequest(), dtype: PixelDType? = nil
  ) throws(CommandFailure) -> Pipeline {
    var options = Options()
    if let audioBackend { options.audioBackend = audioBackend }
    options.audioRange = audioRange
    options.audioStream = audioStream
    if let sampling { options.sampling = sampling }
    options.frames = frames
    if let dtype { options.dtype = dtype }
    return try GenbaCLI.starting { () throws(GenbaError) in try Pipeline(model: model, options: options) }
  }
}
