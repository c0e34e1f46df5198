public import GenbaAudio
public import GenbaCore

/// Sound for BEATs, as the `preprocess` and `forward_padding_mask` of its published code compute it with torchaudio
/// (2.11). transformers has no BEATs.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try BEATsFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `fbank` | float32 | [clips, frames of the longest, numMelBins] |
/// | `padding_mask` | Bool | [clips, frames of the longest], true where a clip has ended |
///
/// Kaldi's filter banks of samples in -32768 … 32767. Clips are filled with silence to the longest before that, so that
/// frames behind a clip's end are those of silence.
public struct BEATsFeatureExtractor: AudioFeatureExtractor {
  /// The numbers of the published code.
  public struct Configuration: Sendable, Hashable, Codable {
    /// In hertz.
    public var samplingRate = 16_000
    /// Mel bands.
    public var numMelBins = 128
    /// Of the training set's values.
    public var fbankMean = 15.41663
    /// Of the training set's values; what is divided by is twice as large.
    public var fbankStd = 6.55582

    /// The published numbers.
    public init() {}
  }

  public let configuration: Configuration

  /// Makes the frames, before they are normalized.
  public let fbank: KaldiFbank

  /// Any band of silence: the logarithm of Kaldi's floor.
  private static let silence: Float = -15.942385

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    guard configuration.fbankStd != 0, configuration.fbankStd.isFinite else {
      throw GenbaError(
        .invalidConfiguration, "fbank_std is \(configuration.fbankStd); it must be a number other than 0")
    }
    self.configuration = configuration
    fbank = try KaldiFbank(
      .init(sampleRate: configuration.samplingRate, numMelBins: configuration.numMelBins, sampleScale: 32_768))
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `fbank` and `padding_mask` of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and where the longest clip is
  ///   shorter than a frame of 25 ms.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    let longest = clips.map(\.sampleCount).max() ?? 0
    guard longest >= fbank.options.frameLength else {
      throw GenbaError(
        .mismatchedInputs,
        "the longest clip has \(longest) samples and the model needs \(fbank.options.frameLength)")
    }
    let frames = fbank.frameCount(sampleCount: longest)
    var bundle = TensorBundle()
    bundle.set(
      "fbank",
      to: Tensor<Float>(shape: [clips.count, frames, configuration.numMelBins]) { output in
        for clip in clips {
          let matrix = normalized(clip, frames: frames)
          matrix.append(paddedTo: frames, with: normalized(Self.silence), to: &output)
        }
      })
    // A frame's share of the samples, whatever it sees.
    let share = longest / frames
    let heard = clips.map { min(($0.sampleCount + share - 1) / share, frames) }
    bundle.set(
      "padding_mask",
      to: Tensor<Bool>(shape: [clips.count, frames]) { output in
        for count in heard {
          output.append(repeating: false, count: count)
          output.append(repeating: true, count: frames - count)
        }
      })
    return bundle
  }

  /// The frames of a clip that see any of it.
  private func normalized(_ clip: AudioSamples, frames: Int) -> FrameMatrix {
    let (length, shift) = (fbank.options.frameLength, fbank.options.frameShift)
    let sounding = min((clip.sampleCount + shift - 1) / shift, frames)
    let samples = clip.channel(0)
    var filled = samples.indices.map { samples[$0] }
    let end = sounding == 0 ? 0 : (sounding - 1) * shift + length
    filled += [Float](repeating: 0, count: max(end - filled.count, 0))
    var matrix = FrameMatrix(filled.span, fbank)
    matrix.truncate(to: sounding)
    matrix.map { value, _ in normalized(value) }
    return matrix
  }

  private func normalized(_ value: Float) -> Float {
    (value - Float(configuration.fbankMean)) / Float(configuration.fbankStd * 2)
  }
}

extension BEATsFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the published numbers.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("num_mel_bins", in: 1...4096) { numMelBins = value }
    if let value = try file.number("fbank_mean", in: -1e9...1e9) { fbankMean = value }
    if let value = try file.number("fbank_std", in: 1e-9...1e9) { fbankStd = value }
  }
}
