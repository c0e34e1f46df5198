public import GenbaCore
internal import Glibc

/// How much a sound's spectrum changes from frame to frame: the norm of the difference of neighbouring magnitude
/// spectra, as MATLAB's `spectralFlux` and Essentia's `Flux` define it. The first frame has none before it: 0.
///
/// ```swift
/// let flux = try SpectralFlux(.init(stft: .init(nFFT: 1024, hopLength: 256)))(audio)  // [frames]
/// ```
///
/// ``OnsetStrength`` is librosa's relative of it: rises of decibels in mel bands.
public struct SpectralFlux: Sendable {
  /// Every knob.
  ///
  /// As JSON those of the STFT have librosa's names: `{"n_fft": 1024, "norm": 1, "half_rectify": true}`.
  public struct Options: Sendable, Hashable {
    public var stft: STFT.Options
    /// Of the differences: (Σ |difference|^norm)^(1/norm).
    public var norm: Double
    /// Whether only rises count.
    public var halfRectify: Bool

    public init(
      stft: STFT.Options = .init(nFFT: 2048, hopLength: 512), norm: Double = 2, halfRectify: Bool = false
    ) {
      self.stft = stft
      self.norm = norm
      self.halfRectify = halfRectify
    }
  }

  public let options: Options

  private let changes: FilteredFeature<STFT, Change>

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    guard options.norm > 0, options.norm.isFinite else {
      throw GenbaError(.invalidConfiguration, "norm is \(options.norm); it must be above 0")
    }
    self.options = options
    changes = FilteredFeature(
      try STFT(options.stft, output: .magnitude), Change(norm: options.norm, halfRectify: options.halfRectify))
  }

  /// The flux of every frame.
  ///
  /// - Returns: float32 [frames], or [channels, frames] where there is not just one channel.
  /// - Throws: As ``STFT`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    // The spectra are there whole while they are compared.
    _ = try changes.base.checkedFrameCount(of: audio, limits: limits)
    return try frames(of: audio, limits: limits)
  }

  /// The norm of the difference of each frame from the one before it.
  public struct Change: FrameFilter {
    /// The frame before; empty before the first.
    public typealias State = [Float]

    let norm: Double
    let halfRectify: Bool

    public func rowCount(of rows: Int) -> Int { 1 }

    public func makeState(rows: Int) -> [Float] { [] }

    public func callAsFunction(
      _ frames: Tensor<Float>, isLast: Bool, state: inout [Float]
    ) throws(GenbaError) -> Tensor<Float> {
      let (rows, count) = (frames.shape[0], frames.shape[1])
      guard count > 0 else { return Tensor([], shape: [1, 0]) }
      let source = frames.span
      // Over rows of bins, so that neighbouring frames stand together.
      var sums = [Double](repeating: 0, count: count)
      for row in 0..<rows {
        var before = state.isEmpty ? source[row * count] : state[row]
        for frame in 0..<count {
          let now = source[row * count + frame]
          let difference = Double(now) - Double(before)
          before = now
          let change = halfRectify ? max(difference, 0) : abs(difference)
          sums[frame] += norm == 2 ? change * change : norm == 1 ? change : pow(change, norm)
        }
      }
      state = (0..<rows).map { source[$0 * count + count - 1] }
      return Tensor(sums.map { Float(norm == 2 ? $0.squareRoot() : pow($0, 1 / norm)) }, shape: [1, count])
    }
  }
}

extension SpectralFlux: FrameFeature {
  public typealias State = FilteredFeature<STFT, Change>.State

  public var framing: Framing { changes.framing }
  public var frameAxis: Int { 0 }
  public var valuesPerFrame: Int { 1 }

  public func makeState() -> State { changes.makeState() }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Float> {
    let rows = try changes.frames(
      of: samples, from: start, count: count, sampleRate: sampleRate, isLast: isLast, state: &state)
    return rows.reshaped(to: [rows.count])
  }
}

extension SpectralFlux.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case norm
    case halfRectify = "half_rectify"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    stft = try STFT.Options(from: decoder, standardHop: stft.hopLength)
    try values.read(.norm, to: &norm)
    try values.read(.halfRectify, to: &halfRectify)
  }

  public func encode(to encoder: any Encoder) throws {
    try stft.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(norm, forKey: .norm)
    try values.encode(halfRectify, forKey: .halfRectify)
  }
}
