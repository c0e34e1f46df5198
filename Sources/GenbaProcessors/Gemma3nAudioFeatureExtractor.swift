public import GenbaCore
internal import GenbaAudio
internal import GenbaKernels

/// Sound for Gemma 3n, as transformers 5.23.0's `Gemma3nAudioFeatureExtractor` computes it.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let tensors = try Gemma3nAudioFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_features` | float32 | [clips, frames, featureSize] |
/// | `input_features_mask` | Bool | [clips, frames], true for a frame that starts in the clip |
///
/// Clips are cut after 480,000 samples, and shorter ones filled with silence to a multiple of 128. The text always has
/// 188 audio tokens for a clip.
public struct Gemma3nAudioFeatureExtractor: AudioFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Mel bands.
    public var featureSize = 128
    /// In hertz.
    public var samplingRate = 16_000
    /// Of a frame, in milliseconds.
    public var frameLengthMilliseconds = 32.0
    /// From one frame to the next, in milliseconds.
    public var hopLengthMilliseconds = 10.0
    /// Where the lowest band begins, in hertz.
    public var minFrequency = 125.0
    /// Where the highest ends, in hertz.
    public var maxFrequency = 7600.0
    /// How much of a sample is subtracted from the next.
    public var preemphasis = 0.97
    /// Whether a frame's first sample has its own rule, HTK's, instead of taking one sample more.
    public var preemphasisHTKFlavor = true
    /// Whether the FFT is twice as long as the frame's power of two.
    public var fftOverdrive = true
    /// What samples are multiplied by.
    public var inputScaleFactor = 1.0
    /// What smaller bands are raised to before the logarithm.
    public var melFloor = 1e-5
    /// What is subtracted from each band; `nil` for nothing.
    public var perBinMean: [Double]?
    /// What each band is divided by; `nil` for nothing.
    public var perBinStddev: [Double]?

    /// The class's defaults.
    public init() {}

    /// Of a frame, in samples.
    public var frameLength: Int { samples(frameLengthMilliseconds) }
    /// From one frame to the next, in samples.
    public var hopLength: Int { samples(hopLengthMilliseconds) }
    /// Length of the FFT.
    public var fftLength: Int {
      var length = fftOverdrive ? 2 : 1
      while length < frameLength * (fftOverdrive ? 2 : 1) { length *= 2 }
      return length
    }

    private func samples(_ milliseconds: Double) -> Int {
      Int((Double(samplingRate) * milliseconds / 1000).rounded(.toNearestOrEven))
    }
  }

  public let configuration: Configuration

  /// The logarithms of the bands before they are normalized and clips are filled.
  public let frames: ModelFrames

  /// What longer clips are cut after.
  static let maxLength = 480_000
  /// What the padded length is a multiple of.
  static let multiple = 128

  /// An extractor with these settings.
  ///
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(_ configuration: Configuration = Configuration()) throws(GenbaError) {
    try configuration.validate()
    self.configuration = configuration
    let (frameLength, fftLength) = (configuration.frameLength, configuration.fftLength)
    let bank = try MelFilterBank(
      sampleRate: configuration.samplingRate, nFFT: fftLength, nMels: configuration.featureSize,
      fMin: configuration.minFrequency, fMax: configuration.maxFrequency, melScale: .htk, norm: .none)
    // The window stands at the beginning of the transform, not in its middle.
    let window = Window.hann.factors(count: frameLength) + [Double](repeating: 0, count: fftLength - frameLength)
    let plan = LogMelPlan(
      nFFT: fftLength, window: window, hopLength: configuration.hopLength, pad: 0, padMode: .constant, power: 1,
      filters: bank.weights.span, logarithm: .init(floor: Float(configuration.melFloor), unitsPerNeper: 1),
      precision: .double)
    // A frame sees a sample more than its length; without HTK's rule, it is the one behind its first.
    let lead = configuration.preemphasisHTKFlavor || configuration.preemphasis == 0 ? 0 : 1
    frames = ModelFrames(
      plan, sampleRate: configuration.samplingRate, frameLength: frameLength + 1 - lead, pad: -lead,
      preemphasis: configuration.preemphasis, scale: configuration.inputScaleFactor)
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_features` and `input_features_mask` of a batch. What was cut off stands in the bundle's metadata, as
  /// ``WhisperFeatureExtractor/truncatedSecondsKey`` says.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, another sample rate, more than one channel, and where no clip has a
  ///   frame.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    let counts = clips.map { min($0.sampleCount, Self.maxLength) }
    let longest = counts.max() ?? 0
    let length = (longest + Self.multiple - 1) / Self.multiple * Self.multiple
    // The reference takes a sample more than a frame, for the pre-emphasis.
    let (frameLength, hop) = (configuration.frameLength, configuration.hopLength)
    guard length > frameLength else {
      throw GenbaError(
        .mismatchedInputs, "the longest clip has \(longest) samples and the model needs \(frameLength + 1)")
    }
    let rows = (length - frameLength - 1) / hop + 1
    let mean = configuration.perBinMean?.map { Float($0) }
    let stddev = configuration.perBinStddev?.map { Float($0) }
    var bundle = TensorBundle()
    bundle.set(
      "input_features",
      to: Tensor<Float>(shape: [clips.count, rows, configuration.featureSize]) { output in
        for (clip, count) in zip(clips, counts) {
          var matrix = frames.matrix(clip.channel(0).extracting(0..<count), length: length, frames: rows)
          if let mean { matrix.map { value, band in value - mean[band] } }
          if let stddev { matrix.map { value, band in value / stddev[band] } }
          matrix.append(paddedTo: rows, to: &output)
        }
      })
    let heard = counts.map { min(rows, ($0 + hop - 1) / hop) }
    bundle.set("input_features_mask", to: Tensor<Bool>.paddingMask(heard, length: rows))
    bundle.noteTruncation(of: clips, to: counts)
    return bundle
  }
}

extension Gemma3nAudioFeatureExtractor.Configuration {
  /// Throws `.invalidConfiguration` for the first value that cannot be worked with, with what it must be.
  func validate() throws(GenbaError) {
    try require("sampling_rate", samplingRate, in: 1...768_000)
    for (name, value) in [("frame_length_ms", frameLengthMilliseconds), ("hop_length_ms", hopLengthMilliseconds)] {
      try require(
        value > 0 && value <= 10_000 && value * Double(samplingRate) >= 1000 && value * Double(samplingRate) < 65e6,
        "\(name) is \(value); it must be a sample … 65000 samples")
    }
    try require("feature_size", featureSize, in: 1...1024)
    try require(
      Float(melFloor).isNormal && melFloor > 0, "mel_floor is \(melFloor); it must be a float32 above 0")
    for (name, values) in [("per_bin_mean", perBinMean), ("per_bin_stddev", perBinStddev)] {
      try require(values == nil || values?.count == featureSize, "\(name) must have \(featureSize) numbers")
    }
  }

  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile, defaults: Self = Self()) throws(GenbaError) {
    self = defaults
    if let value = try file.integer("feature_size", in: 1...1024) { featureSize = value }
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.number("frame_length_ms", in: 0...10_000) { frameLengthMilliseconds = value }
    if let value = try file.number("hop_length_ms", in: 0...10_000) { hopLengthMilliseconds = value }
    if let value = try file.number("min_frequency", in: 0...1e6) { minFrequency = value }
    if let value = try file.number("max_frequency", in: 0...1e6) { maxFrequency = value }
    if let value = try file.number("preemphasis", in: 0...1) { preemphasis = value }
    if let value = try file.bool("preemphasis_htk_flavor") { preemphasisHTKFlavor = value }
    if let value = try file.bool("fft_overdrive") { fftOverdrive = value }
    if let value = try file.number("input_scale_factor", in: -1e9...1e9) { inputScaleFactor = value }
    if let value = try file.number("mel_floor", in: 0...1e9) { melFloor = value }
    perBinMean = try file.numbers("per_bin_mean")
    perBinStddev = try file.numbers("per_bin_stddev")
    if try file.number("dither", in: -1e30...1e30) ?? 0 != 0 {
      throw file.wrong("dither", "0: the reference's noise is random")
    }
    if try file.number("padding_value", in: -1e30...1e30) ?? 0 != 0 { throw file.wrong("padding_value", "0") }
    try file.requireRightPadding()
  }
}
