import FoundationEssentials
import GenbaAudio
import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Testing

/// Mel bands, PCEN, chroma and flux in float32, and the STFT in float64, against librosa in float64.
@Suite struct BandFeatureTests {
  private let golden: Golden
  private let sound: AudioSamples

  init() throws {
    golden = try Golden(TestAssets.golden("bands.safetensors"))
    sound = AudioSamples(mono: Array(try #require(golden.tensor("samples", as: Float.self))), sampleRate: 22_050)
  }

  /// The options of a case; they come back from their own JSON.
  private func options<Options: Codable & Equatable>(_ name: String) throws -> Options {
    let json = try #require(golden.metadata["\(name).options"])
    let options = try JSONDecoder().decode(Options.self, from: Data(json.utf8))
    #expect(try JSONDecoder().decode(Options.self, from: JSONEncoder().encode(options)) == options)
    return options
  }

  /// Against the largest value of the case: soft bands have the rounding errors of loud ones, but in float64 the result is
  /// just rounded.
  @Test(arguments: [
    ("mel", 4e-4, 7e-5), ("mel-htk", 2e-4, 1e-5), ("mel-slaney-unscaled", 2e-3, 1.2e-4), ("mel-htk-scaled", 2e-4, 2e-6),
  ])
  func melSpectrogram(name: String, tolerance: Double, inFloat64: Double) throws {
    let mel = try MelSpectrogram(options(name))
    for level in KernelLevel.available {
      golden.expectMatches(name, try level.run { try mel(sound) }, within: tolerance)
    }
    #expect(try mel.frames(of: sound) == mel(sound))
    var exact: MelSpectrogram.Options = try options(name)
    exact.precision = .float64
    for level in KernelLevel.available {
      golden.expectMatches(name, try level.run { try MelSpectrogram(exact)(sound) }, within: inFloat64)
    }
  }

  @Test(arguments: [("pcen", 1e-4), ("pcen-options", 1e-4), ("pcen-logarithm", 1e-4), ("pcen-unbiased", 1e-4)])
  func pcen(name: String, tolerance: Double) throws {
    let pcen = try PCEN(options(name))
    golden.expectMatches(name, try pcen(sound), within: tolerance)
  }

  @Test(arguments: ["chroma", "chroma-tuned", "chroma-options", "chroma-sum", "chroma-raw"])
  func chroma(name: String) throws {
    let chroma = try Chroma(options(name))
    // Raw sums of power reach 46,000.
    let tolerance = name == "chroma-raw" ? 0.1 : 2e-5
    for level in KernelLevel.available {
      golden.expectMatches(name, try level.run { try chroma(sound) }, within: tolerance)
    }
    if let tuning = golden.metadata["\(name).tuning"].flatMap({ Double($0) }) {
      #expect(abs(try chroma.tuning(of: sound) - tuning) < 1e-12)
    }
  }

  @Test func chromaOfSilenceAndOfNothing() throws {
    let chroma = try Chroma(.init(sampleRate: 16_000))
    let silence = AudioSamples(mono: [Float](repeating: 0, count: 5000), sampleRate: 16_000)
    #expect(Array(try chroma(silence)).allSatisfy { $0 == 0 })
    #expect(try chroma(AudioSamples(mono: [], sampleRate: 16_000)).shape == [12, 1])
  }

  @Test(arguments: [("flux", 1e-3), ("flux-options", 2e-3), ("flux-cubes", 1e-3)])
  func flux(name: String, tolerance: Double) throws {
    golden.expectMatches(name, try SpectralFlux(options(name))(sound), within: tolerance)
  }

  @Test(arguments: ["stft64", "stft64-bluestein", "stft64-mixed"]) func doublePrecision(name: String) throws {
    let options: STFT.Options = try options(name)
    let complex = try DoubleSTFT(options)(sound)
    for level in KernelLevel.available {
      golden.expectMatches(name, try level.run { try DoubleSTFT(options)(sound) }, within: 1e-11)
    }
    let pairs = Array(complex)
    let power = Array(try DoubleSTFT(options, output: .power)(sound))
    let magnitude = Array(try DoubleSTFT(options, output: .magnitude)(sound))
    for index in power.indices {
      let expected = pairs[2 * index] * pairs[2 * index] + pairs[2 * index + 1] * pairs[2 * index + 1]
      #expect(abs(power[index] - expected) <= 1e-15 * expected)
      #expect(abs(magnitude[index] - expected.squareRoot()) <= 1e-15 * magnitude[index])
    }
  }

  @Test func channelsAreALeadingAxis() throws {
    let samples = Array(sound.samples)
    let stereo = AudioSamples(
      samples: Tensor(samples + samples.map { $0 / 4 }, shape: [2, samples.count]), sampleRate: 22_050)
    let mel = MelSpectrogram.Options(nFFT: 512, hopLength: 256, nMels: 20)
    #expect(try MelSpectrogram(mel)(stereo).shape == [2, 20, 173])
    let pcen = try PCEN(.init(mel: mel))
    let both = try pcen(stereo)
    #expect(both.shape == [2, 20, 173])
    #expect(Array(Array(both)[..<(20 * 173)]) == Array(try pcen(sound)))
    #expect(try SpectralFlux()(stereo).shape == [2, 87])
    #expect(try Chroma()(stereo).shape == [2, 12, 87])
    #expect(try DoubleSTFT(.init(nFFT: 512, hopLength: 256))(stereo).shape == [2, 257, 173, 2])
  }

  @Test(arguments: [
    (#"{"gain": -1}"#, "gain"), (#"{"eps": 0}"#, "eps"), (#"{"b": 2}"#, "b is"), (#"{"max_size": 0}"#, "max_size"),
    (#"{"time_constant": 0}"#, "time_constant"), (#"{"n_mels": 0}"#, "n_mels"), (#"{"power": 3}"#, "power"),
  ])
  func optionsOfPCENOutOfRange(json: String, word: String) throws {
    let options = try JSONDecoder().decode(PCEN.Options.self, from: Data(json.utf8))
    #expect { try PCEN(options) } throws: {
      ($0 as? GenbaError)?.code == .invalidConfiguration && "\($0)".contains(word)
    }
  }

  @Test(arguments: [
    (#"{"n_chroma": 0}"#, "n_chroma"), (#"{"octwidth": 0}"#, "octwidth"), (#"{"n_fft": 1}"#, "n_fft"),
    (#"{"tuning": 1e9}"#, "tuning"), (#"{"sample_rate": 0}"#, "sample_rate"),
  ])
  func optionsOfChromaOutOfRange(json: String, word: String) throws {
    let options = try JSONDecoder().decode(Chroma.Options.self, from: Data(json.utf8))
    #expect { try Chroma(options) } throws: {
      ($0 as? GenbaError)?.code == .invalidConfiguration && "\($0)".contains(word)
    }
  }
}
