import FoundationEssentials
import GenbaAudio
import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Glibc
import Testing

@Suite struct STFTTests {
  private static let cases = [
    "defaults", "reflect", "edge", "not-centred", "short-window", "kaiser", "symmetric", "boxcar", "odd", "prime",
    "even-not-smooth", "shorter-than-padding",
  ]

  private func options(_ name: String, in golden: Golden) throws -> STFT.Options {
    let json = try #require(golden.metadata["\(name).options"])
    return try JSONDecoder().decode(STFT.Options.self, from: Data(json.utf8))
  }

  private func sound(_ name: String, in golden: Golden) throws -> AudioSamples {
    let samples = try #require(golden.tensor("samples", as: Float.self))
    let count = try #require(golden.metadata["\(name).sample_count"].flatMap { Int($0) })
    return AudioSamples(mono: Array(Array(samples)[..<count]), sampleRate: 16_000)
  }

  /// float32 against librosa in float64; the loudest bins are about 100.
  @Test(arguments: cases) func spectraAreThoseOfLibrosa(name: String) throws {
    let golden = try Golden(TestAssets.golden("stft.safetensors"))
    let stft = try STFT(options(name, in: golden))
    let audio = try sound(name, in: golden)
    for level in KernelLevel.available {
      let spectra = try level.run { try stft(audio) }
      golden.expectMatches(name, spectra, within: 8e-6)
      let pairs = Array(spectra)
      let magnitude = try level.run { try stft.magnitude(audio) }
      #expect(magnitude.shape == Array(spectra.shape.dropLast()))
      let expected = stride(from: 0, to: pairs.count, by: 2).map { index -> Double in
        let (re, im) = (Double(pairs[index]), Double(pairs[index + 1]))
        return (re * re + im * im).squareRoot()
      }
      expectClose(Array(magnitude).map(Double.init), expected, within: 3e-5, "\(level)")
      let power = try level.run { try stft.power(audio) }
      #expect(power.shape == magnitude.shape)
      let largest = expected.max() ?? 0
      expectClose(
        Array(power).map { Double($0) / largest / largest }, expected.map { $0 * $0 / largest / largest }, within: 3e-7)
    }
  }

  /// Where windows hardly overlap, at a Kaiser window's ends, rounding errors are divided by a small number.
  @Test(arguments: ["defaults", "reflect", "not-centred", "short-window", "kaiser", "odd", "prime", "even-not-smooth"])
  func inversesAreThoseOfLibrosa(name: String) throws {
    let golden = try Golden(TestAssets.golden("stft.safetensors"))
    let options = try options(name, in: golden)
    let inverse = try InverseSTFT(options)
    let length = golden.metadata["\(name).length"].flatMap { Int($0) }
    for level in KernelLevel.available {
      let samples = try level.run {
        let spectra = try STFT(options)(sound(name, in: golden))
        var numbers = Array(spectra)
        for bin in 0..<numbers.count / 2 {
          let gain = Float(1 + 0.5 * sin(Double(bin)))
          numbers[2 * bin] *= gain
          numbers[2 * bin + 1] *= gain
        }
        return try inverse(Tensor(numbers, shape: spectra.shape), length: length)
      }
      golden.expectMatches("\(name).inverse", samples, within: name == "kaiser" ? 1e-5 : 2e-6)
    }
  }

  @Test(arguments: [2, 3, 5, 7, 8, 14, 16, 25, 30, 37, 60, 64, 101, 128, 400, 405, 511])
  func soundComesBack(nFFT: Int) throws {
    let samples = noise(2 * 700 + 13)
    let audio = AudioSamples(
      samples: Tensor(samples + samples.reversed(), shape: [2, samples.count]), sampleRate: 8000)
    for (center, window) in [(true, Window.hann), (false, .hamming)] {
      let options = STFT.Options(nFFT: nFFT, window: window, center: center, padMode: .reflect)
      for level in KernelLevel.available {
        let spectra = try level.run { try STFT(options)(audio) }
        let back = try level.run { try InverseSTFT(options)(spectra, length: samples.count) }
        #expect(back.shape == [2, samples.count])
        // What no frame reaches is silent.
        let covered = center ? samples.count : (spectra.shape[2] - 1) * options.hopLength + nFFT
        for channel in 0..<2 {
          let sound = Array(Array(audio.samples)[(channel * samples.count)...])
          expectClose(
            Array(back)[channel * samples.count..<channel * samples.count + covered].map(Double.init),
            sound[..<covered].map(Double.init), within: 5e-6, "\(level), \(nFFT), centred: \(center)")
        }
      }
    }
  }

  @Test func channelsAreALeadingAxis() throws {
    let both = noise(6000)
    let stft = try STFT(.init(nFFT: 256))
    let stereo = try stft(AudioSamples(samples: Tensor(both, shape: [2, 3000]), sampleRate: 16_000))
    #expect(stereo.shape == [2, 129, 47, 2])
    let right = try stft(AudioSamples(mono: Array(both[3000...]), sampleRate: 16_000))
    #expect(Array(Array(stereo)[(129 * 47 * 2)...]) == Array(right))
  }

  @Test func emptySoundIsOneFrameOfSilence() throws {
    let empty = AudioSamples(mono: [], sampleRate: 16_000)
    for padMode in PadMode.allCases {
      for nFFT in [16, 15, 14] {
        let spectra = try STFT(.init(nFFT: nFFT, padMode: padMode))(empty)
        #expect(spectra == Tensor(repeating: 0, shape: [nFFT / 2 + 1, 1, 2]))
      }
    }
  }

  @Test func silenceComesBackFromNoFrames() throws {
    let nothing = Tensor<Float>(repeating: 0, shape: [9, 0, 2])
    #expect(try InverseSTFT(.init(nFFT: 16))(nothing).shape == [0])
    #expect(try InverseSTFT(.init(nFFT: 16))(nothing, length: 5) == Tensor<Float>(repeating: 0, shape: [5]))
  }

  @Test func optionsComeBackFromJSON() throws {
    let options = STFT.Options(
      nFFT: 600, winLength: 400, hopLength: 77, window: .kaiser(beta: 8.6), periodic: false, center: false,
      padMode: .edge)
    #expect(try JSONDecoder().decode(STFT.Options.self, from: JSONEncoder().encode(options)) == options)
    let short = try JSONDecoder().decode(STFT.Options.self, from: Data(#"{"n_fft": 512, "win_length": 400}"#.utf8))
    #expect(short.hopLength == 100 && short.periodic && short.center && short.padMode == .constant)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(STFT.Options.self, from: Data(#"{"window": "hahn"}"#.utf8))
    }
  }

  @Test func optionsOutOfRangeAreErrorsThatNameThem() {
    let invalid: [(STFT.Options, word: String)] = [
      (.init(nFFT: 1), "n_fft"), (.init(nFFT: 1 << 19), "n_fft"), (.init(nFFT: 16, winLength: 17), "win_length"),
      (.init(nFFT: 16, winLength: 0), "win_length"), (.init(hopLength: 0), "hop_length"),
      (.init(window: .kaiser(beta: -1)), "Kaiser"), (.init(window: .kaiser(beta: .nan)), "Kaiser"),
    ]
    for (options, word) in invalid {
      for make in [{ _ = try STFT(options) }, { _ = try InverseSTFT(options) }] as [() throws -> Void] {
        #expect("\(word)") { try make() } throws: {
          ($0 as? GenbaError)?.code == .invalidConfiguration && "\($0)".contains(word)
        }
      }
    }
  }

  @Test func whatDoesNotFitIsAnError() throws {
    let audio = AudioSamples(mono: noise(1000), sampleRate: 16_000)
    #expect { try STFT(.init(nFFT: 1024, center: false))(audio) } throws: { code($0) == .mismatchedInputs }
    let stft = try STFT(.init(nFFT: 16, hopLength: 10))
    #expect { try stft(audio, limits: DecodeLimits(frameBytes: 9 * 101 * 8 - 1)) } throws: {
      code($0) == .limitExceeded
    }
    #expect(try stft(audio, limits: DecodeLimits(frameBytes: 9 * 101 * 8)).shape == [9, 101, 2])
    let inverse = try InverseSTFT(.init(nFFT: 16))
    for shape in [[9, 2], [8, 3, 2], [9, 3, 1], [1, 1, 9, 3, 2]] {
      #expect { try inverse(Tensor(repeating: 0, shape: shape)) } throws: { code($0) == .mismatchedInputs }
    }
    let spectra = Tensor<Float>(repeating: 0, shape: [9, 3, 2])
    #expect { try inverse(spectra, length: -1) } throws: { code($0) == .outOfRange }
    #expect { try inverse(spectra, length: .max) } throws: { code($0) == .limitExceeded }
  }

  private func code(_ error: any Error) -> GenbaError.Code? { (error as? GenbaError)?.code }
}
