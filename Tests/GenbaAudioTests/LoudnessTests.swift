import GenbaAudio
import GenbaCore
import GenbaTestSupport
import Glibc
import Testing

/// Loudness by ITU-R BS.1770-4, against the signals of EBU Tech 3341 and FFmpeg's ebur128.
@Suite struct LoudnessTests {
  /// Sines of 1 kHz, one after the other, the same in every channel.
  private func tone(
    _ parts: [(dBFS: Double, seconds: Double)], channels: Int = 2, sampleRate: Int = 48_000
  ) -> AudioSamples {
    var samples: [Float] = []
    for part in parts {
      let amplitude = pow(10, part.dBFS / 20)
      let start = samples.count
      samples += (0..<Int(part.seconds * Double(sampleRate))).map {
        Float(amplitude * sin(2 * .pi * 1000 * Double(start + $0) / Double(sampleRate)))
      }
    }
    let all = [[Float]](repeating: samples, count: channels).flatMap { $0 }
    return AudioSamples(samples: Tensor(all, shape: [channels, samples.count]), sampleRate: sampleRate)
  }

  /// The minimum-requirement signals 1 to 4 of EBU Tech 3341, within its 0.1 LU.
  @Test func signalsOfTheStandard() throws {
    let cases: [([(dBFS: Double, seconds: Double)], Double)] = [
      ([(-23, 20)], -23), ([(-33, 20)], -33), ([(-36, 10), (-23, 60), (-36, 10)], -23),
      ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
    ]
    for (parts, expected) in cases {
      #expect(abs(try Loudness(tone(parts, sampleRate: 8000)).integrated - expected) <= 0.1, "\(parts)")
    }
  }

  @Test(arguments: [8000, 11_025, 16_000, 44_100, 96_000]) func anySampleRate(rate: Int) throws {
    let loudness = try Loudness(tone([(-23, 3.5)], sampleRate: rate))
    #expect(abs(loudness.integrated + 23) <= 0.1 && loudness.momentary.count == 32 && loudness.shortTerm.count == 6)
    #expect((loudness.momentary + loudness.shortTerm).allSatisfy { abs($0 + 23) <= 0.1 })
  }

  @Test func channelsAreWeighted() throws {
    let five = tone([(-23, 1)], channels: 6)
    let weights = [1, 1, 1, 0, 1.41, 1.41]
    // 10 log10 of the sum of the weights over that of the two that give -23 LUFS.
    let expected = -23 + 10 * log10(weights.reduce(0, +) / 2)
    #expect(abs(try Loudness(five, channelWeights: weights).integrated - expected) < 0.1)
    #expect(abs(try Loudness(five).integrated - (-23 + 10 * log10(3))) < 0.1)
    let error = #expect(throws: GenbaError.self) { try Loudness(five, channelWeights: [1, 1]) }
    #expect(error?.code == .mismatchedInputs)
  }

  @Test func silenceAndShortSoundsHaveNone() throws {
    let silent = try Loudness(AudioSamples(mono: [Float](repeating: 0, count: 48_000), sampleRate: 48_000))
    #expect(silent.integrated == -.infinity && silent.momentary.allSatisfy { $0 == -.infinity })
    let short = try Loudness(tone([(-23, 0.39)]))
    #expect(short == (try Loudness(AudioSamples(mono: [], sampleRate: 48_000))))
  }

  @Test(arguments: [44_100, 11_025]) func blocksChangeNothing(rate: Int) throws {
    let audio = tone([(-20, 0.7), (-40, 0.9)], sampleRate: rate)
    let (all, count) = (Array(audio.samples), audio.sampleCount)
    for size in [1000, 4410, 1 << 20] {
      var meter = try LoudnessMeter(sampleRate: rate, channels: 2)
      for start in stride(from: 0, to: count, by: size) {
        let end = min(start + size, count)
        let block = Array(all[start..<end] + all[count + start..<count + end])
        try meter.push(AudioSamples(samples: Tensor(block, shape: [2, end - start]), sampleRate: rate))
      }
      let (blocks, whole) = (meter.loudness, try Loudness(audio))
      expectClose(blocks.momentary, whole.momentary, within: 1e-9)
      #expect(abs(blocks.integrated - whole.integrated) < 1e-9)
    }
  }
}
