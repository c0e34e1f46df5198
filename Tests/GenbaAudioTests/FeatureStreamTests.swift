import GenbaAudio
import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Testing

/// Frames of a sound in blocks are the frames of the whole sound, bit for bit, for every feature of frames.
@Suite struct FeatureStreamTests {
  /// One case: a feature, under a name for the report.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let check: @Sendable (_ counts: [Int], _ channels: Int, _ seed: UInt64) throws -> Void
    let memory: @Sendable () throws -> Void

    init<Feature: FrameFeature>(_ name: String, _ feature: Feature) {
      testDescription = name
      check = { counts, channels, seed in
        var random = SeededRandom(state: seed)
        for count in counts where feature.frameCount(sampleCount: count) > 0 {
          try expectSameFrames(feature, count: count, channels: channels, &random)
        }
      }
      memory = { try expectSteadyMemory(feature) }
    }
  }

  static let cases: [Case] = {
    do {
      let stft = STFT.Options(nFFT: 400, hopLength: 160, padMode: .reflect)
      let mel = LogMelSpectrogram.Options(
        sampleRate: 16_000, nFFT: 400, hopLength: 160, padMode: .reflect, nMels: 20, topDB: 30)
      let bands = MelSpectrogram.Options(
        sampleRate: 16_000, nFFT: 512, winLength: 400, hopLength: 100, power: 1, nMels: 24)
      var mirrored = KaldiFbank.Options(numMelBins: 20, sampleScale: 32_768)
      mirrored.snipEdges = false
      var longShift = mirrored
      longShift.frameShiftMilliseconds = 40
      var dithered = KaldiFbank.Options(numMelBins: 20)
      (dithered.dither, dithered.ditherSeed, dithered.useEnergy) = (1e-3, 5, true)
      var ditheredMirror = mirrored
      (ditheredMirror.dither, ditheredMirror.htkMode, ditheredMirror.useLog) = (1, true, false)
      var doubleMel = mel
      doubleMel.precision = .float64
      let mfcc = try MFCC(.init(mel: mel, nMFCC: 13))
      return [
        Case("complex STFT", try STFT(stft)),
        Case("magnitudes", try STFT(.init(nFFT: 405, hopLength: 60, padMode: .edge), output: .magnitude)),
        Case("power, not centred", try STFT(.init(nFFT: 256, hopLength: 600, center: false), output: .power)),
        Case("float64 STFT", try DoubleSTFT(stft, output: .complex)),
        Case("float64 power", try DoubleSTFT(.init(nFFT: 397, hopLength: 131), output: .power)),
        Case("mel", try MelSpectrogram(bands)),
        Case("log-mel", try LogMelSpectrogram(mel)),
        Case("log-mel in float64", try LogMelSpectrogram(doubleMel)),
        Case("Kaldi in float64", try KaldiFbank(.init(numMelBins: 23, precision: .float64))),
        Case("MFCC", mfcc),
        Case("deltas of MFCC", FilteredFeature(mfcc, try Deltas())),
        Case("second deltas, nearest", FilteredFeature(mfcc, try Deltas(width: 5, order: 2, mode: .nearest))),
        Case("Kaldi", try KaldiFbank(.init(numMelBins: 23))),
        Case("Kaldi, mirrored", try KaldiFbank(mirrored)),
        Case("Kaldi, mirrored, long shift", try KaldiFbank(longShift)),
        Case("Kaldi, dithered", try KaldiFbank(dithered)),
        Case("Kaldi, dithered, mirrored", try KaldiFbank(ditheredMirror)),
        Case("chroma", try Chroma(.init(sampleRate: 16_000, stft: stft, tuning: 0.1))),
        Case("spectral shape", try SpectralFeatures(.init(stft: stft))),
        Case("flux", try SpectralFlux(.init(stft: stft))),
        Case("onset strength", try OnsetStrength(mel)),
        Case(
          "onset strength, not centred",
          try OnsetStrength(.init(sampleRate: 16_000, nFFT: 256, hopLength: 64, center: false, nMels: 10))),
        Case("PCEN", try PCEN(.init(mel: bands))),
        Case("PCEN, loudest of three", try PCEN(.init(mel: bands, bias: 10, exponent: 0.25, maxSize: 3))),
        Case("RMS", try FrameStatistics(.init(frameLength: 401, hopLength: 100))),
        Case(
          "zero crossings",
          try FrameStatistics(.init(frameLength: 256, hopLength: 300, center: false), .zeroCrossingRate)),
      ]
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  @Test(arguments: cases) func blocksOfAnySize(feature: Case) throws {
    for level in KernelLevel.available {
      try level.run {
        try feature.check([201, 1003], 1, 1)
      }
    }
    try feature.check([1, 200, 256, 401, 2503], 1, 2)
    try feature.check([1501], 2, 3)
  }

  @Test(arguments: cases) func memoryDoesNotGrow(feature: Case) throws { try feature.memory() }

  @Test func aRateIsThatOfTheFirstBlock() throws {
    var stream = FeatureStream(try SpectralFeatures(.init(stft: .init(nFFT: 64))))
    _ = try stream.push(AudioSamples(mono: noise(100), sampleRate: 8000))
    let error = #expect(throws: GenbaError.self) {
      try stream.push(AudioSamples(mono: noise(100), sampleRate: 16_000))
    }
    #expect(error?.code == .mismatchedInputs)
  }

  @Test func chromaInBlocksNeedATuning() throws {
    var stream = FeatureStream(try Chroma(.init(sampleRate: 16_000)))
    let error = #expect(throws: GenbaError.self) {
      try stream.push(AudioSamples(mono: noise(9000), sampleRate: 16_000))
    }
    #expect(error?.code == .invalidConfiguration)
  }

  @Test func deltasOfTooFewFramesAreAnErrorAtTheEnd() throws {
    let mel = LogMelSpectrogram.Options(sampleRate: 16_000, nFFT: 400, hopLength: 160, nMels: 20)
    var stream = FeatureStream(FilteredFeature(try LogMelSpectrogram(mel), try Deltas()))
    #expect(try stream.push(AudioSamples(mono: noise(1000), sampleRate: 16_000)).shape == [20, 0])
    let error = #expect(throws: GenbaError.self) { try stream.finish() }
    #expect(error?.code == .mismatchedInputs)
  }
}

/// Streams noise, with a silence in it, in blocks of random sizes and compares with the whole.
private func expectSameFrames<Feature: FrameFeature>(
  _ feature: Feature, count: Int, channels: Int, _ random: inout SeededRandom
) throws {
  var values = noise(count * channels, seed: 11 + UInt64(count))
  for index in count / 3..<count / 2 { values[index] = 0 }
  let samples = Tensor(values, shape: [channels, count])
  let whole: Tensor<Feature.Element>
  do {
    whole = try feature.frames(of: AudioSamples(samples: samples, sampleRate: 16_000))
  } catch {
    // Too short for the feature, as deltas of few frames: the stream says so too.
    var stream = FeatureStream(feature, channels: channels)
    #expect(throws: GenbaError.self) {
      _ = try stream.push(AudioSamples(samples: samples, sampleRate: 16_000))
      _ = try stream.finish()
    }
    return
  }
  for largest in [1, 63, 700, count] where largest > 1 || count < 300 {
    var stream = FeatureStream(feature, channels: channels)
    var pieces: [Tensor<Feature.Element>] = []
    var start = 0
    while start < count {
      let end = min(start + Int.random(in: 0...largest, using: &random), count)
      let part = (0..<channels).flatMap { channel in values[channel * count + start..<channel * count + end] }
      pieces.append(
        try stream.push(
          AudioSamples(samples: Tensor(part, shape: [channels, end - start]), sampleRate: 16_000)))
      start = end
    }
    pieces.append(try stream.finish())
    let axis = feature.frameAxis + (channels == 1 ? 0 : 1)
    #expect(joined(pieces, along: axis) == whole, "\(count) samples in blocks of up to \(largest)")
  }
}

/// Streams a minute in blocks and looks at how much is held.
private func expectSteadyMemory<Feature: FrameFeature>(_ feature: Feature) throws {
  var stream = FeatureStream(feature)
  let block = AudioSamples(mono: noise(1000), sampleRate: 16_000)
  var most = 0
  for _ in 0..<100 {
    _ = try stream.push(block)
    most = max(most, stream.heldSampleCount)
  }
  #expect(most <= 4 * (feature.framing.frameLength + feature.framing.hopLength) + 2 * block.sampleCount)
}

/// One tensor of several that differ along one axis only.
func joined<Element>(_ tensors: [Tensor<Element>], along axis: Int) -> Tensor<Element> {
  var shape = tensors[0].shape
  let outer = shape[..<axis].reduce(1, *)
  shape[axis] = tensors.reduce(0) { $0 + $1.shape[axis] }
  let all = tensors.map { Array($0) }
  let rows = (0..<outer).flatMap { index in
    all.flatMap { values in values[index * values.count / outer..<(index + 1) * values.count / outer] }
  }
  return Tensor(rows, shape: shape)
}
