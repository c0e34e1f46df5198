import GenbaAudio
import GenbaCore
import GenbaKernels
import GenbaTestSupport
import Testing

/// Frames of a sound in blocks are the frames of the whole sound, bit for bit.
@Suite struct StreamingLogMelSpectrogramTests {
  private func sound(_ count: Int, channels: Int) -> Tensor<Float> {
    Tensor(noise(count * channels, seed: 11), shape: [channels, count])
  }

  private func block(_ samples: Tensor<Float>, _ range: Range<Int>) -> AudioSamples {
    let channels = samples.shape[0]
    let part = (0..<channels).flatMap { channel in range.map { samples[channel, $0] } }
    return AudioSamples(samples: Tensor(part, shape: [channels, range.count]), sampleRate: 16_000)
  }

  /// Feeds the sound in blocks of these sizes in turn; gives [channel][band][frame].
  private func streamed(
    _ logMel: LogMelSpectrogram, _ samples: Tensor<Float>, sizes: [Int]
  ) throws -> (bands: [[Float]], loudest: Float) {
    let (channels, count) = (samples.shape[0], samples.shape[1])
    var stream = FeatureStream(logMel, channels: channels)
    var rows = [[Float]](repeating: [], count: channels * logMel.options.nMels)
    func take(_ frames: Tensor<Float>) {
      let values = Array(frames)
      let columns = values.count / rows.count
      for row in rows.indices { rows[row] += values[row * columns..<(row + 1) * columns] }
    }
    var (start, turn) = (0, 0)
    while start < count {
      let end = min(start + sizes[turn % sizes.count], count)
      take(try stream.push(block(samples, start..<end)))
      (start, turn) = (end, turn + 1)
    }
    take(try stream.finish())
    #expect(rows.allSatisfy { $0.count == stream.frameCount })
    return (rows, stream.loudest)
  }

  static let options: [LogMelSpectrogram.Options] = [
    .init(sampleRate: 16_000, nFFT: 400, hopLength: 160, padMode: .reflect, nMels: 20, log: .log10, topDB: nil),
    .init(sampleRate: 16_000, nFFT: 512, winLength: 400, hopLength: 100, nMels: 24, topDB: nil),
    .init(sampleRate: 16_000, nFFT: 405, hopLength: 60, padMode: .reflect, nMels: 10, log: .ln, topDB: nil),
    .init(sampleRate: 16_000, nFFT: 397, hopLength: 131, padMode: .reflect, nMels: 10, topDB: nil),
    .init(sampleRate: 16_000, nFFT: 400, hopLength: 160, padMode: .edge, nMels: 20, topDB: nil),
    .init(sampleRate: 16_000, nFFT: 256, hopLength: 600, padMode: .reflect, power: 1, nMels: 12, log: .none),
    .init(sampleRate: 16_000, nFFT: 240, hopLength: 80, center: false, nMels: 12, topDB: nil),
    .init(sampleRate: 16_000, nFFT: 256, hopLength: 256, center: false, nMels: 12, topDB: nil),
  ]

  @Test(arguments: options)
  func blocksOfAnySize(options: LogMelSpectrogram.Options) throws {
    let logMel = try LogMelSpectrogram(options)
    for level in KernelLevel.available {
      try level.run {
        for (count, channels) in [(1, 1), (200, 1), (201, 2), (256, 1), (799, 1), (5003, 2), (20_000, 1)] {
          guard logMel.frameCount(sampleCount: count) > 0 else { continue }
          let samples = sound(count, channels: channels)
          let whole = try logMel(AudioSamples(samples: samples, sampleRate: 16_000))
          for sizes in [[1], [160], [1, 700, 33], [0, 4096], [1 << 20]] where count < 6000 || sizes != [1] {
            let (bands, loudest) = try streamed(logMel, samples, sizes: sizes)
            #expect(bands.flatMap { $0 } == Array(whole), "\(count) samples in blocks of \(sizes)")
            #expect(loudest == Array(whole).max())
          }
        }
      }
    }
  }

  @Test func aFrameComesWithItsLastSample() throws {
    let logMel = try LogMelSpectrogram(Self.options[0])
    var stream = FeatureStream(logMel)
    let samples = sound(1000, channels: 1)
    // The first frame is centred on sample 0 and sees sample 200 in the mirror; the second ends at 360.
    var received = 0
    for (end, frames) in [(200, 0), (201, 1), (359, 1), (360, 2), (520, 3)] {
      _ = try stream.push(block(samples, received..<end))
      received = end
      #expect(stream.frameCount == frames, "after \(end) samples")
    }
  }

  @Test func topDBIsLeftToTheEnd() throws {
    let options = LogMelSpectrogram.Options(sampleRate: 16_000, nFFT: 400, hopLength: 160, nMels: 20, topDB: 30)
    let logMel = try LogMelSpectrogram(options)
    let loud = Array(sound(4000, channels: 1))
    let samples = Tensor(loud + loud.map { $0 * 1e-4 }, shape: [1, 8000])
    let (bands, loudest) = try streamed(logMel, samples, sizes: [1000])
    let whole = Array(try logMel(AudioSamples(samples: samples, sampleRate: 16_000)))
    #expect(bands.flatMap { $0 } != whole)
    #expect(bands.flatMap { $0 }.map { max($0, loudest - 30) } == whole)
  }

  @Test func refusesOtherSounds() throws {
    var stream = FeatureStream(try LogMelSpectrogram(Self.options.first { !$0.center } ?? .init()))
    for audio in [
      AudioSamples(mono: [0], sampleRate: 8000), AudioSamples(samples: sound(1, channels: 2), sampleRate: 16_000),
    ] {
      let error = #expect(throws: GenbaError.self) { try stream.push(audio) }
      #expect(error?.code == .mismatchedInputs)
    }
    _ = try stream.push(block(sound(239, channels: 1), 0..<239))
    let short = #expect(throws: GenbaError.self) { try stream.finish() }
    #expect(short?.code == .mismatchedInputs)
  }

  @Test func emptySoundIsAFrameOfSilence() throws {
    for options in Self.options where options.center {
      let logMel = try LogMelSpectrogram(options)
      var stream = FeatureStream(logMel)
      let whole = try logMel(AudioSamples(mono: [], sampleRate: 16_000))
      #expect(try Array(stream.finish()) == Array(whole))
    }
  }
}
