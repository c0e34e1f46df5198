import GenbaAudio
import GenbaCore
import GenbaKernels
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

  /// Against the filter of the standard, one sample after the other, on noise with a step in it that a filter remembers.
  /// Parts of eight seconds, and of none.
  @Test(arguments: [(8000, 19.37), (11_025, 8.2), (4000, 31.0), (44_100, 1.05)])
  func theFilterOfTheStandard(rate: Int, seconds: Double) throws {
    let samples = (0..<Int(seconds * Double(rate))).map { index in
      sin(Float(index * index % 7919)) * 0.1 + (index % (3 * rate) < rate ? 0.8 : -0.1)
    }
    let loudness = try Loudness(AudioSamples(mono: samples, sampleRate: rate))
    let powers = weightedPowers(samples, rate: rate)
    let expected = (3..<powers.count).map { -0.691 + 10 * log10(powers[$0 - 3...$0].reduce(0, +) / 4) }
    #expect(loudness.momentary.count == expected.count)
    expectClose(loudness.momentary, expected, within: 1e-9)
  }

  /// The mean power of each tenth of a second: sections of BS.1770-4 in the transposed direct form II.
  private func weightedPowers(_ samples: [Float], rate: Int) -> [Double] {
    let shelf = section(rate, f: 1681.974450955533, q: 0.7071752369554196) { k, q, scale in
      let (high, middle) = (pow(10, 3.999843853973347 / 20), pow(10, 3.999843853973347 / 20 * 0.4996667741545416))
      return (
        (high + middle * k / q + k * k) / scale, 2 * (k * k - high) / scale, (high - middle * k / q + k * k) / scale
      )
    }
    let highPass = section(rate, f: 38.13547087602444, q: 0.5003270373238773) { _, _, _ in (1, -2, 1) }
    var energies: [Double] = []
    let weighted = filtered(filtered(samples.map(Double.init), shelf), highPass)
    while (energies.count + 1) * rate / 10 <= weighted.count {
      let step = energies.count * rate / 10..<(energies.count + 1) * rate / 10
      energies.append(weighted[step].reduce(0) { $0 + $1 * $1 } / Double(step.count))
    }
    return energies
  }

  private typealias Section = (b: (Double, Double, Double), a: (Double, Double))

  private func section(
    _ rate: Int, f: Double, q: Double, b: (Double, Double, Double) -> (Double, Double, Double)
  ) -> Section {
    let k = tan(.pi * f / Double(rate))
    let scale = 1 + k / q + k * k
    return (b(k, q, scale), (2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale))
  }

  private func filtered(_ samples: [Double], _ section: Section) -> [Double] {
    var (first, second) = (0.0, 0.0)
    return samples.map { x in
      let y = section.b.0 * x + first
      first = section.b.1 * x - section.a.0 * y + second
      second = section.b.2 * x - section.a.1 * y
      return y
    }
  }

  @Test func everyLevelGivesTheSameBits() throws {
    let audio = tone([(-20, 5.3), (-40, 4.4)], sampleRate: 11_025)
    let best = try Loudness(audio)
    for level in KernelLevel.available {
      let loudness = try level.run { () throws(GenbaError) in try Loudness(audio) }
      #expect(loudness == best, "\(level)")
    }
  }

  /// Its weighting would be nonsense there.
  @Test func slowSamplesHaveNoLoudness() throws {
    let error = #expect(throws: GenbaError.self) { try Loudness(tone([(-23, 1)], sampleRate: 3999)) }
    #expect(error?.code == .mismatchedInputs && error?.message.contains("4000 Hz") == true)
    #expect(abs(try Loudness(tone([(-23, 1)], sampleRate: 4000)).integrated + 23) < 1)
  }

  @Test func aSampleRateWithoutSoundTakesNoMemory() throws {
    #expect(try Loudness(AudioSamples(mono: [1, -1], sampleRate: 4_000_000_000)).momentary.isEmpty)
  }
}
