public import GenbaCore
internal import GenbaAudio
internal import GenbaKernels

/// Sound for Gemma 4, as transformers 5.23.0's `Gemma4AudioFeatureExtractor` computes it.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try Gemma4AudioFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_features` | float32 | [clips, frames, featureSize], 0 where the mask is false |
/// | `input_features_mask` | Bool | [clips, frames], true for a frame that sees nothing but the clip |
///
/// As for Gemma 3n, clips are cut after 480,000 samples and filled with silence to a multiple of 128; frames begin half a
/// frame earlier, are shorter, and the floor is added to bands.
public struct Gemma4AudioFeatureExtractor: AudioFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor: the keys of Gemma 3n, with defaults of its own,
  /// ``defaults``.
  public typealias Configuration = Gemma3nAudioFeatureExtractor.Configuration

  /// The class's defaults.
  public static var defaults: Configuration {
    var configuration = Configuration()
    configuration.frameLengthMilliseconds = 20
    configuration.minFrequency = 0
    configuration.maxFrequency = 8000
    configuration.preemphasis = 0
    configuration.fftOverdrive = false
    configuration.melFloor = 1e-3
    return configuration
  }

  public let configuration: Configuration

  /// The logarithms of the bands before they are normalized and clips are filled.
  public let frames: ModelFrames

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Self.defaults) throws(GenbaError) {
    try configuration.validate()
    guard configuration.preemphasis == 0 || configuration.preemphasisHTKFlavor else {
      throw GenbaError(
        .invalidConfiguration, "preemphasis_htk_flavor is false; only true can be worked with for Gemma 4")
    }
    self.configuration = configuration
    let (frameLength, fftLength) = (configuration.frameLength, configuration.fftLength)
    let bank = try MelFilterBank(
      sampleRate: configuration.samplingRate, nFFT: fftLength, nMels: configuration.featureSize,
      fMin: configuration.minFrequency, fMax: configuration.maxFrequency, melScale: .htk, norm: .none)
    let window = Window.hann.factors(count: frameLength) + [Double](repeating: 0, count: fftLength - frameLength)
    let plan = LogMelPlan(
      nFFT: fftLength, window: window, hopLength: configuration.hopLength, pad: frameLength / 2, padMode: .constant,
      power: 1, filters: bank.weights.span, logarithm: nil, precision: .double)
    frames = ModelFrames(
      plan, sampleRate: configuration.samplingRate, frameLength: frameLength + 1, pad: frameLength / 2,
      preemphasis: configuration.preemphasis, scale: configuration.inputScaleFactor,
      logOffset: Float(configuration.melFloor))
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_features` and `input_features_mask` of a batch. What was cut off stands in the bundle's metadata, as
  /// ``WhisperFeatureExtractor/truncatedSecondsKey`` says.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and where no clip has a
  ///   frame.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    let counts = clips.map { min($0.sampleCount, Gemma3nAudioFeatureExtractor.maxLength) }
    let longest = counts.max() ?? 0
    let multiple = Gemma3nAudioFeatureExtractor.multiple
    let length = (longest + multiple - 1) / multiple * multiple
    let (frame, pad, hop) = (configuration.frameLength, configuration.frameLength / 2, configuration.hopLength)
    guard length + pad > frame else {
      throw GenbaError(
        .mismatchedInputs, "the longest clip has \(longest) samples and the model needs \(frame - pad + 1)")
    }
    let rows = (length + pad - frame - 1) / hop + 1
    // A frame's last sample is the one behind it.
    let heard = counts.map { min(max(0, ($0 + pad - frame + hop - 1) / hop), rows) }
    let (mean, stddev) = (configuration.perBinMean?.map { Float($0) }, configuration.perBinStddev?.map { Float($0) })
    var bundle = TensorBundle()
    bundle.set(
      "input_features",
      to: Tensor<Float>(shape: [clips.count, rows, configuration.featureSize]) { output in
        for (clip, (count, heard)) in zip(clips, zip(counts, heard)) {
          var matrix = frames.matrix(clip.channel(0).extracting(0..<count), length: length, frames: heard)
          if let mean { matrix.map { value, band in value - mean[band] } }
          if let stddev { matrix.map { value, band in value / stddev[band] } }
          matrix.append(paddedTo: rows, to: &output)
        }
      })
    bundle.set("input_features_mask", to: Tensor<Bool>.paddingMask(heard, length: rows))
    bundle.noteTruncation(of: clips, to: counts)
    return bundle
  }
}
