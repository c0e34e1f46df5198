import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Mixing and resampling against soxr, torchcodec, numpy and transformers' `load_audio`, bit for bit.
@Suite struct ResamplerTests {
  static let golden = try? Golden(TestAssets.golden("resampled-audio.safetensors"))
  static let sounds = [
    "machine-44k1-stereo.flac", "speech-16k.wav", "8ch.wav", "one-sample.wav", "s24.wav", "tiny.aiff",
  ]
  static let rates = [8_000, 16_000, 22_050, 44_100, 48_000]

  @Test(arguments: sounds, rates)
  func soxrEqualsSoxr(name: String, rate: Int) throws {
    let golden = try #require(Self.golden)
    let decoder = try AudioDecoder(TestAssets.media(name))
    guard decoder.metadata.sampleRate != rate else { return }
    golden.expectMatches("\(name)/soxr/\(rate)", try decoder.allSamples(sampleRate: rate).samples, within: 0)
  }

  @Test(arguments: sounds, rates)
  func swrEqualsTorchcodec(name: String, rate: Int) throws {
    let golden = try #require(Self.golden)
    let decoder = try AudioDecoder(TestAssets.media(name))
    let kept = try decoder.allSamples(sampleRate: rate, resampler: .swr)
    golden.expectMatches("\(name)/torchcodec/\(rate)", kept.samples, within: 0)
    let mono = try decoder.allSamples(sampleRate: rate, channels: .torchcodecMono, resampler: .swr)
    golden.expectMatches("\(name)/torchcodec-mono/\(rate)", mono.samples, within: 0)
  }

  @Test(arguments: sounds)
  func monoEqualsNumpyAndLoadAudio(name: String) throws {
    let golden = try #require(Self.golden)
    let decoder = try AudioDecoder(TestAssets.media(name))
    golden.expectMatches("\(name)/mean", try decoder.allSamples(channels: .mono).samples, within: 0)
    let loaded = try decoder.allSamples(sampleRate: 16_000, channels: .mono)
    golden.expectMatches("\(name)/load_audio/16000", loaded.samples, within: 0)
    #expect(loaded.sampleRate == 16_000)
  }

  @Test(arguments: [2, 3, 6, 7, 8, 9, 16, 19])
  func theMeanOfNoiseEqualsNumpys(channels: Int) throws {
    var state: UInt32 = 1
    let samples = (0..<500 * channels).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / 8_388_608 - 1
    }
    let mono = try AudioDecoder(.memory(WAVFile.float32(samples, channels: UInt16(channels))))
      .allSamples(channels: .mono)
    try #require(Self.golden).expectMatches("noise/mean/\(channels)", mono.samples, within: 0)
  }

  @Test func oneChannelAlone() throws {
    let decoder = try AudioDecoder(TestAssets.media("8ch.wav"))
    let all = try decoder.allSamples()
    for index in 0..<8 {
      let one = try decoder.allSamples(channels: .channel(index))
      #expect(one.samples == Tensor((0..<all.sampleCount).map { all.samples[index, $0] }, shape: [1, all.sampleCount]))
    }
    for index in [-1, 8] {
      let error = #expect(throws: GenbaError.self) { try decoder.allSamples(channels: .channel(index)) }
      #expect(error?.code == .outOfRange && error?.source.path == TestAssets.media("8ch.wav"))
    }
  }

  @Test(arguments: Resampler.Engine.allCases)
  func everyLength(engine: Resampler.Engine) throws {
    let resampler = try Resampler(sampleRate: 16_000, engine: engine)
    for count in [0, 1, 2, 3, 10, 100, 1001] {
      let audio = try resampler(AudioSamples(mono: [Float](repeating: 0.5, count: count), sampleRate: 44_100))
      let expected = (count * 16_000 + 44_099) / 44_100
      #expect(engine == .soxr ? audio.sampleCount == expected : audio.sampleCount <= expected)
    }
  }

  @Test func theSameRateIsNoWork() throws {
    let audio = AudioSamples(mono: [1, .nan, -7], sampleRate: 16_000)
    let same = try Resampler(sampleRate: 16_000)(audio)
    #expect(Array(same.samples).map(\.bitPattern) == Array(audio.samples).map(\.bitPattern))
  }

  @Test func refusesRatesThatCannotBe() throws {
    for rate in [0, -16_000, 1_000_001] {
      let error = #expect(throws: GenbaError.self) { try Resampler(sampleRate: rate) }
      #expect(error?.code == .outOfRange)
    }
    let slow = AudioSamples(mono: [1, 2, 3], sampleRate: 1)
    let apart = #expect(throws: GenbaError.self) { try Resampler(sampleRate: 16_000)(slow) }
    #expect(apart?.code == .outOfRange)
    let long = AudioSamples(mono: [Float](repeating: 0, count: 1000), sampleRate: 100)
    let large = #expect(throws: GenbaError.self) { try Resampler(sampleRate: 16_000, sampleLimit: 100_000)(long) }
    #expect(large?.code == .limitExceeded)
  }
}
