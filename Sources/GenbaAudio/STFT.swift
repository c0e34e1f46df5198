public import GenbaCore
internal import GenbaKernels

/// The short-time Fourier transform of a sound, as `librosa.stft` (0.11) and `torch.stft` (2.11) define it.
///
/// Make it once and call it on many sounds: it holds the FFT's tables.
///
/// ```swift
/// let stft = try STFT(.init(nFFT: 1024, hopLength: 256))
/// let spectrum = try stft(audio)              // [513, frames, 2]: real and imaginary parts
/// let magnitude = try stft.magnitude(audio)   // [513, frames]
/// ```
///
/// Several channels are a leading axis. Equal to both references within float32's accuracy.
public struct STFT: Sendable {
  public let options: Options

  private let plan: STFTPlan

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    try options.validate()
    self.options = options
    plan = STFTPlan(
      nFFT: options.nFFT, window: options.windowFactors, hopLength: options.hopLength, pad: options.pad,
      padMode: options.padMode.kernelMode)
  }

  /// Bins of a spectrum: from 0 Hz to half the sample rate.
  public var binCount: Int { plan.binCount }

  /// How many frames a sound of `sampleCount` samples has. Centred, there is always one.
  public func frameCount(sampleCount: Int) -> Int {
    max(plan.frameCount(length: sampleCount), options.center ? 1 : 0)
  }

  /// The complex spectra.
  ///
  /// - Returns: float32 [binCount, frames, 2] (real, imaginary), or [channels, binCount, frames, 2].
  /// - Throws: `.mismatchedInputs` if a sound that is not centred is shorter than a frame; `.limitExceeded` if the result
  ///   would be larger than `limits.frameBytes`.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try spectra(audio, .complex, limits)
  }

  /// The magnitudes: the absolute values of the complex spectra.
  ///
  /// - Returns: float32 [binCount, frames], or [channels, binCount, frames].
  /// - Throws: As the call itself.
  public func magnitude(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try spectra(audio, .magnitude, limits)
  }

  /// The power: the magnitudes' squares.
  ///
  /// - Returns: float32 [binCount, frames], or [channels, binCount, frames].
  /// - Throws: As the call itself.
  public func power(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try spectra(audio, .power, limits)
  }

  private func spectra(
    _ audio: AudioSamples, _ kind: STFTPlan.Kind, _ limits: DecodeLimits
  ) throws(GenbaError) -> Tensor<Float> {
    let frames = frameCount(sampleCount: audio.sampleCount)
    guard frames > 0 else {
      throw GenbaError(
        .mismatchedInputs,
        "the sound has \(audio.sampleCount) samples, less than the one frame of \(options.nFFT) that is needed "
          + "without centring; lower n_fft or set center")
    }
    let width = binCount * kind.width * max(audio.channelCount, 1)
    let (elements, overflow) = frames.multipliedReportingOverflow(by: width)
    guard !overflow, elements <= limits.frameBytes / 4 else {
      throw GenbaError(
        .limitExceeded,
        "\(frames) frames of \(binCount) bins are more than the limit of \(limits.frameBytes) bytes; raise hop_length "
          + "or DecodeLimits.frameBytes")
    }
    var shape = [binCount, frames]
    if audio.channelCount != 1 { shape.insert(audio.channelCount, at: 0) }
    if kind == .complex { shape.append(2) }
    return Tensor<Float>(shape: shape) { output in
      for channel in 0..<audio.channelCount {
        plan.append(audio.channel(channel), kind, columns: frames, to: &output)
      }
    }
  }
}
