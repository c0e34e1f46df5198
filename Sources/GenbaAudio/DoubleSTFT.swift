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
/// Equal to librosa within 1e-12 of the largest bin. It takes several times as long as ``STFT``.
public struct DoubleSTFT: Sendable {
  public let options: STFT.Options

  /// What is kept of a bin.
  public let output: STFT.Output

  private let fft: DoubleFFT
  /// As long as the transform.
  private let window: [Double]

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: STFT.Options = .init(), output: STFT.Output = .complex) throws(GenbaError) {
    try options.validate()
    self.options = options
    self.output = output
    fft = DoubleFFT(length: options.nFFT)
    let factors = options.windowFactors
    let before = (options.nFFT - factors.count) / 2
    var window = [Double](repeating: 0, count: options.nFFT)
    for (index, factor) in factors.enumerated() { window[before + index] = factor }
    self.window = window
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
    var values = [Double](repeating: 0, count: binCount * count * output.width)
    var (real, imaginary) = ([Double](), [Double]())
    for frame in 0..<count {
      let first = start + frame * options.hopLength
      real = (0..<options.nFFT).map { index in
        window[index] * options.padMode.sample(of: samples, at: first + index)
      }
      imaginary = [Double](repeating: 0, count: options.nFFT)
      fft(real: &real, imaginary: &imaginary)
      for bin in 0..<binCount {
        let place = (bin * count + frame) * output.width
        let power = real[bin] * real[bin] + imaginary[bin] * imaginary[bin]
        switch output {
        case .complex: (values[place], values[place + 1]) = (real[bin], imaginary[bin])
        case .magnitude: values[place] = power.squareRoot()
        case .power: values[place] = power
        }
      }
    }
    return Tensor(values, shape: output.shape(bins: binCount, frames: count))
  }
}

extension PadMode {
  /// The sample at any place of a padded sound.
  fileprivate func sample(of samples: Span<Float>, at position: Int) -> Double {
    let count = samples.count
    if position >= 0 && position < count { return Double(samples[position]) }
    guard count > 0 else { return 0 }
    switch self {
    case .constant: return 0
    case .edge: return Double(samples[position < 0 ? 0 : count - 1])
    case .reflect:
      let period = max(2 * (count - 1), 1)
      let place = ((position % period) + period) % period
      return Double(samples[place < count ? place : period - place])
    }
  }
}
