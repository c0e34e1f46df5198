import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Streams that lack times or key frames, are damaged, or are still being written.
@Suite struct HostileStreamTests {
  private func everyTime(_ video: consuming VideoDecoder) throws -> [Double] {
    var times: [Double] = []
    while let frame = try video.next() { times.append(frame.ptsSeconds) }
    return times
  }

  /// A raw stream has no times: frames are counted, at the rate that its header names.
  @Test func framesWithoutTimesComeAtASteadyRate() throws {
    var video = try VideoDecoder(TestAssets.media("px-no-times.h264"))
    let batch = try video.allFrames()
    #expect(batch.count == 40)
    expectClose(batch.ptsSeconds, (0..<40).map { Double($0) / 30 }, within: 1e-6)
    let frame = try video.frame(at: 23)
    let area = frame.pixels.count
    #expect(checksum(frame.pixels.span) == checksum(batch.pixels.span.extracting(23 * area..<24 * area)))
  }

  /// Program streams tell for some packets when they are shown, for others when they are decoded.
  @Test(arguments: ["px-program.mpg", "px-program-b.mpg"])
  func framesOfProgramStreamsAreEvenlyApart(name: String) throws {
    var video = try VideoDecoder(TestAssets.media(name))
    let batch = try video.allFrames()
    // As `ffprobe -show_entries frame=best_effort_timestamp_time` has them.
    #expect(
      batch.count == 40
        && batch.ptsSeconds.indices.allSatisfy { index in
          abs(batch.ptsSeconds[index] - (0.54 + 0.04 * Double(index))) < 1e-4
        }, "\(batch.ptsSeconds)")
    #expect(video.metadata.averageFPS.map { abs($0 - 25) < 0.01 } == true)
    let shown = try video.framesPlayed(at: [0.54 + 0.04 * 30 + 0.01])
    let area = shown.pixels.count
    #expect(checksum(shown.pixels.span) == checksum(batch.pixels.span.extracting(30 * area..<31 * area)))
  }

  @Test func timesThatJumpBackGoOnInOneClock() throws {
    let path = TestAssets.media("px-jump.ts")
    let error = #expect(throws: GenbaError.self) { _ = try VideoDecoder(path) }
    #expect(error?.code == .corruptData && error?.message.contains("jump back") == true)
    #expect(error?.source.ptsSeconds.map { $0 > 22 && $0 < 23 } == true)
    var video = try VideoDecoder(path, damage: .partial)
    #expect(video.metadata.numFramesFromContent == 80)
    #expect(video.gaps.map(\.error) == [error])
    let batch = try video.allFrames()
    #expect(zip(batch.ptsSeconds, batch.ptsSeconds.dropFirst()).allSatisfy { $1 - $0 > 0.03 && $1 - $0 < 0.2 })
    // Both halves are the same clip.
    let area = 3 * batch.width * batch.height
    for frame in [0, 13, 39] {
      let first = checksum(batch.pixels.span.extracting(frame * area..<(frame + 1) * area))
      let second = checksum(batch.pixels.span.extracting((frame + 40) * area..<(frame + 41) * area))
      #expect(first == second)
    }
  }

  @Test func aMissingKeyFrameIsNamed() throws {
    let path = TestAssets.media("px-no-key.mkv")
    let error = #expect(throws: GenbaError.self) { _ = try VideoDecoder(path) }
    #expect(error?.code == .corruptData && error?.message.contains("between key frames") == true)
    let video = try VideoDecoder(path, damage: .partial)
    let metadata = video.metadata
    #expect(metadata.numFramesFromContent == 39 && metadata.numKeyFramesFromContent == 3)
    let times = try everyTime(video)
    // The second group begins at frame 10.
    #expect(times.count == 30 && abs(times[0] - 0.333) < 0.002)
  }

  /// One byte of a P frame's data is changed: the frames from there to the next key frame are left out, and said so.
  @Test func partialGoesOnAtTheNextKeyFrame() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("gop-30.mp4"))
    var whole = try VideoDecoder(.memory(bytes), layout: .nhwc)
    let expected = try whole.allFrames()
    for place in (bytes.count / 2)..<(bytes.count / 2 + 60) { bytes[place] ^= 0x5A }
    #expect(throws: GenbaError.self) { _ = try everyTime(try VideoDecoder(.memory(bytes))) }
    var video = try VideoDecoder(.memory(bytes), layout: .nhwc, damage: .partial)
    let area = 3 * expected.width * expected.height
    var indices: [Int] = []
    while let frame = try video.next() {
      let index = try #require(expected.ptsSeconds.firstIndex(of: frame.ptsSeconds))
      #expect(
        checksum(frame.pixels.span) == checksum(expected.pixels.span.extracting(index * area..<(index + 1) * area)))
      indices.append(index)
    }
    let missing = (0..<100).filter { !indices.contains($0) }
    #expect(!missing.isEmpty && missing.count < 40)
    let gap = try #require(video.gaps.first)
    #expect(video.gaps.count == 1 && gap.error == video.damage)
    let end = try #require(gap.endSeconds)
    #expect(missing.allSatisfy { expected.ptsSeconds[$0] < end })
    // It ends at a key frame, one of every 30.
    #expect(Int((end * 30).rounded()) % 30 == 0)
    let begin = try #require(gap.beginSeconds)
    #expect(missing.allSatisfy { expected.ptsSeconds[$0] >= begin - 1e-9 })
  }

  /// Frames that lie behind damage in the same group are wrong even where nothing is wrong with their own data.
  @Test func strictSeesDamageOnTheWay() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("gop-30.mp4"))
    for place in (bytes.count / 2)..<(bytes.count / 2 + 60) { bytes[place] ^= 0x5A }
    var partial = try VideoDecoder(.memory(bytes), damage: .partial)
    while try partial.next() != nil {}
    let gap = try #require(partial.gaps.first)
    let end = Int(((gap.endSeconds ?? 0) * 30).rounded())
    var video = try VideoDecoder(.memory(bytes))
    let error = #expect(throws: GenbaError.self) { _ = try video.frame(at: end - 1) }
    #expect(error?.code == .corruptData && error?.source.ptsSeconds != nil)
    #expect(throws: Never.self) { _ = try video.frame(at: end) }
  }

  /// Packets that a transport stream has lost leave frames that no codec complains of: the counters tell.
  @Test func whatATransportStreamLostIsNamed() throws {
    let bytes = try FileReading.bytes(of: TestAssets.media("gop-30-b.ts"))
    var whole = try VideoDecoder(.memory(bytes))
    let expected = try whole.allFrames()
    for place in [0.3, 0.45, 0.6, 0.75] {
      let cut = Int(Double(bytes.count) * place) / 188 * 188
      let lossy = Array(bytes[..<cut] + bytes[(cut + 3 * 188)...])
      let error = #expect(throws: GenbaError.self) { _ = try everyTime(try VideoDecoder(.memory(lossy))) }
      #expect(error?.code == .corruptData && error?.source.ptsSeconds != nil, "\(place)")
      var video = try VideoDecoder(.memory(lossy), damage: .partial)
      let batch = try video.allFrames()
      #expect(batch.count < expected.count && batch.count >= expected.count - 31, "\(place): \(batch.count)")
      #expect(try areWhole(batch, of: expected), "\(place)")
      #expect(video.gaps.count == 1)
    }
  }

  /// Damage in the last group of pictures leaves no key frame to go on at: what is whole comes all the same, in every
  /// way to ask for it.
  @Test(arguments: [("gop-30.mp4", 85), ("gop-30-b.ts", 90)])
  func damageAtTheEndLeavesWhatIsWhole(name: String, percent: Int) throws {
    var bytes = try FileReading.bytes(of: TestAssets.media(name))
    var whole = try VideoDecoder(.memory(bytes))
    let expected = try whole.allFrames()
    let start = bytes.count * percent / 100
    for place in start..<(start + 200) { bytes[place] ^= 0x5A }
    var video = try VideoDecoder(.memory(bytes), damage: .partial)
    let batch = try video.allFrames()
    #expect(batch.count < expected.count && batch.count > expected.count / 2, "\(batch.count)")
    #expect(try areWhole(batch, of: expected))
    #expect(!video.gaps.isEmpty)
    #expect(video.gaps.last?.endSeconds == nil)
    let gray = try video.grayFrames(try video.selection())
    #expect(gray.ptsSeconds == batch.ptsSeconds)
    let small = try video.frames(try video.selection(), shape: [3, 1, 1]) { frame in
      Tensor(repeating: frame.pixels[0, 0, 0], shape: [3, 1, 1])
    }
    #expect(small.ptsSeconds == batch.ptsSeconds)
    // Frames by index keep their places; the last whole one stands in for those that are lost.
    let count = try #require(video.metadata.numFrames)
    let last = try video.frames(at: [0, count - 1])
    #expect(last.ptsSeconds.first == expected.ptsSeconds.first && last.count == 2)
  }

  /// B frames are shown before the P frame that they are decoded from: where that is damaged, they do not come either. The
  /// bytes are those of a P frame's packet, and the time is when it is shown.
  @Test(arguments: [
    ("gop-250-b.mp4", 4826..<5038, 1.3), ("gop-250-b.mp4", 10_086..<10_338, 4.1), ("gop-open.mp4", 9513..<9713, 1.6),
  ])
  func whatIsDecodedFromADamagedFrameIsLeftOut(name: String, packet: Range<Int>, seconds: Double) throws {
    var bytes = try FileReading.bytes(of: TestAssets.media(name))
    var whole = try VideoDecoder(.memory(bytes))
    let expected = try whole.allFrames()
    for place in packet.dropFirst(packet.count / 3) { bytes[place] = 0 }
    var video = try VideoDecoder(.memory(bytes), damage: .partial)
    let batch = try video.allFrames()
    #expect(try areWhole(batch, of: expected))
    #expect(video.gaps.first?.beginSeconds.map { abs($0 - seconds) < 0.01 } == true)
    // At least the frame itself and two that are shown before it.
    #expect(!batch.ptsSeconds.contains { $0 > seconds - 0.08 && $0 < seconds + 0.01 })
    #expect(batch.ptsSeconds.contains { $0 < seconds - 0.08 && $0 > seconds - 0.18 })
  }

  /// A gradual refresh has one key frame, the first. Behind damage the frames are whole again when a refresh that began
  /// later has come round: here the one of frame 17, at frame 37.
  @Test func partialGoesOnWhereAGradualRefreshHasComeRound() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("gop-refresh.mkv"))
    var whole = try VideoDecoder(.memory(bytes))
    let expected = try whole.allFrames()
    // In the P frame of 0.4 s.
    for place in 3500..<3520 { bytes[place] ^= 0x5A }
    var video = try VideoDecoder(.memory(bytes), damage: .partial)
    let batch = try video.allFrames()
    #expect(try areWhole(batch, of: expected))
    let back = try #require(batch.ptsSeconds.firstIndex { $0 > 1 })
    #expect(back > 0 && batch.ptsSeconds[back] == expected.ptsSeconds[37] && batch.count == back + 23)
    #expect(batch.ptsSeconds[back - 1] < 0.6)
    #expect(video.gaps.count == 1 && video.gaps.first?.endSeconds == expected.ptsSeconds[37])
  }

  /// The same where nothing but Matroska's own structure is broken.
  @Test func unreadableElementsAtTheEndAreNamed() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("gop-refresh.mkv"))
    let start = bytes.count * 95 / 100
    for place in start..<bytes.count { bytes[place] = 0x08 }
    let error = #expect(throws: GenbaError.self) { _ = try VideoDecoder(.memory(bytes)) }
    #expect(error?.code == .corruptData || error?.code == .truncated)
    var video = try VideoDecoder(.memory(bytes), damage: .partial)
    #expect(try video.allFrames().count > 10 && !video.gaps.isEmpty)
  }

  private func areWhole(_ batch: FrameBatch, of expected: FrameBatch) throws -> Bool {
    let area = 3 * expected.width * expected.height
    for frame in 0..<batch.count {
      guard let index = expected.ptsSeconds.firstIndex(of: batch.ptsSeconds[frame]) else { return false }
      let given = checksum(batch.pixels.span.extracting(frame * area..<(frame + 1) * area))
      if given != checksum(expected.pixels.span.extracting(index * area..<(index + 1) * area)) { return false }
    }
    return true
  }

  @Test(arguments: ["gop-refresh.mkv", "line.ts", "gop-vp9.webm"])
  func aFileThatGrows(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    var whole = try VideoDecoder(.memory(bytes))
    let expected = try whole.allFrames().ptsSeconds
    let folder = try TemporaryFolder()
    let path = folder.path + "/growing"
    func write(_ count: Int) throws {
      var file = try AtomicFile(path: path)
      try file.write(Array(bytes[..<count]))
      try file.commit()
    }
    try write(bytes.count * 6 / 10)
    var video = try VideoDecoder(path, damage: .partial)
    var times: [Double] = []
    while times.count < 5, let frame = try video.next() { times.append(frame.ptsSeconds) }
    try write(bytes.count * 8 / 10)
    let more = try #require(try video.refresh())
    #expect(more > 5 && more <= expected.count)
    while times.count < 8, let frame = try video.next() { times.append(frame.ptsSeconds) }
    try write(bytes.count)
    #expect(try video.refresh() == expected.count)
    while let frame = try video.next() { times.append(frame.ptsSeconds) }
    #expect(times == expected)
  }

  @Test func anAsynchronousSequenceGivesAllFrames() async throws {
    let expected = try everyTime(try VideoDecoder(TestAssets.media("line-vfr.mp4")))
    var times: [Double] = []
    for try await frame in try VideoDecoder(TestAssets.media("line-vfr.mp4")).frames() {
      times.append(frame.ptsSeconds)
    }
    #expect(times == expected)
    let task = Task {
      for try await _ in try VideoDecoder(TestAssets.media("line-vfr.mp4")).frames() {
        unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      }
    }
    let outcome = await task.result
    #expect(throws: GenbaError.self) { try outcome.get() }
  }
}
