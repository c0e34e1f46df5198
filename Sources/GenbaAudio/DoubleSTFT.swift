public import GenbaCore
internal import GenbaKernels

/// ``STFT`` in double precision: what `librosa.stft` (0.11) gives for a float64 sound, for measuring, and for spectra whose
/// soft bins lie more than 120 dB below their loud ones.
///
/// ```swift
/// let stft = try DoubleSTFT(.init(nFFT: 1024, hopLength: 256), output: .power)
/// let power = try stft(audio)  // float64 [513, frames], or [channels, 513, frames]
/// ```
///
/// Equal to librosa within 1e-12 of the largest bin. It takes about twice as long as ``STFT``.
public struct DoubleSTFT: Sendable {
  public let options: STFT.Options

  /// What is kept of a bin.
  public let output: STFT.Output

  private let plan: STFTPlan<Double>

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: STFT.Options = .init(), output: STFT.Output = .complex) throws(GenbaError) {
    try options.validate()
    self.options = options
    self.output = output
    plan = STFTPlan(
      nFFT: options.nFFT, window: options.windowFactors, hopLength: options.hopLength, pad: options.pad,
      padMode: options.padMode.kernelMode)
  }

  /// Bins of a spectrum: from 0 Hz to half the sample rate.
  public var binCount: Int { options.nFFT / 2 + 1 }

  /// The spectra.
  ///
  /// - Returns: float64 [binCount, frames], [binCount, frames, 2] if the output is complex, and channels in front of that
  ///   where there is not just one.
  /// - Throws: As ``STFT`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Double> {
    try frames(of: audio, limits: limits)
  }
}

extension DoubleSTFT: FrameFeature {
  public var framing: Framing { options.framing }
  public var valuesPerFrame: Int { binCount * output.width }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Void
  ) throws(GenbaError) -> Tensor<Double> {
    Tensor<Double>(shape: output.shape(bins: binCount, frames: count)) { values in
      plan.appendFrames(of: samples, output.kind, from: start, columns: count, to: &values)
    }
  }
}
