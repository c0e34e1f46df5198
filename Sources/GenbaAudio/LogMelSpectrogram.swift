public import GenbaCore
package import GenbaKernels

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

  package let plan: LogMelPlan

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
      filters: bank.weights.span, logarithm: options.logarithm, precision: options.precision.kernelPrecision)
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
    let columns = try checkedFrameCount(of: audio, limits: limits)
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
}

extension LogMelSpectrogram: FrameFeature {
  /// The largest value so far: -infinity before the first, NaN once there was a NaN.
  public typealias State = Float

  public var framing: Framing {
    Framing(
      frameLength: options.nFFT, hopLength: options.hopLength, pad: plan.pad,
      ends: options.center ? .atLeastOne : .whole)
  }
  public var requiredSampleRate: Int? { options.sampleRate }
  public var valuesPerFrame: Int { options.nMels }

  public func makeState() -> Float { -.infinity }

  /// Bands before `topDB`, which is relative to the loudest value of the whole sound: see ``FeatureStream/loudest``.
  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Float
  ) throws(GenbaError) -> Tensor<Float> {
    var largest = state
    let bands = Tensor<Float>(shape: [options.nMels, count]) { output in
      let peak = plan.appendFrames(of: samples, from: start, columns: count, to: &output)
      largest = peak.isNaN || peak > largest ? peak : largest
    }
    state = largest
    return bands
  }
}

extension FeatureStream where Feature == LogMelSpectrogram {
  /// The largest value that has come out so far: -infinity before the first, NaN once there was a NaN. The bound of
  /// `topDB` is `max(value, loudest - topDB)`.
  public var loudest: Float {
    states.reduce(-.infinity) { $0.isNaN || $0 > $1 ? $0 : $1 }
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
    case .decibels: .init(floor: floor, unitsPerNeper: (mel.power == 2 ? 10 : 20) / nepersPerDecade)
    }
  }
}
