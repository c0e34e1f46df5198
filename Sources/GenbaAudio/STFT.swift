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
  /// What is kept of a bin.
  public enum Output: String, Sendable, Hashable, Codable, CaseIterable {
    /// Real and imaginary part.
    case complex
    /// The absolute value of the complex number.
    case magnitude
    /// The magnitude's square.
    case power
  }

  public let options: Options

  /// What ``FrameFeature/frames(of:limits:)`` and a ``FeatureStream`` give.
  public let output: Output

  private let plan: STFTPlan<Float>

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options(), output: Output = .complex) throws(GenbaError) {
    try options.validate()
    self.options = options
    self.output = output
    plan = STFTPlan(
      nFFT: options.nFFT, window: options.windowFactors, hopLength: options.hopLength, pad: options.pad,
      padMode: options.padMode.kernelMode)
  }

  /// Bins of a spectrum: from 0 Hz to half the sample rate.
  public var binCount: Int { plan.binCount }

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
    _ audio: AudioSamples, _ output: Output, _ limits: DecodeLimits
  ) throws(GenbaError) -> Tensor<Float> {
    let frames = frameCount(sampleCount: audio.sampleCount)
    guard frames > 0 else { throw tooShort(sampleCount: audio.sampleCount) }
    try audio.checkSpectrum(frames: frames, columns: binCount * output.width, limits: limits)
    var shape = output.shape(bins: binCount, frames: frames)
    if audio.channelCount != 1 { shape.insert(audio.channelCount, at: 0) }
    return Tensor<Float>(shape: shape) { values in
      for channel in 0..<audio.channelCount {
        plan.append(audio.channel(channel), output.kind, columns: frames, to: &values)
      }
    }
  }
}

extension STFT: FrameFeature {
  public var framing: Framing { options.framing }
  public var valuesPerFrame: Int { binCount * output.width }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Void
  ) throws(GenbaError) -> Tensor<Float> {
    Tensor<Float>(shape: output.shape(bins: binCount, frames: count)) { values in
      plan.appendFrames(of: samples, output.kind, from: start, columns: count, to: &values)
    }
  }
}

extension STFT.Options {
  var framing: Framing {
    Framing(frameLength: nFFT, hopLength: hopLength, pad: pad, ends: center ? .atLeastOne : .whole)
  }
}

extension STFT.Output {
  /// Numbers of a bin.
  var width: Int { self == .complex ? 2 : 1 }

  func shape(bins: Int, frames: Int) -> [Int] { self == .complex ? [bins, frames, 2] : [bins, frames] }

  var kind: SpectrumKind {
    switch self {
    case .complex: .complex
    case .magnitude: .magnitude
    case .power: .power
    }
  }
}
