import FoundationEssentials
import GenbaAudio
import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Glibc
import Testing

@Suite struct KaldiFbankTests {
  private func sound(_ golden: Golden, _ name: String, sampleRate: Int) throws -> AudioSamples {
    let samples = try #require(golden.tensor("samples", as: Float.self))
    let count = golden.metadata["\(name).sample_count"].flatMap { Int($0) } ?? samples.count
    return AudioSamples(mono: Array(Array(samples)[..<count]), sampleRate: sampleRate)
  }

  /// float32 against torchaudio in float64. A band that is soft beside its neighbours has their rounding errors;
  /// torchaudio in float32 is up to 2.5e-3 (ast) from itself in float64. In float64, all are equal but for the rounding of
  /// the result to float32.
  @Test(arguments: [
    ("defaults", 3e-4), ("seamless", 1e-3), ("ast", 1e-3), ("mirrored", 6e-5), ("mirrored-long-shift", 5e-4),
    ("energy", 4e-4), ("windowed-energy-last", 4e-4), ("linear-magnitude", 1e-3), ("not-rounded", 1e-3),
    ("stretched", 1e-3), ("shrunk", 1e-3),
  ])
  func valuesAreThoseOfTorchaudio(name: String, tolerance: Double) throws {
    let golden = try Golden(TestAssets.golden("kaldi-fbank.safetensors"))
    let json = try #require(golden.metadata["\(name).options"])
    let options = try JSONDecoder().decode(KaldiFbank.Options.self, from: Data(json.utf8))
    let audio = try sound(golden, name, sampleRate: options.sampleRate)
    let fbank = try KaldiFbank(options)
    var exact = options
    exact.precision = .float64
    for level in KernelLevel.available {
      let features = try level.run { try fbank(audio) }
      golden.expectMatches(name, features, within: tolerance)
      golden.expectMatches(
        name, try level.run { try KaldiFbank(exact)(audio) }, within: name == "linear-magnitude" ? 6e-5 : 1e-6)
    }
  }

  /// Both in float32.
  @Test(arguments: [
    ("native", 1e-3), ("native-htk", 1e-3), ("native-htk-linear", 2e-2), ("native-sine", 1e-3),
    ("native-mirrored", 1e-3), ("native-floored-energy", 1e-3),
  ])
  func valuesAreThoseOfKaldiNativeFbank(name: String, tolerance: Double) throws {
    let golden = try Golden(TestAssets.golden("kaldi-fbank.safetensors"))
    let json = try #require(golden.metadata["\(name).options"])
    let options = try JSONDecoder().decode(KaldiFbank.Options.self, from: Data(json.utf8))
    golden.expectMatches(
      name, try KaldiFbank(options)(sound(golden, name, sampleRate: 16_000)), within: tolerance)
  }

  /// Noise has the strength that is asked for, belongs to the frame, and follows from the seed.
  @Test func ditherIsNoiseThatCanBeRepeated() throws {
    var options = KaldiFbank.Options(numMelBins: 4)
    (options.dither, options.useEnergy, options.removeDCOffset, options.energyFloor) = (3, true, false, 0)
    let silence = AudioSamples(mono: [Float](repeating: 0, count: 160_000), sampleRate: 16_000)
    let features = Array(try KaldiFbank(options)(silence))
    let energies = stride(from: 0, to: features.count, by: 5).map { exp(Double(features[$0])) }
    let mean = energies.reduce(0, +) / Double(energies.count)
    // 998 frames of 400 squares of deviation 3: the mean of their sums is within 1 % of 3600.
    #expect(abs(mean / 3600 - 1) < 0.01)
    // The sum of 400 squares has a deviation of √800 times the noise's variance.
    let squares = energies.map { ($0 - mean) * ($0 - mean) }
    let deviation = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    let expected = 9 * 800.0.squareRoot()
    #expect(abs(deviation / expected - 1) < 0.1)
    #expect(Array(try KaldiFbank(options)(silence)) == features)
    options.ditherSeed = 1
    #expect(Array(try KaldiFbank(options)(silence)) != features)
  }

  @Test func shortSoundsMayBeRefused() throws {
    var options = KaldiFbank.Options()
    options.minDuration = 0.1
    let fbank = try KaldiFbank(options)
    #expect(throws: GenbaError.self) { try fbank(AudioSamples(mono: noise(1599), sampleRate: 16_000)) }
    #expect(try fbank(AudioSamples(mono: noise(1600), sampleRate: 16_000)).shape == [8, 23])
  }

  @Test(arguments: [399, 400, 401, 559, 560, 2960, 2961])
  func framesAreCountedAsInKaldi(count: Int) throws {
    let snipped = try KaldiFbank()
    var options = KaldiFbank.Options()
    options.snipEdges = false
    let whole = try KaldiFbank(options)
    #expect(snipped.frameCount(sampleCount: count) == (count < 400 ? 0 : 1 + (count - 400) / 160))
    #expect(whole.frameCount(sampleCount: count) == (count + 80) / 160)
    #expect(try whole(AudioSamples(mono: noise(count), sampleRate: 16_000)).shape == [(count + 80) / 160, 23])
  }

  /// A mirror that repeats the sample at the edge: the same as a sound that was mirrored before.
  @Test func shortSoundsAreMirroredAgainAndAgain() throws {
    var options = KaldiFbank.Options()
    options.snipEdges = false
    let samples = noise(100)
    let mirrored = (-240..<560).map { (position: Int) -> Float in
      let place = (position % 200 + 200) % 200
      return samples[place < 100 ? place : 199 - place]
    }
    let short = try KaldiFbank(options)(AudioSamples(mono: samples, sampleRate: 16_000))
    #expect(short.shape == [1, 23])
    // The one frame begins 120 samples before the sound.
    let long = try KaldiFbank()(AudioSamples(mono: Array(mirrored[120..<520]), sampleRate: 16_000))
    #expect(short == long)
  }

  @Test func channelsAreALeadingAxis() throws {
    let fbank = try KaldiFbank()
    let both = noise(6000)
    let stereo = AudioSamples(samples: Tensor(both, shape: [2, 3000]), sampleRate: 16_000)
    let features = try fbank(stereo)
    #expect(features.shape == [2, 17, 23])
    let right = try fbank(AudioSamples(mono: Array(both[3000...]), sampleRate: 16_000))
    #expect(Array(Array(features)[(17 * 23)...]) == Array(right))
  }

  /// Every frame by itself: lanes that are filled, and a rest.
  @Test(arguments: 1...19) func aFrameDoesNotDependOnItsNeighbours(frames: Int) throws {
    var options = KaldiFbank.Options()
    options.useEnergy = true
    let fbank = try KaldiFbank(options)
    let samples = noise(400 + 160 * (frames - 1))
    for level in KernelLevel.available {
      let together = try level.run { try fbank(AudioSamples(mono: samples, sampleRate: 16_000)) }
      #expect(together.shape == [frames, 24])
      for frame in 0..<frames {
        let part = Array(samples[(160 * frame)..<(160 * frame + 400)])
        let alone = try level.run { try fbank(AudioSamples(mono: part, sampleRate: 16_000)) }
        #expect(Array(Array(together)[(24 * frame)..<(24 * (frame + 1))]) == Array(alone), "\(level), frame \(frame)")
      }
    }
  }

  @Test func silenceIsTheFloor() throws {
    let silence = AudioSamples(mono: [Float](repeating: 0.25, count: 400), sampleRate: 16_000)
    let floor = Float(-15.942385)
    for value in Array(try KaldiFbank()(silence)) { #expect(abs(value - floor) < 1e-5) }
  }

  @Test func optionsComeBackFromJSON() throws {
    var options = KaldiFbank.Options(sampleRate: 8000, numMelBins: 40, window: .kaiser(beta: 7), sampleScale: 32_768)
    options.preemphasisCoefficient = 0.9
    options.useEnergy = true
    options.melFloor = 1
    (options.dither, options.ditherSeed, options.vtlnWarp, options.htkMode) = (0.5, 9, 1.1, true)
    let json = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(KaldiFbank.Options.self, from: json) == options)
    #expect(try JSONDecoder().decode(KaldiFbank.Options.self, from: Data("{}".utf8)) == .init())
  }

  @Test(arguments: [
    (#"{"dither": -1}"#, "dither"), (#"{"vtln_warp": 0}"#, "vtln_warp"), (#"{"vtln_warp": 90}"#, "vtln_warp"),
    (#"{"vtln_warp": 1.1, "vtln_low": 5}"#, "vtln_low"), (#"{"min_duration": -1}"#, "min_duration"),
    (#"{"frame_length": 0}"#, "frame_length"),
    (#"{"frame_shift": 0.01}"#, "frame_shift"),
    (#"{"frame_length": 25.1, "round_to_power_of_two": false}"#, "round_to_power_of_two"),
    (#"{"preemphasis_coefficient": 1.5}"#, "preemphasis_coefficient"), (#"{"num_mel_bins": 0}"#, "num_mel_bins"),
    (#"{"low_freq": 9000}"#, "low_freq"), (#"{"high_freq": 8001}"#, "high_freq"), (#"{"energy_floor": -1}"#, "energy"),
    (#"{"mel_floor": 0}"#, "mel_floor"), (#"{"sample_frequency": 0}"#, "sample_frequency"),
    (#"{"sample_scale": 0}"#, "scale"), (#"{"frame_length": 1e5, "num_mel_bins": 4096}"#, "frame_length"),
  ])
  func optionsOutOfRangeAreErrorsThatNameThem(json: String, word: String) throws {
    let options = try JSONDecoder().decode(KaldiFbank.Options.self, from: Data(json.utf8))
    #expect { try KaldiFbank(options) } throws: {
      ($0 as? GenbaError)?.code == .invalidConfiguration && "\($0)".contains(word)
    }
  }

  @Test func soundsThatDoNotFitAreErrors() throws {
    let fbank = try KaldiFbank()
    let cases: [(AudioSamples, limits: DecodeLimits, GenbaError.Code)] = [
      (AudioSamples(mono: noise(399), sampleRate: 16_000), DecodeLimits(), .mismatchedInputs),
      (AudioSamples(mono: noise(4000), sampleRate: 8000), DecodeLimits(), .mismatchedInputs),
      (AudioSamples(mono: noise(4000), sampleRate: 16_000), DecodeLimits(frameBytes: 1000), .limitExceeded),
    ]
    for (audio, limits, code) in cases {
      #expect { try fbank(audio, limits: limits) } throws: { ($0 as? GenbaError)?.code == code }
    }
  }
}
