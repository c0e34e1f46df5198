public import GenbaCore
public import GenbaAudio

/// Sound for Speech2Text, as transformers 5.23.0's `Speech2TextFeatureExtractor` with `padding=True` computes it.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try Speech2TextFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_features` | float32 | [clips, frames of the longest, numMelBins] |
/// | `attention_mask` | int32 | [clips, frames of the longest] |
///
/// Kaldi's filter banks of samples in -32768 … 32767, each band normalized over its clip. As in the reference, a band that
/// is the same in all frames, as in digital silence, becomes NaN: it has no deviation to divide by.
public struct Speech2TextFeatureExtractor: AudioFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// In hertz.
    public var samplingRate = 16_000
    /// Mel bands.
    public var numMelBins = 80
    /// What clips are filled with.
    public var paddingValue = 0.0
    /// Whether bands are normalized at all (`do_ceptral_normalize`).
    public var doCepstralNormalize = true
    /// Whether bands lose their mean.
    public var normalizeMeans = true
    /// Whether bands are divided by their deviation.
    public var normalizeVars = true

    /// The class's defaults.
    public init() {}
  }

  public let configuration: Configuration

  /// Makes the frames, before they are normalized, which takes the whole clip.
  public let fbank: KaldiFbank

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    self.configuration = configuration
    fbank = try KaldiFbank(
      .init(
        sampleRate: configuration.samplingRate, numMelBins: configuration.numMelBins, sampleScale: 32_768))
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_features` and `attention_mask` of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and clips shorter than a
  ///   frame of 25 ms, at which the reference fails too.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    try check(clips, minimum: fbank.options.frameLength)
    let counts = clips.map { fbank.frameCount(sampleCount: $0.sampleCount) }
    let longest = counts.max() ?? 0
    let normalizes =
      configuration.doCepstralNormalize && (configuration.normalizeMeans || configuration.normalizeVars)
    var bundle = TensorBundle()
    bundle.set(
      "input_features",
      to: FrameMatrix.batch(clips, fbank, rows: longest, padding: configuration.paddingValue) { frames in
        guard normalizes else { return }
        frames.normalizeColumns(over: frames.count, ddof: 0, centers: configuration.normalizeMeans) {
          configuration.normalizeVars ? $0.squareRoot() : 1
        }
      })
    bundle.set("attention_mask", to: Tensor<Int32>.paddingMask(counts, length: longest))
    return bundle
  }
}

extension Speech2TextFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("num_mel_bins", in: 1...4096) { numMelBins = value }
    if let value = try file.number("padding_value", in: -1e30...1e30) { paddingValue = value }
    if let value = try file.bool("do_ceptral_normalize") { doCepstralNormalize = value }
    if let value = try file.bool("normalize_means") { normalizeMeans = value }
    if let value = try file.bool("normalize_vars") { normalizeVars = value }
    if try file.number("dither", in: -1e30...1e30) ?? 0 != 0 {
      throw file.wrong("dither", "0: the reference's noise is random")
    }
    try file.requireRightPadding()
  }
}
