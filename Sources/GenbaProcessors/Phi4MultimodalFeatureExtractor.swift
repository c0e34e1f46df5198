public import GenbaCore
public import GenbaAudio

/// Sound for Phi-4-multimodal, as transformers 5.23.0's `Phi4MultimodalFeatureExtractor` computes it.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try Phi4MultimodalFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `audio_input_features` | float32 | [clips, frames of the longest, featureSize] |
/// | `audio_embed_sizes` | int64 | [clips]: how many audio tokens stand in the text |
/// | `audio_attention_mask` | Bool | [clips, frames of the longest], if there is more than one clip |
///
/// As in the reference, the frames of a shorter clip in a batch that reach over its end are silenced, but for those that
/// begin in its last 320 samples or so.
public struct Phi4MultimodalFeatureExtractor: AudioFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Mel bands.
    public var featureSize = 80
    /// In hertz.
    public var samplingRate = 16_000
    /// From one frame to the next, in samples.
    public var hopLength = 160
    /// Of a frame, in samples.
    public var winLength = 400
    /// How much of a sample is subtracted from the next.
    public var preemphasis = 0.97
    /// Frames that the encoder makes one of.
    public var audioCompressionRate = 8
    /// Encoded frames that become one token.
    public var audioDownsampleRate = 1
    /// Where the lowest band begins, in hertz.
    public var melMinFrequency = 0.0
    /// Where the highest ends, in hertz.
    public var melMaxFrequency = 7690.0

    /// The class's defaults.
    public init() {}
  }

  public let configuration: Configuration

  /// Makes the frames, before clips are filled.
  public let fbank: KaldiFbank

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    let rates = [
      configuration.samplingRate, configuration.audioCompressionRate, configuration.audioDownsampleRate,
    ]
    guard rates.allSatisfy({ (1...768_000).contains($0) }) else {
      throw GenbaError(
        .invalidConfiguration,
        "sampling_rate, audio_compression_rate and audio_downsample_rate must be above 0")
    }
    self.configuration = configuration
    var options = KaldiFbank.Options(
      sampleRate: configuration.samplingRate, numMelBins: configuration.featureSize, window: .hamming,
      lowFrequency: configuration.melMinFrequency, highFrequency: configuration.melMaxFrequency,
      sampleScale: 32_768, precision: .float64)
    // Half a sample more, so that no rounding takes one away.
    options.frameLengthMilliseconds = (Double(configuration.winLength) + 0.5) * 1000 / Double(rates[0])
    options.frameShiftMilliseconds = (Double(configuration.hopLength) + 0.5) * 1000 / Double(rates[0])
    options.preemphasisCoefficient = configuration.preemphasis
    options.removeDCOffset = false
    options.roundsPreemphasis = true
    options.melFloor = 1
    fbank = try KaldiFbank(options)
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// The model's tensors for a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and clips shorter than a
  ///   frame, at which the reference fails too.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    try check(clips, minimum: configuration.winLength)
    let longest = clips.map(\.sampleCount).max() ?? 0
    let frames = fbank.frameCount(sampleCount: longest)
    let counts = clips.map { fbank.frameCount(sampleCount: $0.sampleCount) }
    var bundle = TensorBundle()
    bundle.set(
      "audio_input_features",
      to: Tensor<Float>(shape: [clips.count, frames, configuration.featureSize]) { output in
        for clip in clips { matrix(of: clip, paddedTo: longest).append(paddedTo: frames, to: &output) }
      })
    bundle.set("audio_embed_sizes", to: Tensor(counts.map { Int64(audioTokenCount(frames: $0)) }))
    if clips.count > 1 {
      bundle.set("audio_attention_mask", to: Tensor<Bool>.paddingMask(counts, length: counts.max() ?? 0))
    }
    return bundle
  }

  /// How many audio tokens stand in the text for so many frames.
  public func audioTokenCount(frames: Int) -> Int {
    let encoded = (frames + configuration.audioCompressionRate - 1) / configuration.audioCompressionRate
    return (encoded + configuration.audioDownsampleRate - 1) / configuration.audioDownsampleRate
  }

  private func matrix(of clip: AudioSamples, paddedTo length: Int) -> FrameMatrix {
    let count = clip.sampleCount
    if count == length { return FrameMatrix(clip.channel(0), fbank) }
    var samples = [Float](repeating: 0, count: length)
    let own = clip.channel(0)
    for index in own.indices { samples[index] = own[index] }
    var matrix = FrameMatrix(samples.span, fbank)
    let first = fbank.frameCount(sampleCount: count)
    let end = min(count / configuration.hopLength - 1, matrix.count)
    // The logarithm of the floor is 0.
    if first < end { matrix.fill(first..<end, with: 0) }
    return matrix
  }
}

extension Phi4MultimodalFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("feature_size", in: 1...4096) { featureSize = value }
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("hop_length", in: 1...768_000) { hopLength = value }
    if let value = try file.integer("win_length", in: 2...65_536) { winLength = value }
    if let value = try file.number("preemphasis", in: 0...1) { preemphasis = value }
    if let value = try file.integer("audio_compression_rate", in: 1...1024) { audioCompressionRate = value }
    if let value = try file.integer("audio_downsample_rate", in: 1...1024) { audioDownsampleRate = value }
    _ = try file.integer("audio_feat_stride", in: 1...1)
    if let value = try file.number("mel_min_frequency", in: 0...1e6) { melMinFrequency = value }
    if let value = try file.number("mel_max_frequency", in: 1...1e6) { melMaxFrequency = value }
    var length = 1
    while length < winLength { length *= 2 }
    if try file.integer("n_fft", in: 2...65_536) ?? length != length {
      throw file.wrong("n_fft", "\(length), the power of two behind win_length")
    }
  }
}
