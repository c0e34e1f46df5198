public import GenbaCore

/// The constant-Q transform of a sound: bins whose frequencies rise by equal factors, each with as many periods in its
/// window as any other. As `librosa.cqt` (0.11) computes it.
///
/// ```swift
/// let cqt = try CQT(.init(sampleRate: 22_050))       // with Genba; it brings the resampler
/// let magnitudes = try cqt.magnitude(audio)          // [84, frames]: seven octaves from C1, 32.7 Hz
/// ```
///
/// The highest octave is computed first; then the sound is halved in rate for the next one, as long as the hop can be
/// halved too. Halving is a resampler's work: with `import Genba` it is soxr's HQ, as in librosa, and results are equal
/// within float32's accuracy. Another resampler can be given.
public struct CQT: Sendable {
  /// Makes one sample of `factor`, and ceil(count / factor) of `samples`.
  public typealias Decimation = @Sendable (_ samples: [Float], _ factor: Int) throws(GenbaError) -> [Float]

  public let options: Options

  /// The frequency of each bin, in hertz.
  public let frequencies: [Double]

  private let decimate: Decimation
  private let earlyFactor: Int
  /// The highest octave first.
  private let octaves: [CQTOctave]

  /// The tables for these options.
  ///
  /// - Parameter decimate: Lowers the sample rate.
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options(), decimate: @escaping Decimation) throws(GenbaError) {
    try options.validate()
    self.options = options
    self.decimate = decimate
    let wavelets = CQTWavelets(options)
    frequencies = wavelets.frequencies
    earlyFactor = wavelets.earlyFactor
    let base = Double(options.sampleRate) / Double(wavelets.earlyFactor)
    var (rate, hop) = (base, options.hopLength / wavelets.earlyFactor)
    var octaves: [CQTOctave] = []
    for octave in 0..<wavelets.octaveCount {
      let bins = wavelets.bins(ofOctave: octave)
      octaves.append(CQTOctave(wavelets, bins: bins, rate: rate, baseRate: base, hopLength: hop))
      if hop % 2 == 0 { (rate, hop) = (rate / 2, hop / 2) }
    }
    self.octaves = octaves
  }

  /// The complex bins.
  ///
  /// - Returns: float32 [nBins, frames, 2] (real, imaginary), or [channels, nBins, frames, 2].
  /// - Throws: `.mismatchedInputs` for another sample rate than the options'; `.limitExceeded` if the result would be
  ///   larger than `limits.frameBytes`; what the resampler throws.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try audio.checkSampleRate(options.sampleRate)
    let frames = 1 + audio.sampleCount / options.hopLength
    try audio.checkSpectrum(frames: frames, columns: 2 * options.nBins, limits: limits)
    var channels: [Tensor<Float>] = []
    for channel in 0..<audio.channelCount {
      let samples = audio.channel(channel)
      channels.append(try bins(of: samples.indices.map { samples[$0] }))
    }
    return Tensor(stacking: channels)
  }

  /// The magnitudes: the absolute values of the complex bins.
  ///
  /// - Returns: float32 [nBins, frames], or [channels, nBins, frames].
  /// - Throws: As the call itself.
  public func magnitude(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    let bins = try self(audio, limits: limits)
    let pairs = bins.span
    return Tensor(shape: bins.shape.dropLast()) { output in
      for index in stride(from: 0, to: bins.count, by: 2) {
        let (re, im) = (pairs[index], pairs[index + 1])
        output.append((re * re + im * im).squareRoot())
      }
    }
  }

  /// The bins of one channel, [nBins, frames, 2].
  private func bins(of sound: [Float]) throws(GenbaError) -> Tensor<Float> {
    var samples = earlyFactor == 1 ? sound : try decimated(sound, by: earlyFactor)
    if earlyFactor > 1 && !options.scale {
      samples = samples.map { $0 * Float(earlyFactor).squareRoot() }
    }
    // The lowest octave first, as its bins are.
    var responses: [Tensor<Float>] = []
    for octave in octaves {
      responses.insert(octave.response(to: samples), at: 0)
      if octave.halves && responses.count < octaves.count { samples = try decimated(samples, by: 2) }
    }
    let frames = responses.map { $0.shape[1] }.min() ?? 0
    return Tensor(shape: [options.nBins, frames, 2]) { output in
      for response in responses {
        let (rows, columns) = (response.shape[0], response.shape[1])
        let values = response.span
        for row in 0..<rows {
          for index in 0..<2 * frames { output.append(values[2 * row * columns + index]) }
        }
      }
    }
  }

  /// A lower rate at the same energy.
  private func decimated(_ samples: [Float], by factor: Int) throws(GenbaError) -> [Float] {
    guard !samples.isEmpty else { return [] }
    let scale = Float(factor).squareRoot()
    return try decimate(samples, factor).map { $0 * scale }
  }
}
