import GenbaCore
import GenbaTestSupport
import Testing

@testable import GenbaMedia

/// Pictures and sound on one clock.
@Suite struct MediaReaderTests {
  /// A frame flashes and a beep begins together at every full second: in a recording whose sound begins later, in one
  /// that has lost half a second of it, and in one whose time stamps run slower than its samples.
  @Test(arguments: ["clock-late.mp4", "clock-gap.mkv", "clock-drift.mkv"])
  func flashAndBeepComeTogether(clip: String) throws {
    var options = MediaReader.Options()
    options.sampleRate = 48_000
    var windows = try MediaReader(TestAssets.media(clip), options).windows(length: 0.7, hop: 0.7)
    var flashes: [Double] = []
    var beeps: [Double] = []
    while let window = try windows.next() {
      flashes += try flashTimes(#require(window.frames))
      beeps += try beepTimes(#require(window.samples))
    }
    #expect(flashes.count == 4)
    #expect(beeps.count == (clip == "clock-gap.mkv" ? 3 : 4), "\(beeps)")
    let apart = beeps.map { beep in flashes.map { abs($0 - beep) }.min() ?? .infinity }
    // docs/numerics.md has what was measured.
    let allowed = clip == "clock-drift.mkv" ? 0.012 : 0.001
    #expect(apart.allSatisfy { $0 < allowed }, "beeps at \(beeps), flashes at \(flashes), apart by \(apart)")
    // Without the clock the drift alone is 40 ms at the end.
    #expect(flashes.first.map { abs($0 - 1) < 0.02 } == true)
  }

  /// Were only samples counted, the drifting recording's last beep would come 40 ms early.
  @Test func aCountOfSamplesAloneDrifts() throws {
    var options = MediaReader.Options()
    (options.sampleRate, options.clockTolerance) = (48_000, 1)
    var reader = try MediaReader(TestAssets.media("clock-drift.mkv"), options)
    let beeps = try beepTimes(#require(try reader.window(0..<4.2).samples))
    #expect(beeps.last.map { abs($0 - 4 / 1.01) < 0.005 } == true, "\(beeps)")
  }

  @Test func lostSoundIsSilenceWithAMask() throws {
    var options = MediaReader.Options()
    options.sampleRate = 16_000
    var reader = try MediaReader(TestAssets.media("clock-gap.mkv"), options)
    let window = try reader.window(0..<4)
    let samples = try #require(window.samples)
    #expect(samples.sampleCount == 64_000)
    #expect(window.sampleMask.count == 64_000)
    let missing = window.sampleMask.indices.filter { !window.sampleMask[$0] && $0 > 1600 && $0 < 56_000 }
    let (first, last) = (try #require(missing.first), try #require(missing.last))
    #expect(abs(Double(first) / 16_000 - 1.21) < 0.03)
    #expect(abs(Double(last) / 16_000 - 1.7) < 0.03)
    #expect(missing.count == last - first + 1)
    #expect(missing.allSatisfy { abs(samples.samples[0, $0]) < 0.05 })
  }

  @Test func whatIsMissingAtTheEndsIsMasked() throws {
    var options = MediaReader.Options()
    (options.fps, options.sampleRate) = (10, 8000)
    var reader = try MediaReader(TestAssets.media("clock-late.mp4"), options)
    let early = try reader.window(-0.5..<0.5)
    #expect(early.frameMask == (0..<10).map { $0 >= 5 })
    #expect(early.sampleMask.firstIndex(of: true).map { abs($0 - 6224) < 200 } == true)
    let frames = try #require(early.frames)
    #expect(frames.pixels.shape == [10, 3, 48, 64])
    #expect(frames.ptsSeconds == (0..<10).map { -0.5 + Double($0) / 10 })
    let late = try reader.window(10..<11)
    #expect(!late.frameMask.contains(true) && !late.sampleMask.contains(true))
    #expect(late.samples?.samples.shape == [1, 8000])
  }

  /// Windows in any order are those of one pass, and what the decoders give on their own.
  @Test func windowsAreThePartsOfTheWhole() throws {
    let path = TestAssets.media("line-h264.mp4")
    var options = MediaReader.Options()
    (options.fps, options.sampleRate, options.channels) = (4, 16_000, .keep)
    let whole = try AudioDecoder(path).allSamples(sampleRate: 16_000)
    var video = try VideoDecoder(path)
    var reader = try MediaReader(path, options)
    let rate = Double(whole.sampleRate)
    let offset = Int((whole.ptsSeconds * rate).rounded(.toNearestOrEven))
    for start in [1.25, 0.5, 2.0, 0.0, 2.5] {
      let window = try reader.window(start..<start + 0.5)
      let samples = try #require(window.samples)
      let first = Int((start * rate).rounded(.toNearestOrEven)) - offset
      for channel in 0..<2 {
        for index in 0..<samples.sampleCount where whole.channel(channel).indices.contains(first + index) {
          if samples.samples[channel, index] != whole.samples[channel, first + index] {
            Issue.record("\(start) s, channel \(channel), sample \(index)")
            return
          }
        }
      }
      let shown = try video.framesPlayed(at: [start, start + 0.25])
      #expect(window.frames?.pixels == shown.pixels)
    }
  }

  @Test func everyFrameComesOnceWithoutARate() throws {
    let path = TestAssets.media("line-vfr.mp4")
    var windows = try MediaReader(path).windows(length: 0.37, hop: 0.37)
    var times: [Double] = []
    while let window = try windows.next() {
      times += try #require(window.frames).ptsSeconds
      #expect(window.samples == nil)
    }
    var video = try VideoDecoder(path)
    #expect(try times == video.allFrames().ptsSeconds)
  }

  @Test func soundAloneHasWindowsToo() throws {
    let path = TestAssets.media("speech-16k.wav")
    var options = MediaReader.Options()
    options.contextSamples = 200
    var windows = try MediaReader(path, options).windows(length: 2, hop: 1)
    var count = 0
    while let window = try windows.next() {
      #expect(window.frames == nil)
      #expect(window.samples?.sampleCount == 32_000 + 400)
      #expect(window.sampleMask[0] == (count > 0))
      count += 1
    }
    #expect(count == 8)
  }

  @Test func picturesAndStreamsThatAreNotThereAreErrors() throws {
    #expect(throws: GenbaError.self) { _ = try MediaReader(TestAssets.media("photo-aloe.jpg")) }
    var options = MediaReader.Options()
    options.audioStream = 7
    let error = #expect(throws: GenbaError.self) { _ = try MediaReader(TestAssets.media("line-h264.mp4"), options) }
    #expect(error?.code == .noSuchStream)
  }

  private func flashTimes(_ frames: FrameBatch) throws -> [Double] {
    let size = frames.height * frames.width * 3
    let pixels = frames.pixels.span
    return (0..<frames.count).filter { index in
      (index * size..<(index + 1) * size).reduce(0) { $0 + Int(pixels[$1]) } > 128 * size
    }.map { frames.ptsSeconds[$0] }
  }

  private func beepTimes(_ audio: AudioSamples) throws -> [Double] {
    var times: [Double] = []
    var quiet = 0
    let samples = audio.channel(0)
    for index in samples.indices {
      guard abs(samples[index]) > 0.2 else {
        quiet += 1
        continue
      }
      let time = audio.ptsSeconds + Double(index) / Double(audio.sampleRate)
      if quiet > audio.sampleRate / 20 { times.append(time) }
      quiet = 0
    }
    return times
  }
}
