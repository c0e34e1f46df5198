public import GenbaCore
internal import Glibc

/// Per-channel energy normalization of mel bands: each is divided by a running mean of itself, which takes a steady
/// background away, and then compressed. As `librosa.pcen` (0.11) computes it; the method is that of Wang et al.,
/// "Trainable frontend for robust and far-field keyword spotting" (2017).
///
/// ```swift
/// let pcen = try PCEN(.init(mel: .init(sampleRate: 16_000, nFFT: 1024, hopLength: 256, power: 1)))
/// let bands = try pcen(audio)  // [nMels, frames], or [channels, nMels, frames]
/// ```
///
/// Equal to librosa's, which takes the running mean in float64 as this does, within float32's accuracy of the bands.
public struct PCEN: Sendable {
  public let options: Options

  private let feature: FilteredFeature<MelSpectrogram, Normalization>

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    self.options = options
    feature = FilteredFeature(
      try MelSpectrogram(options.mel), try Normalization(options))
  }

  /// The normalized bands of every frame.
  ///
  /// - Returns: float32 [nMels, frames], or [channels, nMels, frames] where there is not just one channel.
  /// - Throws: As ``MelSpectrogram`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try frames(of: audio, limits: limits)
  }

  /// The normalization alone, of any spectrogram whose frames come in order.
  public struct Normalization: FrameFilter {
    /// The running mean of each row.
    public typealias State = [Double]

    private let options: Options
    /// The share of the newest frame in the running mean.
    private let b: Double

    /// - Parameter options: Those of the mel bands count for their sample rate and hop only.
    /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
    public init(_ options: Options) throws(GenbaError) {
      try options.validate()
      self.options = options
      b = options.smoothing
    }

    public func makeState(rows: Int) -> [Double] { Array(repeating: 1, count: rows) }

    public func callAsFunction(
      _ frames: Tensor<Float>, isLast: Bool, state: inout [Double]
    ) throws(GenbaError) -> Tensor<Float> {
      let (rows, count) = (frames.shape[0], frames.shape[1])
      let source = frames.span
      var means = state
      let out = Tensor<Float>(shape: [rows, count]) { output in
        for row in 0..<rows {
          let neighbours = max(row - options.maxSize / 2, 0)...min(row + (options.maxSize - 1) / 2, rows - 1)
          var mean = means[row]
          for frame in 0..<count {
            let energy = options.scale * Double(source[row * count + frame])
            var loudest = energy
            if options.maxSize > 1 {
              for other in neighbours { loudest = max(loudest, options.scale * Double(source[other * count + frame])) }
            }
            mean = b * loudest + (1 - b) * mean
            output.append(Float(compressed(energy, mean: mean)))
          }
          means[row] = mean
        }
      }
      state = means
      return out
    }

    /// (energy / (eps + mean)^gain + bias)^exponent - bias^exponent, in the steps of the reference, which keep small
    /// numbers.
    private func compressed(_ energy: Double, mean: Double) -> Double {
      let (bias, exponent) = (options.bias, options.exponent)
      let smooth = exp(-options.gain * (log(options.eps) + log1p(mean / options.eps)))
      if exponent == 0 { return log1p(energy * smooth) }
      if bias == 0 { return exp(exponent * (log(energy) + log(smooth))) }
      return pow(bias, exponent) * expm1(exponent * log1p(energy * smooth / bias))
    }
  }
}

extension PCEN: FrameFeature {
  public typealias State = FilteredFeature<MelSpectrogram, Normalization>.State

  public var framing: Framing { feature.framing }
  public var requiredSampleRate: Int? { feature.requiredSampleRate }
  public var valuesPerFrame: Int { feature.valuesPerFrame }

  public func makeState() -> State { feature.makeState() }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Float> {
    try feature.frames(
      of: samples, from: start, count: count, sampleRate: sampleRate, isLast: isLast, state: &state)
  }
}
