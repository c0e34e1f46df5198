public import GenbaCore

/// Samples for EnCodec, as transformers 5.23.0's `EncodecFeatureExtractor` gives them.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 24_000, channels: .mono)
/// let tensors = try EncodecFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_values` | float32 | [clips, featureSize, samples] |
/// | `padding_mask` | int32 | [clips, samples], 1 for a sample of the clip |
///
/// All clips are filled with silence to the longest, and where the model works in chunks to the end of its last chunk.
public struct EncodecFeatureExtractor: AudioFeatureExtractor, Hashable {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class, the 24 kHz model.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Channels: 1 or 2.
    public var featureSize = 1
    /// In hertz.
    public var samplingRate = 24_000
    /// What clips are filled with.
    public var paddingValue = 0.0
    /// Length of a chunk in seconds; `nil` for a model that takes a clip at once.
    public var chunkLengthSeconds: Double?
    /// Which part of a chunk its successor repeats, from 0 to below 1; `nil` for a model without chunks.
    public var overlap: Double?

    /// The class's defaults.
    public init() {}

    /// Length of a chunk, in samples.
    public var chunkLength: Int? { chunkLengthSeconds.map { Int($0 * Double(samplingRate)) } }

    /// From one chunk to the next, in samples.
    public var chunkStride: Int? {
      guard let chunkLength, let overlap else { return nil }
      return max(1, Int((1 - overlap) * Double(chunkLength)))
    }
  }

  public let configuration: Configuration

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    let (featureSize, rate) = (configuration.featureSize, configuration.samplingRate)
    try require((1...2).contains(featureSize), "feature_size is \(featureSize); it must be 1 or 2 channels")
    try require("sampling_rate", rate, in: 1...768_000)
    if let seconds = configuration.chunkLengthSeconds {
      try require(
        seconds > 0 && seconds <= 3600 && seconds * Double(rate) >= 1,
        "chunk_length_s is \(seconds); it must be at least a sample and at most 3600")
    }
    if let overlap = configuration.overlap {
      try require(overlap >= 0 && overlap < 1, "overlap is \(overlap); it must be 0 … below 1")
    }
    self.configuration = configuration
  }

  public var samplingRate: Int { configuration.samplingRate }
  public var channelCount: Int { configuration.featureSize }

  /// `input_values` and `padding_mask` of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, nothing but empty clips, another sample rate or number of channels.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    let longest = clips.map(\.sampleCount).max() ?? 0
    guard longest > 0 else { throw GenbaError(.mismatchedInputs, "the clips have no samples") }
    let length = paddedLength(longest)
    let padding = Float(configuration.paddingValue)
    var bundle = TensorBundle()
    bundle.set(
      "input_values",
      to: Tensor<Float>(shape: [clips.count, configuration.featureSize, length]) { output in
        for clip in clips {
          for channel in 0..<clip.channelCount {
            let samples = clip.channel(channel)
            for index in samples.indices { output.append(samples[index]) }
            output.append(repeating: padding, count: length - samples.count)
          }
        }
      })
    bundle.set("padding_mask", to: Tensor<Int32>.paddingMask(clips.map(\.sampleCount), length: length))
    return bundle
  }

  /// To the end of the last chunk that begins in a clip of this length.
  private func paddedLength(_ longest: Int) -> Int {
    guard let chunk = configuration.chunkLength, let step = configuration.chunkStride else { return longest }
    return ((longest + step - 1) / step - 1) * step + chunk
  }
}

extension EncodecFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("feature_size", in: 1...2) { featureSize = value }
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.number("padding_value", in: -1e30...1e30) { paddingValue = value }
    chunkLengthSeconds = try file.number("chunk_length_s", in: 1e-6...3600)
    overlap = try file.number("overlap", in: 0...0.999_999)
    try file.requireRightPadding()
  }
}
