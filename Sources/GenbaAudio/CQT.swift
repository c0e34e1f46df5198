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
  /// Lowers the rate of a sound that comes in blocks of any size, by a whole factor.
  ///
  /// It is used by one stream, in one thread at a time.
  public protocol Decimator: AnyObject, Sendable {
    /// Takes the next samples and gives those that are ready.
    func push(_ samples: [Float]) throws(GenbaError) -> [Float]
    /// Ends the sound and gives the rest: ceil(samples / factor) in all.
    func finish() throws(GenbaError) -> [Float]
  }

  public let options: Options

  /// What ``FrameFeature/frames(of:limits:)`` and a ``FeatureStream`` give.
  public let output: STFT.Output

  /// The frequency of each bin, in hertz.
  public let frequencies: [Double]

  let makeDecimator: @Sendable (_ factor: Int) throws(GenbaError) -> any Decimator
  let earlyFactor: Int
  /// The highest octave first.
  let octaves: [CQTOctave]

  /// The tables for these options.
  ///
  /// - Parameters:
  ///   - output: What a stream gives of a bin.
  ///   - decimator: Makes what lowers the sample rate by a factor, a power of two, for one sound.
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(
    _ options: Options = Options(), output: STFT.Output = .complex,
    decimator: @escaping @Sendable (_ factor: Int) throws(GenbaError) -> any Decimator
  ) throws(GenbaError) {
    try options.validate()
    self.options = options
    self.output = output
    makeDecimator = decimator
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
    try giving(.complex).frames(of: audio, limits: limits)
  }

  /// The magnitudes: the absolute values of the complex bins.
  ///
  /// - Returns: float32 [nBins, frames], or [channels, nBins, frames].
  /// - Throws: As the call itself.
  public func magnitude(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try giving(.magnitude).frames(of: audio, limits: limits)
  }

  private func giving(_ output: STFT.Output) -> CQT { CQT(self, output: output) }

  private init(_ other: CQT, output: STFT.Output) {
    options = other.options
    self.output = output
    frequencies = other.frequencies
    makeDecimator = other.makeDecimator
    earlyFactor = other.earlyFactor
    octaves = other.octaves
  }
}

extension CQT: FrameFeature {
  /// What the octaves keep. Streams must not share one: do not copy a stream that has begun.
  public typealias State = CQTStream

  public var framing: Framing { Framing(frameLength: 1, hopLength: options.hopLength, ends: .centred) }
  public var requiredSampleRate: Int? { options.sampleRate }
  public var valuesPerFrame: Int { options.nBins * output.width }

  public func makeState() -> CQTStream { CQTStream() }

  /// Frames come as late as the lowest octave's windows are long.
  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout CQTStream
  ) throws(GenbaError) -> Tensor<Float> {
    let bins = try state.push(samples, from: start, count: count, isLast: isLast, self)
    guard output != .complex else { return bins }
    let pairs = bins.span
    return Tensor(shape: bins.shape.dropLast()) { values in
      for index in stride(from: 0, to: pairs.count, by: 2) {
        let (re, im) = (pairs[index], pairs[index + 1])
        let power = re * re + im * im
        values.append(output == .power ? power : power.squareRoot())
      }
    }
  }
}
