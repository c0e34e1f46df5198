public import GenbaCore
internal import GenbaKernels

/// The log-mel spectrogram of a sound, as librosa and torchaudio define it.
///
/// Make it once and call it on many sounds: it holds the FFT's tables and the filter bank.
///
/// ```swift
/// let logMel = try LogMelSpectrogram(.init(sampleRate: 48_000, nFFT: 1024, hopLength: 512, nMels: 64))
/// let bands = try logMel(audio)  // [64, frames], or [channels, 64, frames] of several channels
/// ```
///
/// Equal to `librosa.power_to_db(librosa.feature.melspectrogram(…))` (0.11) within float32's accuracy.
public struct LogMelSpectrogram: Sendable {
  public let options: Options

  /// The filters in use.
  public let melFilterBank: MelFilterBank

  let plan: LogMelPlan

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    try options.validate()
    self.options = options
    let bank = try MelFilterBank(
      sampleRate: options.sampleRate, nFFT: options.nFFT, nMels: options.nMels, fMin: options.fMin,
      fMax: options.fMax, melScale: options.melScale, norm: options.melNorm)
    melFilterBank = bank
    plan = LogMelPlan(
      nFFT: options.nFFT, window: options.window.factors(count: options.winLength ?? options.nFFT),
      hopLength: options.hopLength, pad: options.center ? options.nFFT / 2 : 0,
      padMode: options.padMode.kernelMode, power: options.power,
      filters: bank.weights.span, logarithm: options.logarithm)
  }

  /// How many frames a sound of `sampleCount` samples has. Centred, there is always one.
  public func frameCount(sampleCount: Int) -> Int {
    // An odd frame is a sample longer than the padding on both its sides, and an empty sound would have none.
    max(plan.frameCount(length: sampleCount), options.center ? 1 : 0)
  }

  /// The bands of every frame.
  ///
  /// Padding is never copied or transformed in vain, and a signal shorter than the padding is mirrored again and again,
  /// as in numpy. An empty sound, centred, is one frame of silence.
  ///
  /// - Returns: float32 [nMels, frames], or [channels, nMels, frames] where there is not just one channel.
  /// - Throws: `.mismatchedInputs` for another sample rate than the options', or if a sound that is not centred is
  ///   shorter than a frame; `.limitExceeded` if the result would be larger than `limits.frameBytes`.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try check(audio, limits)
    let columns = frameCount(sampleCount: audio.sampleCount)
    var shape = [options.nMels, columns]
    if audio.channelCount != 1 { shape.insert(audio.channelCount, at: 0) }
    var largest = -Float.infinity
    var bands = Tensor<Float>(shape: shape) { output in
      for channel in 0..<audio.channelCount {
        let peak = plan.append(
          audio.channel(channel), length: audio.sampleCount, columns: columns, to: &output)
        largest = peak.isNaN || peak > largest ? peak : largest
      }
    }
    // librosa's bound is relative to the loudest value of all channels.
    if let topDB = options.topDB, options.log == .decibels {
      var span = bands.mutableSpan
      LogMelPlan.Normalization(dynamicRange: Float(topDB), offset: 0, scale: 1).apply(to: &span, largest: largest)
    }
    return bands
  }

  private func check(_ audio: AudioSamples, _ limits: DecodeLimits) throws(GenbaError) {
    try audio.checkSampleRate(options.sampleRate, option: "sample_rate")
    let columns = frameCount(sampleCount: audio.sampleCount)
    guard columns > 0 else {
      throw GenbaError(
        .mismatchedInputs,
        "the sound has \(audio.sampleCount) samples, less than the one frame of \(options.nFFT) that is needed "
          + "without centring; lower n_fft or set center")
    }
    try audio.checkSpectrum(frames: columns, columns: options.nMels, of: "bands", hop: "hop_length", limits: limits)
  }
}

extension LogMelSpectrogram.Options {
  var logarithm: LogMelPlan.Logarithm? {
    // ln 10
    let nepersPerDecade = 2.302585092994046
    let floor = Float(floor)
    return switch log {
    case .none: nil
    case .ln: .init(floor: floor, unitsPerNeper: 1)
    case .log10: .init(floor: floor, unitsPerNeper: 1 / nepersPerDecade)
    case .decibels: .init(floor: floor, unitsPerNeper: (power == 2 ? 10 : 20) / nepersPerDecade)
    }
  }
}
