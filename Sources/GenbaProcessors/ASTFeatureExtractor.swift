public import GenbaCore
public import GenbaAudio

/// Sound for the Audio Spectrogram Transformer, as transformers 5.23.0's `ASTFeatureExtractor` computes it.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try ASTFeatureExtractor()(audio)
/// tensors["input_values"]  // float32 [1, 1024, 128]
/// ```
///
/// Kaldi's filter banks of samples in -1 … 1, with a Hann window. Clips are cut after `maxLength` frames, and shorter ones
/// filled with zeros before all is normalized.
public struct ASTFeatureExtractor: AudioFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// In hertz.
    public var samplingRate = 16_000
    /// Mel bands.
    public var numMelBins = 128
    /// Frames that the model sees.
    public var maxLength = 1024
    /// Whether values are normalized.
    public var doNormalize = true
    /// Of the training set's values.
    public var mean = -4.2677393
    /// Of the training set's values; what is divided by is twice as large.
    public var std = 4.5689974

    /// The class's defaults.
    public init() {}
  }

  public let configuration: Configuration

  /// Makes the frames, before they are normalized and filled.
  public let fbank: KaldiFbank

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    guard (1...1 << 20).contains(configuration.maxLength) else {
      throw GenbaError(.invalidConfiguration, "max_length is \(configuration.maxLength); it must be 1 … \(1 << 20)")
    }
    guard configuration.std != 0, configuration.std.isFinite else {
      throw GenbaError(.invalidConfiguration, "std is \(configuration.std); it must be a number other than 0")
    }
    self.configuration = configuration
    fbank = try KaldiFbank(
      .init(sampleRate: configuration.samplingRate, numMelBins: configuration.numMelBins, window: .hann))
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_values` of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and clips shorter than a
  ///   frame of 25 ms, at which the reference fails too.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    try check(clips, minimum: fbank.options.frameLength)
    let (mean, divisor) = (Float(configuration.mean), Float(configuration.std * 2))
    var bundle = TensorBundle()
    bundle.set(
      "input_values",
      to: Tensor<Float>(shape: [clips.count, configuration.maxLength, configuration.numMelBins]) { output in
        for clip in clips {
          var frames = FrameMatrix(clip.channel(0), fbank)
          frames.truncate(to: configuration.maxLength)
          var padding: Float = 0
          if configuration.doNormalize {
            frames.map { value, _ in (value - mean) / divisor }
            padding = (0 - mean) / divisor
          }
          frames.append(paddedTo: configuration.maxLength, with: padding, to: &output)
        }
      })
    return bundle
  }
}

extension ASTFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("num_mel_bins", in: 1...4096) { numMelBins = value }
    if let value = try file.integer("max_length", in: 1...1 << 20) { maxLength = value }
    if let value = try file.bool("do_normalize") { doNormalize = value }
    if let value = try file.number("mean", in: -1e9...1e9) { mean = value }
    if let value = try file.number("std", in: 1e-9...1e9) { std = value }
  }
}
