import FoundationEssentials
import GenbaAudio
import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Testing

@Suite struct LogMelSpectrogramTests {
  /// float32 against librosa in float64: in decibels, nepers, decades or power, as the case has it.
  @Test(arguments: [
    ("defaults", 1e-4), ("whisper", 6e-5), ("short-window", 1e-4), ("magnitude", 3e-4), ("odd", 1e-5),
    ("shorter-than-padding", 5e-5), ("shorter-than-a-frame", 1e-5), ("default-hop", 1e-5),
  ])
  func valuesAreThoseOfLibrosa(name: String, tolerance: Double) throws {
    let golden = try Golden(TestAssets.golden("log-mel.safetensors"))
    let json = try #require(golden.metadata["\(name).options"])
    let options = try JSONDecoder().decode(LogMelSpectrogram.Options.self, from: Data(json.utf8))
    let count = try #require(golden.metadata["\(name).sample_count"].flatMap { Int($0) })
    let samples = try #require(golden.tensor("samples", as: Float.self))
    let audio = AudioSamples(mono: Array(Array(samples)[..<count]), sampleRate: options.sampleRate)
    let logMel = try LogMelSpectrogram(options)
    for level in KernelLevel.available {
      let bands = try level.run { try logMel(audio) }
      golden.expectMatches(name, bands, within: tolerance)
    }
  }

  private func noise(_ count: Int, channels: Int = 1, sampleRate: Int = 16_000) -> AudioSamples {
    let samples = GenbaAudioTests.noise(count * channels)
    return AudioSamples(samples: Tensor(samples, shape: [channels, count]), sampleRate: sampleRate)
  }

  @Test func channelsAreALeadingAxis() throws {
    let logMel = try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 400, hopLength: 160, nMels: 20, topDB: nil))
    let stereo = noise(3000, channels: 2)
    let both = try logMel(stereo)
    #expect(both.shape == [2, 20, 19])
    let right = try logMel(AudioSamples(mono: Array(Array(stereo.samples)[3000...]), sampleRate: 16_000))
    #expect(right.shape == [20, 19])
    #expect(Array(Array(both)[(20 * 19)...]) == Array(right))
  }

  @Test func topDBCountsFromTheLoudestChannel() throws {
    let loudThenSilent = [Float](repeating: 1, count: 4000) + [Float](repeating: 0, count: 4000)
    let audio = AudioSamples(samples: Tensor(loudThenSilent, shape: [2, 4000]), sampleRate: 16_000)
    let options = LogMelSpectrogram.Options(sampleRate: 16_000, nFFT: 400, hopLength: 160, nMels: 20, topDB: 50)
    let bands = Array(try LogMelSpectrogram(options)(audio))
    let loudest = try #require(bands.max())
    #expect(bands.min() == loudest - 50)
    #expect(bands[(20 * 26)...].allSatisfy { $0 == loudest - 50 })
  }

  @Test(arguments: [0, 1, 2, 159, 160, 161, 4000]) func framesAreCountedAsInLibrosa(count: Int) throws {
    let logMel = try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 400, hopLength: 160, nMels: 20))
    #expect(try logMel(noise(count)).shape == [20, 1 + count / 160])
    #expect(logMel.frameCount(sampleCount: count) == 1 + count / 160)
  }

  @Test(arguments: [400, 405]) func emptySoundIsSilence(nFFT: Int) throws {
    for padMode in LogMelSpectrogram.PadMode.allCases {
      let options = LogMelSpectrogram.Options(
        sampleRate: 16_000, nFFT: nFFT, hopLength: 160, padMode: padMode, nMels: 20, log: .log10)
      #expect(Array(try LogMelSpectrogram(options)(noise(0))) == [Float](repeating: -10, count: 20))
    }
  }

  @Test func withoutCentringASoundNeedsAFrame() throws {
    let options = LogMelSpectrogram.Options(sampleRate: 16_000, nFFT: 400, hopLength: 160, center: false, nMels: 20)
    let logMel = try LogMelSpectrogram(options)
    #expect(try logMel(noise(400)).shape == [20, 1])
    #expect { try logMel(noise(399)) } throws: { ($0 as? GenbaError)?.code == .mismatchedInputs }
  }

  @Test func anotherSampleRateIsAnError() throws {
    let logMel = try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 400, hopLength: 160, nMels: 20))
    #expect { try logMel(noise(4000, sampleRate: 44_100)) } throws: {
      ($0 as? GenbaError)?.code == .mismatchedInputs && "\($0)".contains("44100")
    }
  }

  @Test func resultsBeyondTheLimitAreErrors() throws {
    let logMel = try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 16, hopLength: 1, nMels: 4))
    let audio = noise(1000)
    #expect { try logMel(audio, limits: DecodeLimits(frameBytes: 4 * 4 * 1000)) } throws: {
      ($0 as? GenbaError)?.code == .limitExceeded
    }
    #expect(try logMel(audio, limits: DecodeLimits(frameBytes: 4 * 4 * 1001)).shape == [4, 1001])
  }
}
