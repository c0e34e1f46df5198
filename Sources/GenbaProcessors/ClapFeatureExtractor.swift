public import GenbaCore
internal import GenbaAudio
internal import GenbaKernels

/// Sound for CLAP, as transformers 5.23.0's `ClapFeatureExtractor` computes it.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 48_000, channels: .mono)
/// let tensors = try ClapFeatureExtractor()(audio)
/// ```
///
/// | tensor | type | shape |
/// |---|---|---|
/// | `input_features` | float32 | [clips, 4, frames, featureSize] fused, [clips, 1, frames, featureSize] unfused; decibels |
/// | `is_longer` | Bool | [clips, 1] |
///
/// Of a clip longer than `maxLengthSeconds`, the fused model sees the whole, shrunk, and three pieces from its beginning,
/// middle and end; the unfused model sees one piece. The reference draws these pieces at random; here `choose` does, by
/// default the middle of where a piece may begin, so that a conversion can be repeated. `choose` also says which clip of a
/// fused batch without a longer one is called longer.
///
/// As in the reference, bands are computed in double precision: in single, soft ones of the fused model, whose filters are
/// not divided by their width, would hold the rounding errors of loud ones.
public struct ClapFeatureExtractor: AudioFeatureExtractor {
  public let configuration: Configuration

  /// Picks one of the numbers of a range that is not empty.
  public typealias Choice = @Sendable (_ range: Range<Int>) -> Int

  private let choose: Choice

  /// The decibels of the bands of a whole sound, before clips are cut and filled.
  public let frames: ModelFrames

  /// An extractor with these settings.
  ///
  /// - Parameter choose: Where pieces begin: called three times for each longer clip of a fused model, with first frames
  ///   from the clip's beginning, middle and end; once for each of an unfused model, with first samples; once for a fused
  ///   batch without a longer clip, with the clips' indices.
  /// - Throws: `.invalidConfiguration` for a value that the extractor cannot work with, with what it must be.
  public init(
    _ configuration: Configuration = Configuration(),
    choose: @escaping Choice = { ($0.lowerBound + $0.upperBound - 1) / 2 }
  ) throws(GenbaError) {
    try configuration.validate()
    self.configuration = configuration
    self.choose = choose
    let isFused = configuration.truncation == .fusion
    let bank = try MelFilterBank(
      sampleRate: configuration.samplingRate, nFFT: configuration.fftWindowSize, nMels: configuration.featureSize,
      fMin: configuration.frequencyMin, fMax: configuration.frequencyMax, melScale: isFused ? .htk : .slaney,
      norm: isFused ? .none : .slaney)
    let plan = LogMelPlan(
      nFFT: configuration.fftWindowSize, window: Window.hann.factors(count: configuration.fftWindowSize),
      hopLength: configuration.hopLength, pad: configuration.fftWindowSize / 2, padMode: .reflect, power: 2,
      filters: bank.weights.span, logarithm: .init(floor: 1e-10, unitsPerNeper: 10 / 2.302585092994046),
      precision: .double)
    frames = ModelFrames(plan, sampleRate: configuration.samplingRate, pad: plan.pad)
  }

  public var samplingRate: Int { configuration.samplingRate }

  /// `input_features` and `is_longer` of a batch.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, empty clips, another sample rate or more than one channel.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    try check(clips, minimum: 1)
    let (frames, bands) = (configuration.frameCount, configuration.featureSize)
    let isFused = configuration.truncation == .fusion
    var isLonger: [Bool] = []
    var bundle = TensorBundle()
    bundle.set(
      "input_features",
      to: Tensor<Float>(shape: [clips.count, isFused ? 4 : 1, frames, bands]) { output in
        for clip in clips {
          isLonger.append(isFused ? appendFused(clip, to: &output) : appendPiece(clip, to: &output))
        }
      })
    if isFused, !isLonger.contains(true) { isLonger[choose(0..<clips.count)] = true }
    bundle.set("is_longer", to: Tensor(isLonger, shape: [clips.count, 1]))
    return bundle
  }

  /// One view: of the whole clip, repeated, or of a piece of it. Gives whether the clip is longer.
  private func appendPiece(_ clip: AudioSamples, to output: inout OutputSpan<Float>) -> Bool {
    let overflow = clip.sampleCount - configuration.nbMaxSamples
    let samples = clip.channel(0)
    if overflow > 0 {
      let start = choose(0..<overflow + 1)
      matrix(samples.extracting(start..<start + configuration.nbMaxSamples)).append(
        paddedTo: configuration.frameCount, to: &output)
      return true
    }
    let filled = filled(samples)
    matrix(filled.span).append(paddedTo: configuration.frameCount, to: &output)
    return false
  }

  /// Four views. Gives whether the clip is longer.
  private func appendFused(_ clip: AudioSamples, to output: inout OutputSpan<Float>) -> Bool {
    let frames = configuration.frameCount
    let isOver = clip.sampleCount > configuration.nbMaxSamples
    let filled = isOver ? [] : filled(clip.channel(0))
    let whole = isOver ? matrix(clip.channel(0)) : matrix(filled.span)
    guard whole.count > frames else {
      for _ in 0..<4 { whole.append(paddedTo: frames, to: &output) }
      return false
    }
    whole.append(shrunkTo: frames, to: &output)
    for starts in thirds(whole.count - frames + 1) {
      let start = choose(starts.isEmpty ? 0..<1 : starts)
      whole.append(start..<start + frames, to: &output)
    }
    return true
  }

  private func matrix(_ samples: Span<Float>) -> FrameMatrix {
    frames.matrix(samples, length: samples.count, frames: samples.count / configuration.hopLength + 1)
  }

  /// Where the pieces of three may begin, as `numpy.array_split` divides them: the first are longer.
  private func thirds(_ count: Int) -> [Range<Int>] {
    var start = 0
    return (0..<3).map { part in
      let length = count / 3 + (part < count % 3 ? 1 : 0)
      defer { start += length }
      return start..<start + length
    }
  }

  /// A short clip at the model's length.
  private func filled(_ samples: Span<Float>) -> [Float] {
    let length = configuration.nbMaxSamples
    let repetitions: Int
    switch configuration.padding {
    case .pad: repetitions = 1
    case .repeatPad: repetitions = length / samples.count
    case .repeat: repetitions = length / samples.count + 1
    }
    let end = min(samples.count * repetitions, length)
    return (0..<length).map { $0 < end ? samples[$0 % samples.count] : 0 }
  }
}
