public import GenbaCore
internal import GenbaAudio
internal import GenbaKernels

/// Whisper's audio input, as transformers 5.23.0's `WhisperFeatureExtractor` computes it with torch.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let features = try WhisperFeatureExtractor(featureSize: 128)(audio)
/// features["input_features"]  // float32 [1, 128, 3000]
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_features` | float32 | [clips, featureSize, frames], -1.5 where there is silence beside silence |
/// | `attention_mask` | int32 | [clips, frames], if the configuration asks for it; 1 for a frame that starts in the clip |
///
/// Values differ from the reference by at most 1.2e-4, and from a float64 computation by at most 6e-5. For Qwen's
/// models, whose processors name and pad in ways of their own, there is ``QwenAudioFeatureExtractor``.
///
/// A frame behind the end of a clip is not computed: it is silence, whose features are known.
public struct WhisperFeatureExtractor: AudioFeatureExtractor {
  public let configuration: Configuration

  /// The logarithms of the bands before the rule that bounds the softest by the loudest of a clip. At a sound's end there is
  /// one more than the model takes.
  public let frames: ModelFrames

  private var plan: LogMelPlan { frames.plan }

  /// Whisper's rule: at most 8 decades below the loudest value, then from -4 … 4 or so to -1 … 1.
  private static let normalization = LogMelPlan.Normalization(dynamicRange: 8, offset: 4, scale: 0.25)

  /// The extractor of a model folder's configuration.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration) throws(GenbaError) {
    try configuration.validate()
    self.configuration = configuration
    // The reference's filters end at 8 kHz whatever the sample rate.
    let bank = try MelFilterBank(
      sampleRate: configuration.samplingRate, nFFT: configuration.nFFT, nMels: configuration.featureSize, fMax: 8000)
    let plan = LogMelPlan(
      nFFT: configuration.nFFT, window: Window.hann.factors(count: configuration.nFFT),
      hopLength: configuration.hopLength, pad: configuration.nFFT / 2, padMode: .reflect, power: 2,
      filters: bank.weights.span,
      logarithm: .init(floor: 1e-10, unitsPerNeper: 1 / 2.302585092994046))
    frames = ModelFrames(plan, sampleRate: configuration.samplingRate, pad: plan.pad)
  }

  /// The extractor of a Whisper model: 80 features up to large-v2, 128 from large-v3 on.
  public init(featureSize: Int = 80) throws(GenbaError) {
    try self.init(Configuration(featureSize: featureSize))
  }

  public var samplingRate: Int { configuration.samplingRate }

  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try self(clips, padding: .maxLength)
  }

  /// How clips of unequal length become one tensor.
  public enum Padding: Sendable, Hashable {
    /// All to the model's `chunkLength`; the default.
    case maxLength
    /// All to the longest of them; Qwen3-Omni's way.
    case longest
  }

  /// The metadata key that says how much of the clips was cut off: seconds, one number for each clip, separated by
  /// commas. Absent if nothing was.
  public static let truncatedSecondsKey = "truncated_seconds"

  /// The model's tensors for a batch of clips, each of one channel.
  ///
  /// - Parameters:
  ///   - clips: Sound at ``samplingRate``, each of one channel. An empty clip is silence.
  ///   - padding: To what length clips are filled with silence.
  ///   - truncation: Whether what is longer than the model's `chunkLength` is cut off, which the bundle's metadata tell
  ///     under ``truncatedSecondsKey``.
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and where the reference
  ///   fails too: clips longer than `chunkLength` that may not be truncated with `.maxLength`, and `.longest` with no
  ///   clip of more than nFFT / 2 samples.
  public func callAsFunction(
    _ clips: [AudioSamples], padding: Padding, truncation: Bool = true
  ) throws(GenbaError) -> TensorBundle {
    let maskName = configuration.returnAttentionMask ? "attention_mask" : nil
    return try features(clips, padding: padding, truncation: truncation, maskName: maskName)
  }

  /// The same with the mask under another name, or without one.
  func features(
    _ clips: [AudioSamples], padding: Padding, truncation: Bool, maskName: String?
  ) throws(GenbaError) -> TensorBundle {
    try check(clips)
    let counts = clips.map { truncation ? min($0.sampleCount, configuration.nSamples) : $0.sampleCount }
    let length = try paddedLength(counts, padding)
    let frames = length / configuration.hopLength

    var bundle = TensorBundle()
    let shape = [clips.count, configuration.featureSize, frames]
    bundle.set(
      "input_features",
      to: Tensor<Float>(shape: shape) { output in
        for (clip, count) in zip(clips, counts) {
          plan.append(
            clip.channel(0).extracting(0..<count), length: length, columns: frames,
            normalization: Self.normalization, to: &output)
        }
      })
    if let maskName { bundle.set(maskName, to: attentionMask(counts, frames: frames)) }
    bundle.noteTruncation(of: clips, to: counts)
    return bundle
  }

  /// The features of one clip filled with silence to `length` samples: [featureSize, length / hopLength].
  func features(of clip: AudioSamples, paddedTo length: Int) -> Tensor<Float> {
    let frames = length / configuration.hopLength
    return Tensor<Float>(shape: [configuration.featureSize, frames]) { output in
      plan.append(
        clip.channel(0), length: length, columns: frames, normalization: Self.normalization, to: &output)
    }
  }

  private func paddedLength(_ counts: [Int], _ padding: Padding) throws(GenbaError) -> Int {
    let longest = counts.max() ?? 0
    switch padding {
    case .maxLength:
      guard longest <= configuration.nSamples else {
        throw GenbaError(
          .mismatchedInputs,
          "a clip has \(longest) samples and the model takes \(configuration.nSamples); allow truncation or cut it")
      }
      return configuration.nSamples
    case .longest:
      guard longest > configuration.nFFT / 2, longest >= configuration.hopLength else {
        throw GenbaError(
          .mismatchedInputs,
          "the longest clip has \(longest) samples; without padding to the model's length, more than "
            + "\(max(configuration.nFFT / 2, configuration.hopLength - 1)) are needed")
      }
      return longest
    }
  }

  private func attentionMask(_ counts: [Int], frames: Int) -> Tensor<Int32> {
    Tensor(shape: [counts.count, frames]) { output in
      for count in counts {
        let sounding = min(frames, (count + configuration.hopLength - 1) / configuration.hopLength)
        output.append(repeating: 1, count: sounding)
        output.append(repeating: 0, count: frames - sounding)
      }
    }
  }
}

extension TensorBundle {
  /// Writes into the metadata how much of each clip was cut off, if anything was.
  mutating func noteTruncation(of clips: [AudioSamples], to counts: [Int]) {
    guard zip(clips, counts).contains(where: { $0.sampleCount > $1 }) else { return }
    let seconds = zip(clips, counts).map { Double($0.sampleCount - $1) / Double($0.sampleRate) }
    metadata[WhisperFeatureExtractor.truncatedSecondsKey] = seconds.map { "\($0)" }.joined(separator: ",")
  }
}
