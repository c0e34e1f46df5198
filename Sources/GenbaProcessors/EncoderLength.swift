/// How many positions the convolutions at the beginning of a model's encoder make of a sound, or of its frames: the tokens
/// that the model hears, and as far as its mask reaches.
///
/// ```swift
/// let positions = EncoderLength.moonshine(audio.sampleCount)
/// ```
///
/// Of samples for those models that hear raw sound, of frames for the others. As transformers 5.23.0 counts them
/// (`_get_feat_extract_output_lengths` and its like) with each class's default configuration; models with other
/// convolutions have other ``layers``. The models whose processors put audio tokens into the text have an
/// `audioTokenCount` of their own.
public struct EncoderLength: Sendable, Hashable {
  /// One convolution along time.
  public struct Layer: Sendable, Hashable, Codable {
    public var kernel: Int
    public var stride: Int
    /// Zeros on either side.
    public var padding: Int

    public init(kernel: Int, stride: Int, padding: Int = 0) {
      precondition(
        kernel > 0 && stride > 0 && padding >= 0, "a kernel of \(kernel), \(stride) apart, padded by \(padding)")
      self.kernel = kernel
      self.stride = stride
      self.padding = padding
    }
  }

  /// In the order in which the sound goes through them.
  public var layers: [Layer]

  public init(layers: [Layer]) { self.layers = layers }

  /// How many positions come of `count` samples or frames; 0 where there are fewer than the kernels need.
  public func callAsFunction(_ count: Int) -> Int {
    layers.reduce(max(count, 0)) { length, layer in
      let room = length + 2 * layer.padding - layer.kernel
      return length > 0 && room >= 0 ? room / layer.stride + 1 : 0
    }
  }

  /// Wav2Vec2 and HuBERT: of samples, 20 ms apart.
  public static let wav2Vec2 = EncoderLength(
    layers: [Layer(kernel: 10, stride: 5)] + Array(repeating: Layer(kernel: 3, stride: 2), count: 4)
      + Array(repeating: Layer(kernel: 2, stride: 2), count: 2))

  /// Moonshine: of samples, 24 ms apart.
  public static let moonshine = EncoderLength(
    layers: [Layer(kernel: 127, stride: 64), Layer(kernel: 7, stride: 3), Layer(kernel: 3, stride: 2)])

  /// Whisper: of frames, 20 ms apart.
  public static let whisper = EncoderLength(
    layers: [Layer(kernel: 3, stride: 1, padding: 1), Layer(kernel: 3, stride: 2, padding: 1)])

  /// Speech2Text: of frames, 40 ms apart.
  public static let speech2Text = EncoderLength(
    layers: Array(repeating: Layer(kernel: 5, stride: 2, padding: 2), count: 2))

  /// Parakeet: of frames, 80 ms apart.
  public static let parakeet = EncoderLength(
    layers: Array(repeating: Layer(kernel: 3, stride: 2, padding: 1), count: 3))

  /// SeamlessM4T's adapter: of pairs of frames, 160 ms apart.
  public static let seamlessM4T = EncoderLength(layers: [Layer(kernel: 8, stride: 8, padding: 4)])
}
