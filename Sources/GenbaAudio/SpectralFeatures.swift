public import GenbaCore
internal import Glibc

/// The shape of a sound's spectrum in each frame, as librosa's `spectral_centroid`, `spectral_bandwidth`,
/// `spectral_rolloff` and `spectral_flatness` (0.11) compute it from magnitudes.
///
/// ```swift
/// let features = try SpectralFeatures(.init(stft: .init(nFFT: 1024, hopLength: 256)))(audio)
/// features["spectral_centroid"]  // float32 [frames], in hertz
/// ```
public struct SpectralFeatures: Sendable {
  /// Every knob, with librosa's defaults.
  ///
  /// As JSON the names are librosa's, those of the STFT beside the others: `{"n_fft": 1024, "roll_percent": 0.95}`.
  public struct Options: Sendable, Hashable {
    public var stft: STFT.Options
    /// Which share of the magnitudes lies below the roll-off.
    public var rollPercent: Double
    /// The power of the deviations that the bandwidth is the mean of.
    public var p: Double
    /// What smaller power is raised to for the flatness (`amin`).
    public var floor: Double

    public init(
      stft: STFT.Options = .init(nFFT: 2048, hopLength: 512), rollPercent: Double = 0.85, p: Double = 2,
      floor: Double = 1e-10
    ) {
      self.stft = stft
      self.rollPercent = rollPercent
      self.p = p
      self.floor = floor
    }
  }

  public let options: Options

  private let stft: STFT

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    try require(
      options.rollPercent > 0 && options.rollPercent < 1,
      "roll_percent is \(options.rollPercent); it must be between 0 and 1")
    try require(options.p > 0 && options.p.isFinite, "p is \(options.p); it must be above 0")
    try require(options.floor > 0 && options.floor.isFinite, "amin is \(options.floor); it must be above 0")
    self.options = options
    stft = try STFT(options.stft, output: .magnitude)
  }

  /// All four features of every frame: `spectral_centroid`, `spectral_bandwidth` and `spectral_rolloff` in hertz, and
  /// `spectral_flatness`, 0 … 1.
  ///
  /// - Returns: float32 [frames] each, or [channels, frames] where there is not just one channel. Centroid, bandwidth and
  ///   roll-off of silence are 0.
  /// - Throws: As ``STFT`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> TensorBundle {
    let rows = try frames(of: audio, limits: limits)
    let frames = rows.shape[rows.rank - 1]
    let values = Array(rows)
    var bundle = TensorBundle()
    for (row, name) in Self.names.enumerated() {
      let ofChannels = (0..<audio.channelCount).flatMap { channel in
        let start = (channel * Self.names.count + row) * frames
        return values[start..<start + frames]
      }
      bundle.set(name, to: Tensor(ofChannels, shape: rows.shape.dropLast(2) + [frames]))
    }
    return bundle
  }

  /// The features' names, in the order of the rows that ``FrameFeature/frames(of:limits:)`` and a ``FeatureStream`` give.
  public static let names = ["spectral_centroid", "spectral_bandwidth", "spectral_rolloff", "spectral_flatness"]
}

extension SpectralFeatures: FrameFeature {
  public var framing: Framing { stft.framing }
  public var valuesPerFrame: Int { Self.names.count }

  /// float32 [4, frames], in the order of ``names``.
  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Void
  ) throws(GenbaError) -> Tensor<Float> {
    let magnitude = try stft.frames(
      of: samples, from: start, count: count, sampleRate: sampleRate, isLast: isLast, state: &state)
    let hertz = (0..<stft.binCount).map { Double($0) * Double(sampleRate) / Double(options.stft.nFFT) }
    let shapes = SpectrumShapes(magnitude.span, hertz: hertz, frames: count, options)
    return Tensor(
      shapes.centroid + shapes.bandwidth + shapes.rolloff + shapes.flatness, shape: [Self.names.count, count])
  }
}

/// The four features of some frames. Sums go over rows of bins, so that neighbouring frames stand together.
private struct SpectrumShapes {
  var centroid: [Float] = []
  var bandwidth: [Float] = []
  var rolloff: [Float] = []
  var flatness: [Float] = []

  init(_ spectrum: Span<Float>, hertz: [Double], frames: Int, _ options: SpectralFeatures.Options) {
    func sums(_ term: (_ bin: Int, _ frame: Int, _ magnitude: Double) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: frames)
      for bin in hertz.indices {
        for frame in 0..<frames { sums[frame] += term(bin, frame, Double(spectrum[bin * frames + frame])) }
      }
      return sums
    }
    let totals = sums { _, _, magnitude in magnitude }
    // librosa divides by 1 where there is nothing to divide by.
    let norms = totals.map { $0 < Double(Float.leastNormalMagnitude) ? 1 : $0 }
    let centroids = zip(sums { bin, _, magnitude in hertz[bin] * magnitude }, norms).map { $0 / $1 }
    let deviations = sums { bin, frame, magnitude in
      let deviation = abs(hertz[bin] - centroids[frame])
      return magnitude * (options.p == 2 ? deviation * deviation : pow(deviation, options.p))
    }
    let powers = sums { _, _, magnitude in max(options.floor, magnitude * magnitude) }
    let logarithms = sums { _, _, magnitude in log(max(options.floor, magnitude * magnitude)) }

    centroid = centroids.map { Float($0) }
    bandwidth = zip(deviations, norms).map { Float(pow($0 / $1, 1 / options.p)) }
    flatness = zip(logarithms, powers).map { Float(exp($0 / Double(hertz.count)) / ($1 / Double(hertz.count))) }
    for frame in 0..<frames {
      var (bin, below) = (0, Double(spectrum[frame]))
      while bin < hertz.count - 1 && below < options.rollPercent * totals[frame] {
        bin += 1
        below += Double(spectrum[bin * frames + frame])
      }
      rolloff.append(Float(hertz[bin]))
    }
  }
}

extension SpectralFeatures.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case rollPercent = "roll_percent"
    case p
    case floor = "amin"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    stft = try STFT.Options(from: decoder, standardHop: stft.hopLength)
    try values.read(.rollPercent, to: &rollPercent)
    try values.read(.p, to: &p)
    try values.read(.floor, to: &floor)
  }

  public func encode(to encoder: any Encoder) throws {
    try stft.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(rollPercent, forKey: .rollPercent)
    try values.encode(p, forKey: .p)
    try values.encode(floor, forKey: .floor)
  }
}
