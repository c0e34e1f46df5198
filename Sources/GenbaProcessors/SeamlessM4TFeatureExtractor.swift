public import GenbaCore
public import GenbaAudio

/// Sound for SeamlessM4T and Wav2Vec2-BERT, as transformers 5.23.0's `SeamlessM4TFeatureExtractor` computes it.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try SeamlessM4TFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_features` | float32 | [clips, frames / stride, numMelBins · stride] |
/// | `attention_mask` | int32 | [clips, frames / stride], if the configuration asks for it |
///
/// Kaldi's filter banks of samples in -32768 … 32767, each band normalized over its clip; then clips are filled to the
/// longest, and `stride` frames become one.
public struct SeamlessM4TFeatureExtractor: AudioFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// In hertz.
    public var samplingRate = 16_000
    /// Mel bands.
    public var numMelBins = 80
    /// What clips are filled with: 0, and 1 for Wav2Vec2-BERT.
    public var paddingValue = 0.0
    /// How many frames become one.
    public var stride = 2
    /// Whether `attention_mask` is given.
    public var returnAttentionMask = true

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
    guard (2...1024).contains(configuration.stride) else {
      throw GenbaError(.invalidConfiguration, "stride is \(configuration.stride); it must be 2 … 1024")
    }
    self.configuration = configuration
    fbank = try KaldiFbank(
      .init(
        sampleRate: configuration.samplingRate, numMelBins: configuration.numMelBins, sampleScale: 32_768,
        precision: .float64))
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_features`, and `attention_mask` if the configuration asks for it, of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and clips with fewer than
  ///   two frames (35 ms), which have no variance.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    try check(clips, minimum: fbank.options.frameLength + fbank.options.frameShift)
    let counts = clips.map { fbank.frameCount(sampleCount: $0.sampleCount) }
    let longest = counts.max() ?? 0
    let stride = configuration.stride
    // To a multiple of 2 whatever the stride; then frames beyond a multiple of the stride are dropped.
    let padded = (longest + 1) / 2 * 2
    let kept = padded / stride * stride
    var bundle = TensorBundle()
    let frames = FrameMatrix.batch(clips, fbank, rows: kept, padding: configuration.paddingValue) { frames in
      frames.normalizeColumns(over: frames.count, ddof: 1) { ($0 + 1e-7).squareRoot() }
    }
    bundle.set(
      "input_features",
      to: frames.reshaped(to: [clips.count, kept / stride, configuration.numMelBins * stride]))
    if configuration.returnAttentionMask {
      // A group is heard if its second frame is.
      let heard = counts.map { count in
        Swift.stride(from: 0, to: kept, by: stride).count { $0 + 1 < count }
      }
      bundle.set("attention_mask", to: Tensor<Int32>.paddingMask(heard, length: kept / stride))
    }
    return bundle
  }
}

extension SeamlessM4TFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("num_mel_bins", in: 1...4096) { numMelBins = value }
    if let value = try file.number("padding_value", in: -1e30...1e30) { paddingValue = value }
    // With a stride of 1 the reference's mask is empty.
    if let value = try file.integer("stride", in: 2...1024) { stride = value }
    if let value = try file.bool("return_attention_mask") { returnAttentionMask = value }
    try file.requireRightPadding()
  }
}
