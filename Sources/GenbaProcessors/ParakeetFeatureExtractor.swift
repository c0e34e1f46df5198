public import GenbaCore
internal import GenbaAudio
internal import GenbaKernels

/// Sound for Parakeet and other NeMo models, as transformers 5.23.0's `ParakeetFeatureExtractor` computes it.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try ParakeetFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_features` | float32 | [clips, frames of the longest, featureSize], 0 behind a clip's end |
/// | `attention_mask` | Bool | [clips, frames of the longest] |
///
/// Log-mel of the pre-emphasized signal, each band normalized over its clip. Of a clip's frames, the last, which is
/// centred on its end, is masked.
public struct ParakeetFeatureExtractor: AudioFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Mel bands.
    public var featureSize = 80
    /// In hertz.
    public var samplingRate = 16_000
    /// From one frame to the next, in samples.
    public var hopLength = 160
    /// Length of the FFT.
    public var nFFT = 512
    /// Of the window, in samples.
    public var winLength = 400
    /// How much of a sample is subtracted from the next.
    public var preemphasis = 0.97

    /// The class's defaults.
    public init() {}
  }

  public let configuration: Configuration

  /// The logarithms of the bands before they are normalized, which takes the whole clip.
  public let frames: ModelFrames

  /// What is added to bands before the logarithm.
  private static let logZeroGuard: Float = 0x1p-24

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    try require("n_fft", configuration.nFFT, in: 2...65_536)
    try require("win_length", configuration.winLength, in: 2...configuration.nFFT)
    try require("hop_length", configuration.hopLength, in: 1...768_000)
    try require("feature_size", configuration.featureSize, in: 1...1024)
    self.configuration = configuration
    let bank = try MelFilterBank(
      sampleRate: configuration.samplingRate, nFFT: configuration.nFFT, nMels: configuration.featureSize)
    let plan = LogMelPlan(
      nFFT: configuration.nFFT, window: Window.hann.factors(count: configuration.winLength, periodic: false),
      hopLength: configuration.hopLength, pad: configuration.nFFT / 2, padMode: .constant, power: 2,
      filters: bank.weights.span, logarithm: nil)
    frames = ModelFrames(
      plan, sampleRate: configuration.samplingRate, pad: plan.pad, preemphasis: configuration.preemphasis,
      logOffset: Self.logZeroGuard)
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_features` and `attention_mask` of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and clips with fewer than
  ///   two frames (20 ms), of which the reference makes NaN.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    try check(clips, minimum: 2 * configuration.hopLength)
    let longest = 1 + (clips.map(\.sampleCount).max() ?? 0) / configuration.hopLength
    let counts = clips.map { $0.sampleCount / configuration.hopLength }
    var bundle = TensorBundle()
    bundle.set(
      "input_features",
      to: Tensor<Float>(shape: [clips.count, longest, configuration.featureSize]) { output in
        for (clip, count) in zip(clips, counts) {
          var matrix = frames.matrix(clip.channel(0), length: clip.sampleCount, frames: count)
          matrix.normalizeColumns(over: count, ddof: 1) { $0.squareRoot() + 1e-5 }
          matrix.append(paddedTo: longest, to: &output)
        }
      })
    bundle.set("attention_mask", to: Tensor<Bool>.paddingMask(counts, length: longest))
    return bundle
  }
}

extension ParakeetFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("feature_size", in: 1...1024) { featureSize = value }
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("hop_length", in: 1...768_000) { hopLength = value }
    if let value = try file.integer("n_fft", in: 2...65_536) { nFFT = value }
    if let value = try file.integer("win_length", in: 2...65_536) { winLength = value }
    if let value = try file.number("preemphasis", in: 0...1) { preemphasis = value }
    if try file.number("padding_value", in: -1e30...1e30) ?? 0 != 0 { throw file.wrong("padding_value", "0") }
    try file.requireRightPadding()
  }
}
