public import GenbaCore
internal import GenbaKernels
internal import Glibc

/// Kaldi's filter bank features, as `torchaudio.compliance.kaldi.fbank` (2.11) and kaldi-native-fbank (1.23) compute
/// them: the input of AST, Seamless, Speech2Text and most speech recognizers.
///
/// Make it once and call it on many sounds: it holds the FFT's tables and the filter bank.
///
/// ```swift
/// let fbank = try KaldiFbank(.init(numMelBins: 80, sampleScale: 32_768))
/// let features = try fbank(audio)  // [frames, 80], or [channels, frames, 80] of several channels
/// ```
///
/// Equal to both within float32's accuracy.
public struct KaldiFbank: Sendable {
  public let options: Options

  /// The filters in use: float64 [numMelBins, nFFT / 2 + 1]. They are triangles on the mel scale 1127 · ln(1 + f / 700),
  /// and none takes the last bin.
  public let melBanks: Tensor<Double>

  private let plan: KaldiPlan

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    try options.validate()
    let (nFFT, bands) = (options.nFFT, options.numMelBins)
    guard bands * (nFFT / 2 + 1) <= 1 << 25 else {
      throw GenbaError(
        .invalidConfiguration,
        "\(bands) filters over \(nFFT / 2 + 1) bins are more than fit; lower num_mel_bins or frame_length")
    }
    self.options = options
    let banks = Self.melBanks(options)
    melBanks = banks
    let leastEnergy = max(Float.ulpOfOne, Float(options.energyFloor))
    plan = KaldiPlan(
      nFFT: nFFT, window: options.windowFactors, hopLength: options.frameShift, snipEdges: options.snipEdges,
      sampleScale: Float(options.sampleScale), removeMean: options.removeDCOffset,
      preemphasis: Float(options.preemphasisCoefficient), power: options.usePower ? 2 : 1, filters: banks.span,
      logarithm: options.useLog ? .init(floor: Float(options.melFloor), unitsPerNeper: 1) : nil,
      energy: options.useEnergy
        ? .init(isRaw: options.rawEnergy, floor: leastEnergy, isLast: options.htkCompat) : nil)
  }

  private static func melBanks(_ options: Options) -> Tensor<Double> {
    func mels(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }
    let (low, high) = (mels(options.lowFrequency), mels(options.highestFrequency))
    let step = (high - low) / Double(options.numMelBins + 1)
    let half = options.nFFT / 2
    let bins = (0..<half).map { mels(Double($0) * Double(options.sampleRate) / Double(options.nFFT)) }
    return Tensor(shape: [options.numMelBins, half + 1]) { output in
      for band in 0..<options.numMelBins {
        let left = low + Double(band) * step
        let (center, right) = (left + step, left + 2 * step)
        for mel in bins {
          output.append(max(0, min((mel - left) / (center - left), (right - mel) / (right - center))))
        }
        output.append(0)
      }
    }
  }

  /// Numbers of a frame: the bands, and the energy if it is asked for.
  public var columnCount: Int { plan.columnCount }

  /// How many frames a sound of `sampleCount` samples has.
  public func frameCount(sampleCount: Int) -> Int { plan.frameCount(length: sampleCount) }

  /// The features of every frame.
  ///
  /// - Returns: float32 [frames, columnCount], or [channels, frames, columnCount] where there is not just one channel.
  /// - Throws: `.mismatchedInputs` for another sample rate than the options', or if the sound has no frame;
  ///   `.limitExceeded` if the result would be larger than `limits.frameBytes`.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try check(audio, limits)
    let frames = frameCount(sampleCount: audio.sampleCount)
    var shape = [frames, columnCount]
    if audio.channelCount != 1 { shape.insert(audio.channelCount, at: 0) }
    return Tensor<Float>(shape: shape) { output in
      for channel in 0..<audio.channelCount { append(audio.channel(channel), to: &output) }
    }
  }

  /// Appends the features of one channel, [frameCount(sampleCount: samples.count), columnCount]: for batches that are
  /// written in one piece.
  ///
  /// - Parameters:
  ///   - samples: At the options' sample rate.
  ///   - output: Must have room for them; less traps.
  public func append(_ samples: Span<Float>, to output: inout OutputSpan<Float>) {
    let start = output.count
    plan.append(samples, to: &output)
    guard options.subtractMean else { return }
    var written = output.mutableSpan
    subtractMeans(&written, from: start, frames: frameCount(sampleCount: samples.count))
  }

  private func subtractMeans(_ values: inout MutableSpan<Float>, from start: Int, frames: Int) {
    for column in 0..<columnCount {
      let places = stride(from: start + column, to: start + frames * columnCount, by: columnCount)
      let mean = Float(places.reduce(0.0) { $0 + Double(values[$1]) } / Double(frames))
      for place in places { values[place] -= mean }
    }
  }

  private func check(_ audio: AudioSamples, _ limits: DecodeLimits) throws(GenbaError) {
    try audio.checkSampleRate(options.sampleRate, option: "sample_frequency")
    let frames = frameCount(sampleCount: audio.sampleCount)
    guard frames > 0 else {
      throw GenbaError(
        .mismatchedInputs,
        "the sound has \(audio.sampleCount) samples, and a frame \(options.frameLength); lower frame_length"
          + (options.snipEdges ? " or unset snip_edges" : ""))
    }
    try audio.checkSpectrum(frames: frames, columns: columnCount, of: "columns", hop: "frame_shift", limits: limits)
  }
}
