public import GenbaCore
internal import GenbaAudio
internal import GenbaKernels

/// Sound for Granite Speech, as transformers 5.23.0's `GraniteSpeechFeatureExtractor` computes it with torchaudio.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let granite = try GraniteSpeechFeatureExtractor()
/// let tensors = try granite(audio)
/// let tokens = granite.audioTokenCount(sampleCount: audio.sampleCount)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_features` | float32 | [clips, frames / 2, 2 · nMels]: two frames become one, and an odd last one is dropped |
/// | `input_features_mask` | Bool | [clips, audio tokens of the longest] |
public struct GraniteSpeechFeatureExtractor: AudioFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// In hertz.
    public var samplingRate = 16_000
    /// Length of the FFT.
    public var nFFT = 512
    /// Of the window, in samples.
    public var winLength = 400
    /// From one frame to the next, in samples.
    public var hopLength = 160
    /// Mel bands.
    public var nMels = 80
    /// Encoded frames that the projector sees at once.
    public var projectorWindowSize = 15
    /// Encoded frames that become one token.
    public var projectorDownsampleRate = 5

    /// The class's defaults.
    public init() {}
  }

  public let configuration: Configuration

  /// The logarithms of the bands before Whisper's rule, which takes the whole clip.
  public let frames: ModelFrames

  /// Whisper's rule: at most 8 decades below the loudest value, then from -4 … 4 or so to -1 … 1.
  private static let normalization = LogMelPlan.Normalization(dynamicRange: 8, offset: 4, scale: 0.25)

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    try require("n_fft", configuration.nFFT, in: 2...65_536)
    try require("win_length", configuration.winLength, in: 2...configuration.nFFT)
    try require("hop_length", configuration.hopLength, in: 1...768_000)
    try require("n_mels", configuration.nMels, in: 1...1024)
    try require("projector_window_size", configuration.projectorWindowSize, in: 1...1 << 20)
    try require("projector_downsample_rate", configuration.projectorDownsampleRate, in: 1...1 << 20)
    self.configuration = configuration
    let bank = try MelFilterBank(
      sampleRate: configuration.samplingRate, nFFT: configuration.nFFT, nMels: configuration.nMels, melScale: .htk,
      norm: .none)
    let plan = LogMelPlan(
      nFFT: configuration.nFFT, window: Window.hann.factors(count: configuration.winLength),
      hopLength: configuration.hopLength, pad: configuration.nFFT / 2, padMode: .reflect, power: 2,
      filters: bank.weights.span, logarithm: .init(floor: 1e-10, unitsPerNeper: 1 / 2.302585092994046))
    frames = ModelFrames(plan, sampleRate: configuration.samplingRate, pad: plan.pad)
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_features` and `input_features_mask` of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and where no clip has more
  ///   than nFFT / 2 samples and two frames, at which the reference fails too.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    let longest = clips.map(\.sampleCount).max() ?? 0
    let needed = max(configuration.nFFT / 2 + 1, configuration.hopLength)
    guard longest >= needed else {
      throw GenbaError(
        .mismatchedInputs, "the longest clip has \(longest) samples and the model needs \(needed)")
    }
    let count = longest / configuration.hopLength + 1
    let pairs = count / 2
    var bundle = TensorBundle()
    bundle.set(
      "input_features",
      to: Tensor<Float>(shape: [clips.count, pairs, 2 * configuration.nMels]) { output in
        for clip in clips {
          // The loudest value may be in the frame that is dropped.
          var matrix = frames.matrix(
            clip.channel(0), length: longest, frames: count, normalization: Self.normalization)
          matrix.truncate(to: 2 * pairs)
          matrix.append(paddedTo: 2 * pairs, to: &output)
        }
      })
    let tokens = clips.map { audioTokenCount(sampleCount: $0.sampleCount) }
    bundle.set("input_features_mask", to: Tensor<Bool>.paddingMask(tokens, length: tokens.max() ?? 0))
    return bundle
  }

  /// How many audio tokens stand in the text for a clip (`audio_embed_sizes`).
  public func audioTokenCount(sampleCount: Int) -> Int {
    let encoded = (sampleCount / configuration.hopLength + 1) / 2
    let window = configuration.projectorWindowSize
    return (encoded + window - 1) / window * (window / configuration.projectorDownsampleRate)
  }
}

extension GraniteSpeechFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults. As in the reference, what
  /// `melspec_kwargs` repeats does not count.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("n_fft", in: 2...65_536) { nFFT = value }
    if let value = try file.integer("win_length", in: 2...65_536) { winLength = value }
    if let value = try file.integer("hop_length", in: 1...768_000) { hopLength = value }
    if let value = try file.integer("n_mels", in: 1...1024) { nMels = value }
    if let value = try file.integer("projector_window_size", in: 1...1 << 20) { projectorWindowSize = value }
    if let value = try file.integer("projector_downsample_rate", in: 1...1 << 20) { projectorDownsampleRate = value }
  }
}
