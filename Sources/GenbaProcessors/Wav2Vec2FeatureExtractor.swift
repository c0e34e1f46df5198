public import GenbaCore

/// Samples for the models that hear the wave itself, as transformers 5.23.0's `Wav2Vec2FeatureExtractor` with
/// `padding=True` gives them: Wav2Vec2, HuBERT, WavLM, Moonshine.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try Wav2Vec2FeatureExtractor()(audio)
/// tensors["input_values"]  // float32 [1, samples]
/// let frames = WaveEncoder.wav2Vec2.frameCount(sampleCount: audio.sampleCount)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_values` | float32 | [clips, samples of the longest], normalized to mean 0 and variance 1 if the configuration asks for it |
/// | `attention_mask` | int32 | [clips, samples of the longest], if the configuration asks for it |
///
/// As in the reference, mean and variance are those of the clip where there is a mask, and those of the clip with its
/// padding where there is none. Values are within 2e-5 of the reference's float32, and within 2e-6 of float64.
public struct Wav2Vec2FeatureExtractor: AudioFeatureExtractor, Hashable {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// In hertz.
    public var samplingRate = 16_000
    /// Whether clips get mean 0 and variance 1.
    public var doNormalize = true
    /// Whether `attention_mask` is given.
    public var returnAttentionMask = false
    /// What clips are filled with.
    public var paddingValue = 0.0
    /// What the padded length is a multiple of: 80 for Moonshine's streaming models.
    public var padToMultipleOf = 1

    /// The class's defaults.
    public init() {}
  }

  public let configuration: Configuration

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    guard (1...768_000).contains(configuration.samplingRate) else {
      throw GenbaError(
        .invalidConfiguration, "sampling_rate is \(configuration.samplingRate); it must be 1 … 768000")
    }
    guard (1...768_000).contains(configuration.padToMultipleOf) else {
      throw GenbaError(
        .invalidConfiguration, "pad_to_multiple_of is \(configuration.padToMultipleOf); it must be 1 … 768000")
    }
    self.configuration = configuration
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_values`, and `attention_mask` if the configuration asks for it, of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate or more than one channel.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    let longest = clips.map(\.sampleCount).max() ?? 0
    let multiple = configuration.padToMultipleOf
    let length = (longest + multiple - 1) / multiple * multiple
    let padding = Float(configuration.paddingValue)
    var bundle = TensorBundle()
    bundle.set(
      "input_values",
      to: Tensor<Float>(shape: [clips.count, length]) { output in
        for clip in clips {
          let samples = clip.channel(0)
          let missing = length - samples.count
          if !configuration.doNormalize {
            for index in samples.indices { output.append(samples[index]) }
            output.append(repeating: padding, count: missing)
          } else if configuration.returnAttentionMask {
            let moments = Moments(of: samples)
            for index in samples.indices { output.append(moments.normalized(samples[index])) }
            output.append(repeating: padding, count: missing)
          } else {
            let moments = Moments(of: samples, followedBy: missing, of: configuration.paddingValue)
            for index in samples.indices { output.append(moments.normalized(samples[index])) }
            output.append(repeating: moments.normalized(padding), count: missing)
          }
        }
      })
    if configuration.returnAttentionMask {
      bundle.set("attention_mask", to: Tensor<Int32>.paddingMask(clips.map(\.sampleCount), length: length))
    }
    return bundle
  }
}

/// Mean and variance of a signal.
private struct Moments {
  let mean: Float
  let deviation: Float

  init(of samples: Span<Float>, followedBy count: Int = 0, of value: Double = 0) {
    let total = Double(samples.count + count)
    let mean = (sum(samples) { $0 } + Double(count) * value) / total
    let offset = value - mean
    let squares = sum(samples) { ($0 - mean) * ($0 - mean) } + Double(count) * offset * offset
    self.mean = Float(mean)
    deviation = (Float(squares / total) + 1e-7).squareRoot()
  }

  func normalized(_ sample: Float) -> Float { (sample - mean) / deviation }
}

/// The sum over all samples, in eight parts that do not wait for each other.
@inline(__always)
private func sum(_ samples: Span<Float>, _ transform: (SIMD8<Double>) -> SIMD8<Double>) -> Double {
  var parts = SIMD8<Double>(repeating: 0)
  let whole = samples.count / 8 * 8
  for start in stride(from: 0, to: whole, by: 8) {
    var lanes = SIMD8<Double>()
    for lane in 0..<8 { lanes[lane] = Double(samples[start + lane]) }
    parts += transform(lanes)
  }
  var total = parts.sum()
  for index in whole..<samples.count { total += transform(SIMD8(repeating: Double(samples[index])))[0] }
  return total
}

extension Wav2Vec2FeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.bool("do_normalize") { doNormalize = value }
    if let value = try file.bool("return_attention_mask") { returnAttentionMask = value }
    if let value = try file.number("padding_value", in: -1e30...1e30) { paddingValue = value }
    try file.requireMonoAndRightPadding()
  }
}

extension ConfigurationFile {
  /// Throws for raw-wave settings that cannot be worked with.
  func requireMonoAndRightPadding() throws(GenbaError) {
    if try integer("feature_size", in: 1...1 << 20) ?? 1 != 1 { throw wrong("feature_size", "1, one channel") }
    try requireRightPadding()
  }

  /// Throws for padding on the left.
  func requireRightPadding() throws(GenbaError) {
    if try string("padding_side") ?? "right" != "right" { throw wrong("padding_side", "right") }
  }
}
