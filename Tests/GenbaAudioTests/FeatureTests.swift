import FoundationEssentials
import GenbaAudio
import GenbaCore
import GenbaTestSupport
import Testing

/// float32 features against librosa's in float64.
@Suite struct FeatureTests {
  private let golden: Golden
  private let samples: [Float]

  init() throws {
    golden = try Golden(TestAssets.golden("features.safetensors"))
    samples = Array(try #require(golden.tensor("samples", as: Float.self)))
  }

  private func options<Options: Decodable>(_ name: String, as: Options.Type = Options.self) throws -> Options {
    let json = try #require(golden.metadata["\(name).options"])
    return try JSONDecoder().decode(Options.self, from: Data(json.utf8))
  }

  private func sound(sampleRate: Int = 16_000) -> AudioSamples { AudioSamples(mono: samples, sampleRate: sampleRate) }

  /// Two channels: the sound, and the sound at half its level.
  private func stereo(sampleRate: Int = 16_000) -> AudioSamples {
    AudioSamples(samples: Tensor(samples + samples.map { $0 / 2 }, shape: [2, samples.count]), sampleRate: sampleRate)
  }

  @Test(arguments: ["mfcc", "mfcc-lifter"]) func coefficientsAndTheirChanges(name: String) throws {
    let options: MFCC.Options = try options(name)
    let mfcc = try MFCC(options)
    let coefficients = try mfcc(sound(sampleRate: options.mel.sampleRate))
    golden.expectMatches(name, coefficients, within: 1e-3)
    golden.expectMatches("\(name).delta", try Deltas()(coefficients), within: 1e-3)
    golden.expectMatches("\(name).delta2", try Deltas(width: 11, order: 2)(coefficients), within: 1e-3)
    golden.expectMatches("\(name).delta-nearest", try Deltas(width: 5, mode: .nearest)(coefficients), within: 1e-3)
    let json = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(MFCC.Options.self, from: json) == options)
  }

  @Test func coefficientsOfChannels() throws {
    let options = MFCC.Options(
      mel: .init(sampleRate: 16_000, nFFT: 400, hopLength: 160, nMels: 40, topDB: nil), nMFCC: 5)
    let both = try MFCC(options)(stereo())
    let one = try MFCC(options)(sound())
    #expect(both.shape == [2] + one.shape && one.shape == [5, 76])
    #expect(Array(Array(both)[..<one.count]) == Array(one))
    #expect(Array(Array(both)[one.count...]) != Array(one))
  }

  @Test(arguments: ["shape", "shape-options"]) func spectralShape(name: String) throws {
    let options: SpectralFeatures.Options = try options(name)
    let features = try SpectralFeatures(options)(sound())
    #expect(features.names == ["spectral_centroid", "spectral_bandwidth", "spectral_rolloff", "spectral_flatness"])
    for kind in features.names {
      golden.expectMatches("\(name).\(kind)", features[kind], within: kind.hasSuffix("flatness") ? 2e-8 : 1e-3)
    }
    let channels = try SpectralFeatures(options)(stereo())
    for kind in features.names {
      let one = Array(try #require(features.tensor(kind, as: Float.self)))
      let two = try #require(channels.tensor(kind, as: Float.self))
      #expect(two.shape == [2, one.count] && Array(Array(two)[..<one.count]) == one)
    }
    let json = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(SpectralFeatures.Options.self, from: json) == options)
  }

  @Test(arguments: ["frames", "frames-options"]) func framesWithoutASpectrum(name: String) throws {
    let options: FrameStatistics.Options = try options(name)
    let statistics = try FrameStatistics(options)
    golden.expectMatches("\(name).rms", try statistics.rms(sound()), within: 3e-8)
    golden.expectMatches("\(name).zero_crossing_rate", try statistics.zeroCrossingRate(sound()), within: 1e-7)
    let both = try statistics.rms(stereo())
    let count = both.shape[1]
    #expect(both.shape == [2, statistics.frameCount(sampleCount: samples.count)])
    #expect(zip(Array(both)[..<count], Array(both)[count...]).allSatisfy { $0 == 2 * $1 })
    let json = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(FrameStatistics.Options.self, from: json) == options)
  }

  @Test(arguments: ["onset", "onset-options"]) func onsets(name: String) throws {
    let options: LogMelSpectrogram.Options = try options(name)
    let strength = try OnsetStrength(options)
    golden.expectMatches(name, try strength(sound(sampleRate: options.sampleRate)), within: 1e-5)
    #expect(try strength(stereo(sampleRate: options.sampleRate)).shape.first == 2)
  }

  @Test func decibels() {
    let values = Tensor<Float>([0, 1e-12, 1e-4, 1, 30, 1e3], shape: [2, 3])
    golden.expectMatches("decibels", Decibels()(power: values), within: 2e-6)
    let relative = Decibels(reference: .maximum, floor: 1e-6, topDB: 50)
    golden.expectMatches("decibels-of-maximum", relative(power: values), within: 2e-6)
    golden.expectMatches(
      "decibels-unbounded", Decibels(reference: .value(2), topDB: nil)(power: values), within: 4e-6)
    golden.expectMatches(
      "decibels-of-magnitude", Decibels(reference: .value(2), topDB: nil)(magnitude: values), within: 4e-6)
    #expect(Decibels()(power: Tensor(repeating: 0, shape: [0, 3])).shape == [0, 3])
  }

  @Test func silenceAndNothing() throws {
    let silence = AudioSamples(mono: [Float](repeating: 0, count: 1000), sampleRate: 16_000)
    let features = try SpectralFeatures(.init(stft: .init(nFFT: 256, hopLength: 64)))(silence)
    for (kind, value) in [("spectral_centroid", Float(0)), ("spectral_bandwidth", 0), ("spectral_rolloff", 0)] {
      #expect(features.tensor(kind, as: Float.self) == Tensor(repeating: value, shape: [16]))
    }
    let nothing = AudioSamples(mono: [], sampleRate: 16_000)
    for frameLength in [256, 255] {
      let statistics = try FrameStatistics(.init(frameLength: frameLength, hopLength: 64))
      #expect(try statistics.rms(nothing) == Tensor(repeating: 0, shape: [1]))
      #expect(try statistics.zeroCrossingRate(nothing) == Tensor(repeating: 0, shape: [1]))
    }
    #expect(try MFCC(.init(mel: .init(sampleRate: 16_000)))(nothing).shape == [20, 1])
  }

  @Test func optionsOutOfRangeAreErrorsThatNameThem() {
    let invalid: [(make: () throws -> Void, word: String)] = [
      ({ _ = try MFCC(.init(nMFCC: 129)) }, "n_mfcc"), ({ _ = try MFCC(.init(nMFCC: 0)) }, "n_mfcc"),
      ({ _ = try MFCC(.init(lifter: -1)) }, "lifter"), ({ _ = try MFCC(.init(mel: .init(nFFT: 1))) }, "n_fft"),
      ({ _ = try Deltas(width: 4) }, "width"), ({ _ = try Deltas(width: 1) }, "width"),
      ({ _ = try Deltas(order: 0) }, "order"), ({ _ = try Deltas(width: 3, order: 3) }, "order"),
      ({ _ = try SpectralFeatures(.init(rollPercent: 1)) }, "roll_percent"),
      ({ _ = try SpectralFeatures(.init(p: 0)) }, "p is"), ({ _ = try SpectralFeatures(.init(floor: 0)) }, "amin"),
      ({ _ = try SpectralFeatures(.init(stft: .init(hopLength: 0))) }, "hop_length"),
      ({ _ = try FrameStatistics(.init(frameLength: 0)) }, "frame_length"),
      ({ _ = try FrameStatistics(.init(hopLength: 0)) }, "hop_length"),
      ({ _ = try OnsetStrength(.init(nMels: 0)) }, "n_mels"),
    ]
    for (make, word) in invalid {
      #expect("\(word)") { try make() } throws: {
        ($0 as? GenbaError)?.code == .invalidConfiguration && "\($0)".contains(word)
      }
    }
  }

  @Test func soundsThatAreTooShortAreErrors() throws {
    let short = AudioSamples(mono: [1, 2, 3], sampleRate: 16_000)
    #expect { try FrameStatistics(.init(center: false)).rms(short) } throws: {
      ($0 as? GenbaError)?.code == .mismatchedInputs
    }
    #expect { try Deltas()(Tensor<Float>(repeating: 1, shape: [3, 8])) } throws: {
      ($0 as? GenbaError)?.code == .mismatchedInputs
    }
    #expect(try Deltas(mode: .nearest)(Tensor<Float>(repeating: 1, shape: [3, 8])).shape == [3, 8])
  }
}
