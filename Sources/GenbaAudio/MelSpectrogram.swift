public import GenbaCore

/// The mel spectrogram of a sound: power or magnitudes in mel bands, as `librosa.feature.melspectrogram` (0.11) and
/// `torchaudio.transforms.MelSpectrogram` (2.11) compute them. ``LogMelSpectrogram`` takes their logarithm in the same
/// pass.
///
/// ```swift
/// let mel = try MelSpectrogram(.init(sampleRate: 48_000, nFFT: 1024, hopLength: 512, nMels: 64, melScale: .htk))
/// let bands = try mel(audio)  // [64, frames], or [channels, 64, frames] of several channels
/// ```
///
/// Equal to librosa within float32's accuracy.
public struct MelSpectrogram: Sendable {
  public let options: Options

  /// The filters in use.
  public var melFilterBank: MelFilterBank { bands.melFilterBank }

  private let bands: LogMelSpectrogram

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    self.options = options
    bands = try LogMelSpectrogram(.init(options, log: .none, topDB: nil))
  }

  /// The bands of every frame.
  ///
  /// - Returns: float32 [nMels, frames], or [channels, nMels, frames] where there is not just one channel.
  /// - Throws: As ``LogMelSpectrogram`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try bands(audio, limits: limits)
  }
}

extension MelSpectrogram: FrameFeature {
  public var framing: Framing { bands.framing }
  public var requiredSampleRate: Int? { options.sampleRate }
  public var valuesPerFrame: Int { options.nMels }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Void
  ) throws(GenbaError) -> Tensor<Float> {
    var loudest = bands.makeState()
    return try bands.frames(
      of: samples, from: start, count: count, sampleRate: sampleRate, isLast: isLast, state: &loudest)
  }
}
