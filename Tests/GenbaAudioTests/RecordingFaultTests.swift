import GenbaAudio
import GenbaCore
import GenbaTestSupport
import Glibc
import Testing

/// Silence, clipping, dropouts and offsets, in signals that have them in known places.
@Suite struct RecordingFaultTests {
  private func sine(_ count: Int, amplitude: Double = 0.5, offset: Double = 0) -> [Float] {
    (0..<count).map { Float(amplitude * sin(0.05 * Double($0) + 1) + offset) }
  }

  @Test func silenceIsBelowTheThresholdInAllChannels() {
    var left = sine(1000) + [Float](repeating: 0.0005, count: 600) + sine(400)
    let right = sine(1100) + [Float](repeating: -0.0005, count: 900)
    let detector = SilenceDetector(.init(threshold: -60, minimumSeconds: 0.4))
    let audio = AudioSamples(samples: Tensor(left + right, shape: [2, 2000]), sampleRate: 1000, ptsSeconds: 7)
    #expect(detector(audio) == [8.1..<8.6])
    left[1300] = 0.001
    let broken = AudioSamples(samples: Tensor(left + right, shape: [2, 2000]), sampleRate: 1000)
    #expect(detector(broken).isEmpty)
    #expect(SilenceDetector(.init(minimumSeconds: 0.2))(broken) == [1.1..<1.3, 1.301..<1.6])
    #expect(detector(AudioSamples(mono: [], sampleRate: 1000)).isEmpty)
    #expect(detector(AudioSamples(mono: [Float](repeating: .nan, count: 1000), sampleRate: 1000)).isEmpty)
  }

  @Test func silenceAtTheEndCounts() {
    let audio = AudioSamples(mono: sine(500) + [Float](repeating: 0, count: 500), sampleRate: 1000)
    #expect(SilenceDetector(.init(minimumSeconds: 0.5))(audio) == [0.5..<1])
    #expect(SilenceDetector(.init(minimumSeconds: 0.501))(audio).isEmpty)
  }

  @Test func clippingIsARunAtFullScale() {
    let clipped = sine(2000, amplitude: 1.2).map { min(max($0, -1), 32_767 / 32_768) }
    let audio = AudioSamples(
      samples: Tensor(sine(2000, amplitude: 0.9995) + clipped, shape: [2, 2000]), sampleRate: 8000)
    let runs = ClippingDetector()(audio)
    // What the definition says, sample by sample.
    let flat = clipped.indices.filter { abs(clipped[$0]) >= 0.999 }
    #expect(runs.allSatisfy { $0.channel == 1 || $0.samples.count >= 3 })
    #expect(runs.filter { $0.channel == 1 }.flatMap { Array($0.samples) } == flat)
    #expect(runs.allSatisfy { run in run.channel == 0 || clipped[run.samples.lowerBound] == run.value })
    #expect(ClippingDetector(.init(minimumSamples: 2000))(audio).isEmpty)
  }

  @Test func clippingChangesWithTheSign() {
    let audio = AudioSamples(mono: [0, 1, 1, -1, -1, -1, .infinity, 1, 1, 1, .nan, 1, 1], sampleRate: 8000)
    #expect(
      ClippingDetector()(audio) == [
        SampleRun(channel: 0, samples: 3..<6, value: -1), SampleRun(channel: 0, samples: 6..<10, value: .infinity),
      ])
  }

  @Test func aDropoutIsAStillSignal() {
    var left = sine(3000)
    for index in 1000..<1100 { left[index] = 0 }
    for index in 2000..<2079 { left[index] = 0.25 }
    for index in 0..<100 { left[index] = 0 }
    for index in 2900..<3000 { left[index] = 0 }
    let right = left.map { _ in Float(0) }
    let audio = AudioSamples(samples: Tensor(left + right, shape: [2, 3000]), sampleRate: 8000)
    #expect(DropoutDetector()(audio) == [SampleRun(channel: 0, samples: 1000..<1100, value: 0)])
    #expect(DropoutDetector(.init(minimumSeconds: 0.009))(audio).map(\.samples) == [1000..<1100, 2000..<2079])
    #expect(
      DropoutDetector(.init(includesEnds: true))(audio).map(\.samples) == [0..<100, 1000..<1100, 2900..<3000, 0..<3000])
  }

  @Test func offsetsAreRemoved() {
    let samples = sine(10_000, offset: 0.25) + sine(10_000, offset: -0.125)
    let audio = AudioSamples(samples: Tensor(samples, shape: [2, 10_000]), sampleRate: 8000, ptsSeconds: 3)
    let mean = samples[..<10_000].map(Double.init).reduce(0, +) / 10_000
    #expect(abs(audio.dcOffsets[0] - mean) < 1e-12 && abs(audio.dcOffsets[1] + 0.125) < 1e-2)
    let centred = audio.removingDC()
    #expect(centred.dcOffsets.allSatisfy { abs($0) < 1e-8 } && centred.ptsSeconds == 3)
    #expect(centred.samples[0, 17] == Float(Double(samples[17]) - audio.dcOffsets[0]))
    #expect(AudioSamples(mono: [], sampleRate: 8000).removingDC().dcOffsets == [0])
  }
}
