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

  /// Windows that hold half a frame, or half a sample, more than a whole number are of one size all the same.
  @Test(arguments: [(0.5, 5.0, 22_050), (0.7, 25, 48_000), (0.01, 2, 11_025)])
  func windowsAreOfOneSizeWhereverTheyBegin(length: Double, fps: Double, sampleRate: Int) throws {
    var options = MediaReader.Options()
    (options.fps, options.sampleRate) = (fps, sampleRate)
    var windows = try MediaReader(TestAssets.media("clock-late.mp4"), options).windows(length: length, hop: 0.1)
    var sizes: Set<[Int]> = []
    while let window = try windows.next() {
      sizes.insert([window.frameMask.count, window.frames?.count ?? 0, window.samples?.sampleCount ?? 0])
    }
    #expect(sizes.count == 1 && sizes.first?[0] ?? 0 > 0, "\(sizes)")
  }

  /// Matroska's time stamps are rounded to milliseconds, and sums of floats fall short of them: at the recording's own
  /// rate each frame comes once all the same.
  @Test(arguments: ["line-late.mkv", "line-h264.mp4", "gop-refresh.mkv", "line.ts"])
  func atItsOwnRateEachFrameComesOnce(name: String) throws {
    var video = try VideoDecoder(TestAssets.media(name))
    let expected = try video.allFrames()
    var options = MediaReader.Options()
    options.fps = video.metadata.averageFPSFromHeader
    var windows = try MediaReader(TestAssets.media(name), options).windows(length: 0.3, hop: 0.3)
    let area = 3 * expected.width * expected.height
    var position = 0
    while let window = try windows.next() {
      let frames = try #require(window.frames)
      for place in window.frameMask.indices where window.frameMask[place] {
        try #require(position < expected.count, "there are more frames in the windows than in the recording")
        let given = checksum(frames.pixels.span.extracting(place * area..<(place + 1) * area))
        let wanted = checksum(expected.pixels.span.extracting(position * area..<(position + 1) * area))
        #expect(given == wanted, "frame \(position)")
        position += 1
      }
    }
    #expect(position == expected.count)
  }

  @Test func windowsBeyondAllLimitsAreErrors() throws {
    let path = TestAssets.media("clock-late.mp4")
    func code(of range: Range<Double>, fps: Double) throws -> GenbaError.Code? {
      var options = MediaReader.Options()
      options.fps = fps
      var reader = try MediaReader(path, options)
      return #expect(throws: GenbaError.self) { _ = try reader.window(range) }?.code
    }
    #expect(try code(of: 0..<1e11, fps: 30) == .limitExceeded)
    #expect(try code(of: 0..<1, fps: 1e300) == .limitExceeded)
    #expect(try code(of: 0..<1e300, fps: 1) == .limitExceeded)
    #expect(try code(of: 1e300..<1e301, fps: 1) == .outOfRange)
    #expect(try code(of: 0..<(.infinity), fps: 1) == .outOfRange)
    var silent = try MediaReader(TestAssets.media("speech-16k.wav"))
    let error = #expect(throws: GenbaError.self) { _ = try silent.window(0..<1e11) }
    #expect(error?.code == .limitExceeded)
  }

  /// Frames that damage has taken are black and masked, in the middle as at the end.
  @Test(arguments: [0.5, 0.85])
  func lostFramesAreMasked(place: Double) throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("gop-30.mp4"))
    let start = Int(Double(bytes.count) * place)
    for place in start..<(start + 60) { bytes[place] ^= 0x5A }
    var whole = try VideoDecoder(.memory(bytes), damage: .partial)
    let times = try whole.allFrames().ptsSeconds
    var options = MediaReader.Options()
    (options.fps, options.damage) = (30, .partial)
    var reader = try MediaReader(.memory(bytes), options)
    let window = try reader.window(0..<100.0 / 30)
    #expect(window.frameMask.filter { $0 }.count == times.count && times.count < 100)
    let pixels = try #require(window.frames).pixels
    let area = pixels.count / 100
    for frame in 0..<100 {
      let isBlack = (frame * area..<(frame + 1) * area).allSatisfy { pixels.span[$0] == 0 }
      #expect(isBlack != window.frameMask[frame], "frame \(frame)")
    }
    #expect(!reader.gaps.isEmpty)
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
