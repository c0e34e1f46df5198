public import GenbaCore
internal import GenbaKernels
internal import Glibc

/// Chroma: how strong each pitch class of an octave is in each frame, as `librosa.feature.chroma_stft` (0.11) computes
/// it.
///
/// ```swift
/// let chroma = try Chroma(.init(sampleRate: 22_050))
/// let classes = try chroma(audio)  // [12, frames]: C, C#, D … B, the loudest of a frame 1
/// ```
///
/// Of machines it shows tones and their drift, whatever their octave. Equal to librosa within float32's accuracy.
public struct Chroma: Sendable {
  public let options: Options

  /// For the tuning of the options; `nil` if the tuning is that of each sound.
  private let tuned: TunedChroma?
  private let stft: STFT

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    try options.validate()
    self.options = options
    stft = try STFT(options.stft, output: .power)
    tuned = options.tuning.map { TunedChroma(options, tuning: $0) }
  }

  /// The classes of every frame.
  ///
  /// - Returns: float32 [nChroma, frames], or [channels, nChroma, frames] where there is not just one channel.
  /// - Throws: As ``LogMelSpectrogram`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    if tuned != nil { return try frames(of: audio, limits: limits) }
    var options = options
    options.tuning = try tuning(of: audio, limits: limits)
    return try Chroma(options)(audio, limits: limits)
  }

  /// How far the sound's tones lie from those of a piano tuned to 440 Hz, as `librosa.estimate_tuning` finds it from power
  /// spectra.
  ///
  /// - Returns: -0.5 … 0.49, in classes.
  /// - Throws: As ``STFT`` does.
  public func tuning(of audio: AudioSamples, limits: DecodeLimits = DecodeLimits()) throws(GenbaError) -> Double {
    try audio.checkSampleRate(options.sampleRate)
    let power = try stft.power(audio, limits: limits)
    return TuningEstimate(sampleRate: options.sampleRate, nFFT: options.stft.nFFT, binsPerOctave: options.nChroma)
      .tuning(of: power)
  }
}

extension Chroma: FrameFeature {
  public var framing: Framing { options.stft.framing }
  public var requiredSampleRate: Int? { options.sampleRate }
  public var valuesPerFrame: Int { options.nChroma }

  /// - Throws: `.invalidConfiguration` if the options name no tuning: that of a sound is known at its end only.
  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Void
  ) throws(GenbaError) -> Tensor<Float> {
    guard let tuned else {
      throw GenbaError(
        .invalidConfiguration, "the tuning of a sound is known at its end only; set tuning to have chroma in blocks")
    }
    return tuned.frames(of: samples, from: start, count: count)
  }
}

/// Chroma for one tuning: the filters are summed in the same pass as the spectra.
private struct TunedChroma {
  let norm: Chroma.Norm
  let plan: LogMelPlan

  init(_ options: Chroma.Options, tuning: Double) {
    norm = options.norm
    let filters = Chroma.filters(options, tuning: tuning)
    plan = LogMelPlan(
      nFFT: options.stft.nFFT, window: options.stft.windowFactors, hopLength: options.stft.hopLength,
      pad: options.stft.pad, padMode: options.stft.padMode.kernelMode, power: 2, filters: filters.span,
      logarithm: nil)
  }

  func frames(of samples: Span<Float>, from start: Int, count: Int) -> Tensor<Float> {
    var classes = Tensor<Float>(shape: [plan.bandCount, count]) { output in
      plan.appendFrames(of: samples, from: start, columns: count, to: &output)
    }
    guard norm != .none else { return classes }
    var values = classes.mutableSpan
    for frame in 0..<count {
      let places = stride(from: frame, to: values.count, by: count)
      let length = norm.length(places.map { values[$0] })
      // librosa leaves frames alone that have nothing to divide by.
      guard length >= .leastNormalMagnitude else { continue }
      for place in places { values[place] /= length }
    }
    return classes
  }
}

extension Chroma.Norm {
  /// Of numbers that are not negative.
  fileprivate func length(_ values: [Float]) -> Float {
    switch self {
    case .max: values.reduce(0) { Swift.max($0, $1) }
    case .l1: Float(values.reduce(0.0) { $0 + Double($1) })
    case .l2: Float(values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    case .none: 1
    }
  }
}

extension Chroma {
  /// The filters for a tuning: float64 [nChroma, nFFT / 2 + 1], `librosa.filters.chroma` with its defaults but for what the
  /// options say. Each bin's weights are a bell over the pitch classes, one bin or one class wide, of Euclidean length 1,
  /// times a bell over the octaves.
  public static func filters(_ options: Options, tuning: Double) -> Tensor<Double> {
    let (classes, nFFT) = (options.nChroma, options.stft.nFFT)
    let bins = nFFT / 2 + 1
    let hertzPerBin = Double(options.sampleRate) / Double(nFFT)
    let lowestA = 440 * exp2(tuning / Double(classes)) / 16
    // In classes above that A; the bin of 0 Hz is put one and a half octaves below the next.
    func place(_ bin: Int) -> Double {
      bin == 0
        ? place(1) - 1.5 * Double(classes) : Double(classes) * log2(Double(bin) * hertzPerBin / lowestA)
    }
    let half = (Double(classes) / 2).rounded(.toNearestOrEven)
    let columns = (0..<bins).map { bin -> [Double] in
      let position = place(bin)
      let width = bin + 1 < nFFT ? max(place(bin + 1) - position, 1) : 1
      let weights = (0..<classes).map { index -> Double in
        var distance = (position - Double(index) + half + 10 * Double(classes))
          .truncatingRemainder(dividingBy: Double(classes))
        if distance < 0 { distance += Double(classes) }
        let scaled = 2 * (distance - half) / width
        return exp(-0.5 * scaled * scaled)
      }
      let length = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let octave = options.octwidth.map { (position / Double(classes) - options.ctroct) / $0 } ?? 0
      let scale = exp(-0.5 * octave * octave) / (length < .leastNormalMagnitude ? 1 : length)
      return weights.map { $0 * scale }
    }
    // Classes begin with A; C is three semitones up.
    let shift = options.baseC ? 3 * (classes / 12) : 0
    return Tensor(shape: [classes, bins]) { output in
      for index in 0..<classes {
        for bin in 0..<bins { output.append(columns[bin][(index + shift) % classes]) }
      }
    }
  }
}
