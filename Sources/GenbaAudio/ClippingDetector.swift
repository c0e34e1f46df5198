public import GenbaCore

/// Finds where a recording was too loud for its converter: several samples in a row at full scale.
///
/// A converter that clips gives the same largest number again and again; a tone that just reaches full scale touches it
/// with one sample or two.
///
/// ```swift
/// let clipped = ClippingDetector()(audio)
/// print(clipped.map(\.samples))  // [48_211 ..< 48_219]
/// ```
public struct ClippingDetector: Sendable, Hashable {
  /// What counts as clipping.
  public struct Options: Sendable, Hashable, Codable {
    /// The magnitude from which on a sample is at full scale. The largest 16-bit number is 0.99997.
    public var level: Float
    /// How many such samples of the same sign stand in a row.
    public var minimumSamples: Int

    /// Options; three samples at 0.999 by default.
    public init(level: Float = 0.999, minimumSamples: Int = 3) {
      self.level = level
      self.minimumSamples = minimumSamples
    }
  }

  public let options: Options

  /// A detector with these options.
  public init(_ options: Options = Options()) { self.options = options }

  /// The clipped runs, channel by channel, in order. Infinities are clipped; NaN is not.
  public func callAsFunction(_ audio: AudioSamples) -> [SampleRun] {
    audio.runs(minimum: max(options.minimumSamples, 1)) { sample -> FloatingPointSign? in
      abs(sample) >= options.level ? sample.sign : nil
    }
  }
}
