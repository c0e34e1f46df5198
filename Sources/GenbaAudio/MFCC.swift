public import GenbaCore
internal import Glibc

/// Mel-frequency cepstral coefficients, as `librosa.feature.mfcc` (0.11) computes them: the cosine transform (type II,
/// orthonormal) of a log-mel spectrum.
///
/// ```swift
/// let mfcc = try MFCC(.init(mel: .init(sampleRate: 16_000, nFFT: 512, hopLength: 160), nMFCC: 13))
/// let coefficients = try mfcc(audio)             // [13, frames], or [channels, 13, frames]
/// let changes = try Deltas()(coefficients)       // of the same shape
/// ```
public struct MFCC: Sendable {
  /// Every knob, with librosa's defaults.
  ///
  /// As JSON the names are librosa's, those of the log-mel spectrum beside those of the transform:
  /// `{"n_mfcc": 13, "n_fft": 512, "n_mels": 40}`.
  public struct Options: Sendable, Hashable {
    /// Of the log-mel spectrum.
    public var mel: LogMelSpectrogram.Options
    /// How many coefficients, at most as many as there are bands.
    public var nMFCC: Int
    /// Raises coefficient n by 1 + lifter / 2 · sin(π (n + 1) / lifter); 0 is not at all.
    public var lifter: Double

    public init(mel: LogMelSpectrogram.Options = .init(), nMFCC: Int = 20, lifter: Double = 0) {
      self.mel = mel
      self.nMFCC = nMFCC
      self.lifter = lifter
    }
  }

  public let options: Options

  private let logMel: LogMelSpectrogram
  /// [nMFCC, nMels]
  private let cosines: [Float]

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    logMel = try LogMelSpectrogram(options.mel)
    let bands = options.mel.nMels
    guard (1...bands).contains(options.nMFCC) else {
      throw GenbaError(.invalidConfiguration, "n_mfcc is \(options.nMFCC); it must be 1 … n_mels, \(bands)")
    }
    guard options.lifter >= 0, options.lifter.isFinite else {
      throw GenbaError(.invalidConfiguration, "lifter is \(options.lifter); it must be 0 or above")
    }
    self.options = options
    cosines = (0..<options.nMFCC).flatMap { coefficient -> [Float] in
      let lifter = options.lifter
      let raised = lifter > 0 ? 1 + lifter / 2 * sin(.pi * Double(coefficient + 1) / lifter) : 1
      let scale = (coefficient == 0 ? 1 : 2.0.squareRoot()) / Double(bands).squareRoot() * raised
      return (0..<bands).map { band in
        Float(scale * cos(.pi * Double(coefficient) * (Double(band) + 0.5) / Double(bands)))
      }
    }
  }

  /// The coefficients of every frame.
  ///
  /// - Returns: float32 [nMFCC, frames], or [channels, nMFCC, frames] where there is not just one channel.
  /// - Throws: As ``LogMelSpectrogram`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    let bands = try logMel(audio, limits: limits)
    return coefficients(of: bands)
  }

  /// The cosine transform of [nMels, frames], with channels in front or without.
  private func coefficients(of bands: Tensor<Float>) -> Tensor<Float> {
    let frames = bands.shape[bands.rank - 1]
    var shape = bands.shape
    shape[shape.count - 2] = options.nMFCC
    var sums = [Float](repeating: 0, count: frames)
    let source = bands.span
    return Tensor(shape: shape) { output in
      for channel in 0..<bands.count / max(options.mel.nMels * frames, 1) {
        for coefficient in 0..<options.nMFCC {
          addBands(of: coefficient, source, from: channel * options.mel.nMels * frames, to: &sums)
          for sum in sums { output.append(sum) }
        }
      }
    }
  }

  private func addBands(of coefficient: Int, _ bands: Span<Float>, from start: Int, to sums: inout [Float]) {
    let count = options.mel.nMels
    let frames = sums.count
    var sums = sums.mutableSpan
    for frame in 0..<frames { sums[frame] = 0 }
    for band in 0..<count {
      let cosine = cosines[coefficient * count + band]
      let row = bands.extracting(start + band * frames..<start + (band + 1) * frames)
      for frame in 0..<frames { sums[frame] += cosine * row[frame] }
    }
  }
}

extension MFCC: FrameFeature {
  public typealias State = LogMelSpectrogram.State

  public var framing: Framing { logMel.framing }
  public var requiredSampleRate: Int? { options.mel.sampleRate }
  public var valuesPerFrame: Int { options.nMFCC }

  public func makeState() -> State { logMel.makeState() }

  /// Coefficients of bands without `topDB`, which is relative to the loudest value of the whole sound.
  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Float> {
    coefficients(
      of: try logMel.frames(
        of: samples, from: start, count: count, sampleRate: sampleRate, isLast: isLast, state: &state))
  }
}

extension MFCC.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case nMFCC = "n_mfcc"
    case lifter
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    mel = try LogMelSpectrogram.Options(from: decoder)
    try values.read(.nMFCC, to: &nMFCC)
    try values.read(.lifter, to: &lifter)
  }

  public func encode(to encoder: any Encoder) throws {
    try mel.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(nMFCC, forKey: .nMFCC)
    try values.encode(lifter, forKey: .lifter)
  }
}
