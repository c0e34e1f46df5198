import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Ranges of time and blocks: always the same samples as in the whole sound, whatever the codec.
@Suite struct AudioPartsTests {
  static let sounds = [
    "speech-16k.wav", "s24.wav", "8ch.wav", "mulaw.au", "tiny.aiff", "one-sample.wav", "machine-44k1-stereo.flac",
    "tone-48k.mp3", "notify.oga", "voice.opus", "clip-audio.m4a", "clip-ac3.ac3", "clip-alac.m4a", "clip-wma.wma",
    "voice-late.mka", "line-h264.mp4", "extensible.wav", "f64.wav", "rf64.wav", "machine.w64", "adpcm.wav", "s24.aiff",
    "pcm.caf", "s24.flac", "ogg-flac.oga", "layer-2.mp3", "clip-eac3.eac3", "raw.aac", "voice.amr", "two-sounds.mkv",
    "clip-alac.caf",
  ]

  /// The samples of each channel. Whole arrays at a time: element by element is slow in debug builds.
  private func rows(_ samples: Tensor<Float>) -> [[Float]] {
    let (all, count) = (Array(samples), samples.shape[1])
    return (0..<samples.shape[0]).map { Array(all[$0 * count..<($0 + 1) * count]) }
  }

  private func slice(_ audio: AudioSamples, _ range: Range<Int>) -> [Float] {
    let range = range.clamped(to: 0..<audio.sampleCount)
    return rows(audio.samples).flatMap { $0[range] }
  }

  /// The blocks joined, and how many of them there are. Checks every block's size and time.
  private func joined(_ blocks: consuming AudioBlocks, begin: Double) throws -> (samples: [[Float]], count: Int) {
    var planes: [[Float]] = []
    var count = 0
    var isLast = false
    while let block = try blocks.next() {
      #expect(!isLast && block.sampleRate == blocks.sampleRate)
      #expect(block.ptsSeconds == begin + Double(planes.first?.count ?? 0) / Double(block.sampleRate))
      isLast = block.sampleCount < blocks.blockSize
      if planes.isEmpty { planes = Array(repeating: [], count: block.channelCount) }
      for (channel, row) in rows(block.samples).enumerated() { planes[channel] += row }
      count += 1
    }
    #expect(try blocks.next() == nil, "the end stays the end")
    return (planes, count)
  }

  @Test(arguments: sounds)
  func blocksJoinToTheWhole(name: String) throws {
    let decoder = try AudioDecoder(TestAssets.media(name))
    let whole = try decoder.allSamples()
    for size in [997, 1 << 20] {
      let (planes, count) = try joined(decoder.blocks(of: size), begin: whole.ptsSeconds)
      #expect(planes.flatMap { $0 } == Array(whole.samples))
      #expect(count == (whole.sampleCount + size - 1) / size)
    }
  }

  @Test(arguments: sounds)
  func aRangeIsASliceOfTheWhole(name: String) throws {
    let decoder = try AudioDecoder(TestAssets.media(name))
    let whole = try decoder.allSamples()
    let (begin, rate) = (whole.ptsSeconds, Double(whole.sampleRate))
    let count = whole.sampleCount
    // By the sample: the first, the last, across packets, one alone, from anywhere to the end.
    var ranges = [0..<1, 0..<count, count - 1..<count, count / 3..<count / 2, count / 2..<count / 2 + 1]
    ranges += (1..<8).map { min($0 * count / 8 + $0, count)..<count }
    for range in ranges where !range.isEmpty {
      let seconds = begin + Double(range.lowerBound) / rate..<begin + Double(range.upperBound) / rate
      let part = try decoder.samples(in: seconds)
      #expect(Array(part.samples) == slice(whole, range), "\(range)")
      #expect(abs(part.ptsSeconds - seconds.lowerBound) < 1e-9)
    }
    #expect(try decoder.samples(in: -1 ..< .infinity).samples == whole.samples)
  }

  @Test(arguments: sounds)
  func mixedAndResampledPartsAreTheSameToo(name: String) throws {
    let decoder = try AudioDecoder(TestAssets.media(name))
    for engine in Resampler.Engine.allCases {
      for (channels, rate) in [
        (ChannelMix.mono, 16_000), (.torchcodecMono, 22_050), (.channel(0), decoder.metadata.sampleRate),
        (.torchcodecMono, decoder.metadata.sampleRate),
      ] {
        let whole = try decoder.allSamples(sampleRate: rate, channels: channels, resampler: engine)
        let blocks = try decoder.blocks(of: 3001, sampleRate: rate, channels: channels, resampler: engine)
        let (planes, _) = try joined(blocks, begin: whole.ptsSeconds)
        #expect(planes.flatMap { $0 } == Array(whole.samples), "\(engine) \(channels) \(rate)")
        let range = whole.sampleCount / 3..<whole.sampleCount / 2
        guard !range.isEmpty else { continue }
        let part = try decoder.samples(
          in: whole.ptsSeconds + Double(range.lowerBound) / Double(rate)..<whole.ptsSeconds
            + Double(range.upperBound) / Double(rate), sampleRate: rate, channels: channels, resampler: engine)
        #expect(Array(part.samples) == slice(whole, range), "\(engine) \(channels) \(rate)")
      }
    }
  }

  @Test(arguments: [
    "speech-16k.wav", "machine-44k1-stereo.flac", "clip-audio.m4a", "clip-alac.m4a", "voice.opus", "line-h264.mp4",
  ])
  func rangesEqualTorchcodecs(name: String) throws {
    let golden = try Golden(TestAssets.golden("sound-ranges.safetensors"))
    let decoder = try AudioDecoder(TestAssets.media(name))
    let begin = try #require(golden.tensor("\(name)/begin_seconds", as: Double.self))[0]
    let ranges = try #require(golden.tensor("ranges", as: Double.self))
    let times = try #require(golden.tensor("\(name)/pts_seconds", as: Double.self))
    for index in 0..<ranges.shape[0] {
      let part = try decoder.samples(in: begin + ranges[index, 0]..<begin + ranges[index, 1])
      golden.expectMatches("\(name)/\(index)", part.samples, within: 3e-6)
      // torchcodec gives the time that it was asked for, Genba that of the sample.
      #expect(abs(part.ptsSeconds - times[index]) <= 0.5 / Double(part.sampleRate) + 1e-9)
    }
  }

  /// Their clocks are too coarse for torchcodec's ranges, which begin some samples beside those of its whole sound.
  @Test(arguments: ["clip-ac3.ac3", "voice-late.mka", "clip-alac.m4a"])
  func theWholeEqualsTorchcodecs(name: String) throws {
    let golden = try Golden(TestAssets.golden("sound-ranges.safetensors"))
    let whole = try AudioDecoder(TestAssets.media(name)).allSamples()
    golden.expectMatches("\(name)/decoded", whole.samples, within: 3e-6)
    golden.expectMatches("\(name)/begin_seconds", Tensor([whole.ptsSeconds]), within: 0)
  }

  @Test func rangesOutsideAreErrors() throws {
    for name in ["speech-16k.wav", "clip-audio.m4a", "voice-late.mka"] {
      let decoder = try AudioDecoder(TestAssets.media(name))
      for range in [-2.0 ..< -1.0, 100..<101, 1e300 ..< .infinity] {
        let error = #expect(throws: GenbaError.self) { try decoder.samples(in: range) }
        #expect(error?.code == .outOfRange && error?.source.path == TestAssets.media(name), "\(range)")
      }
      let begin = try decoder.allSamples().ptsSeconds
      #expect(try decoder.samples(in: begin + 0.5..<begin + 0.5).sampleCount == 0)
      #expect(try decoder.samples(in: begin + 0.5..<begin + 0.500001).sampleCount <= 1)
    }
    let decoder = try AudioDecoder(TestAssets.media("speech-16k.wav"))
    let channel = #expect(throws: GenbaError.self) { try decoder.samples(in: 0..<1, channels: .channel(1)) }
    #expect(channel?.code == .outOfRange)
    let rate = #expect(throws: GenbaError.self) { _ = try decoder.blocks(of: 10, sampleRate: 0) }
    #expect(rate?.code == .outOfRange)
  }

  @Test(arguments: ["truncated.flac", "truncated.wav", "damaged.flac", "no-samples.wav"])
  func damageIsMetWhereItIs(name: String) throws {
    let decoder = try AudioDecoder(TestAssets.corrupt(name))
    let whole = Result { () throws(GenbaError) in try decoder.allSamples() }
    var count = 0
    var blocks = try decoder.blocks(of: 1000)
    let failure: GenbaError?
    do throws(GenbaError) {
      while let block = try blocks.next() { count += block.sampleCount }
      failure = nil
    } catch {
      failure = error
    }
    switch whole {
    case .success(let audio): #expect(failure == nil && count == audio.sampleCount)
    case .failure(let error):
      #expect(failure == error)
      // All samples before the place come, however they are cut into blocks.
      let place = try #require(error.source.ptsSeconds)
      #expect(count > 0 && abs(Double(count) - place * Double(decoder.metadata.sampleRate)) < 1)
      // What stands before the damage can be read.
      #expect(try decoder.samples(in: 0..<0.05).sampleCount == Int(0.05 * Double(decoder.metadata.sampleRate)))
    }
  }
}
