public import GenbaCore
internal import GenbaKernels

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
  /// For frames that have been cut out, to which noise has been added.
  private let ditherPlan: KaldiPlan?

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
    plan = Self.plan(options, banks, hopLength: options.frameShift, snipEdges: options.snipEdges)
    var scaled = options
    scaled.sampleScale = 1
    ditherPlan =
      options.dither == 0 ? nil : Self.plan(scaled, banks, hopLength: options.frameLength, snipEdges: true)
  }

  private static func plan(
    _ options: Options, _ banks: Tensor<Double>, hopLength: Int, snipEdges: Bool
  ) -> KaldiPlan {
    let leastEnergy = max(Float.ulpOfOne, Float(options.energyFloor))
    return KaldiPlan(
      nFFT: options.nFFT, window: options.windowFactors, hopLength: hopLength, snipEdges: snipEdges,
      sampleScale: options.sampleScale, removeMean: options.removeDCOffset,
      preemphasis: options.preemphasisCoefficient, power: options.usePower ? 2 : 1, filters: banks.span,
      logarithm: options.useLog ? .init(floor: Float(options.leastBand), unitsPerNeper: 1) : nil,
      energy: options.useEnergy
        ? .init(isRaw: options.rawEnergy, floor: leastEnergy, isLast: options.htkCompat) : nil,
      precision: options.precision.kernelPrecision, roundsPreemphasis: options.roundsPreemphasis)
  }

  /// Numbers of a frame: the bands, and the energy if it is asked for.
  public var columnCount: Int { plan.columnCount }

  /// The features of every frame.
  ///
  /// - Returns: float32 [frames, columnCount], or [channels, frames, columnCount] where there is not just one channel.
  /// - Throws: `.mismatchedInputs` for another sample rate than the options', or if the sound has no frame or is shorter
  ///   than the options ask for; `.limitExceeded` if the result would be larger than `limits.frameBytes`.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    let frames = try checkedFrameCount(of: audio, limits: limits)
    guard audio.durationSeconds >= options.minDuration else {
      throw GenbaError(
        .mismatchedInputs,
        "the sound lasts \(audio.durationSeconds) s, less than min_duration, \(options.minDuration) s")
    }
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
    appendFrames(
      of: samples, from: -plan.pad, count: frameCount(sampleCount: samples.count), first: 0, to: &output)
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

  /// Appends `count` frames, of which `first` is the first one's number in the sound.
  private func appendFrames(
    of samples: Span<Float>, from start: Int, count: Int, first: Int, to output: inout OutputSpan<Float>
  ) {
    let place = output.count
    defer { floorBands(from: place, in: &output) }
    guard let ditherPlan else { return plan.appendFrames(of: samples, from: start, count: count, to: &output) }
    let noise = DitherNoise(seed: options.ditherSeed, deviation: Float(options.dither))
    for done in stride(from: 0, to: count, by: 64) {
      let frames = done..<min(done + 64, count)
      var noisy: [Float] = []
      noisy.reserveCapacity(frames.count * options.frameLength)
      for frame in frames {
        noise.appendFrame(
          number: first + frame, of: samples, from: start + frame * options.frameShift, length: options.frameLength,
          scale: Float(options.sampleScale), to: &noisy)
      }
      ditherPlan.appendFrames(of: noisy.span, from: 0, count: frames.count, to: &output)
    }
  }
}

extension KaldiFbank {
  /// Raises bands to HTK's floor where no logarithm has done so.
  private func floorBands(from start: Int, in output: inout OutputSpan<Float>) {
    guard options.htkMode && !options.useLog else { return }
    let energy = options.useEnergy ? (options.htkCompat ? options.numMelBins : 0) : -1
    var values = output.mutableSpan
    for index in start..<values.count where (index - start) % columnCount != energy {
      values[index] = max(values[index], Float(options.leastBand))
    }
  }
}

extension KaldiFbank: FrameFeature {
  /// How many frames have been computed.
  public typealias State = Int

  public var framing: Framing {
    Framing(
      frameLength: options.frameLength, hopLength: options.frameShift, pad: plan.pad,
      ends: options.snipEdges ? .whole : .everyHop)
  }
  public var requiredSampleRate: Int? { options.sampleRate }
  public var frameAxis: Int { 0 }
  public var valuesPerFrame: Int { columnCount }

  public func makeState() -> Int { 0 }

  /// Features before `subtractMean`, which needs the whole sound.
  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Int
  ) throws(GenbaError) -> Tensor<Float> {
    let first = state
    state += count
    return Tensor<Float>(shape: [count, columnCount]) { output in
      appendFrames(of: samples, from: start, count: count, first: first, to: &output)
    }
  }
}
