import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// A sound resampled in blocks is the sound resampled whole.
@Suite struct StreamingResamplerTests {
  private func noise(_ count: Int, channels: Int) -> Tensor<Float> {
    var random = SeededRandom(state: 5)
    return Tensor(
      (0..<count * channels).map { _ in Float.random(in: -1...1, using: &random) }, shape: [channels, count])
  }

  @Test(arguments: Resampler.Engine.allCases, [(44_100, 16_000), (8_000, 48_000), (16_000, 16_000), (48_000, 44_100)])
  func blocksOfAnySize(engine: Resampler.Engine, rates: (from: Int, to: Int)) throws {
    let resampler = try Resampler(sampleRate: rates.to, engine: engine)
    for count in [0, 1, 100, 30_011] {
      let samples = noise(count, channels: 2)
      let all = Array(samples)
      let whole = try resampler(AudioSamples(samples: samples, sampleRate: rates.from)).samples
      for size in [1, 441, 5000, 100_000] where count / size < 2000 {
        var stream = try StreamingResampler(resampler, from: rates.from, channels: 2)
        var planes: [[Float]] = [[], []]
        func take(_ part: Tensor<Float>) {
          let (all, count) = (Array(part), part.shape[1])
          for channel in 0..<2 { planes[channel] += all[channel * count..<(channel + 1) * count] }
        }
        for start in stride(from: 0, to: count, by: size) {
          let end = min(start + size, count)
          let block = all[start..<end] + all[count + start..<count + end]
          take(try stream.push(Tensor(Array(block), shape: [2, end - start])))
        }
        take(try stream.finish())
        #expect(planes.flatMap { $0 } == Array(whole), "\(count) samples in blocks of \(size)")
      }
    }
  }

  @Test func refusesWhatCannotBe() throws {
    let apart = #expect(throws: GenbaError.self) {
      _ = try StreamingResampler(Resampler(sampleRate: 16_000), from: 1, channels: 1)
    }
    #expect(apart?.code == .outOfRange)
    var stream = try StreamingResampler(Resampler(sampleRate: 16_000, sampleLimit: 5000), from: 8000, channels: 1)
    let large = #expect(throws: GenbaError.self) {
      for _ in 0..<10 { _ = try stream.push(noise(1000, channels: 1)) }
    }
    #expect(large?.code == .limitExceeded)
  }
}
