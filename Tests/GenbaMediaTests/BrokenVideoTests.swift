import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Glibc
import Testing

/// Files that are no whole video, and what is said about them.
@Suite struct BrokenVideoTests {
  @Test(
    arguments: [
      ("empty.mp4", GenbaError.Code.truncated), ("text.mp4", .unsupportedFormat), ("audio-only.mp4", .noSuchStream),
      ("truncated.mp4", .truncated), ("cut-after-moov.mp4", .truncated), ("no-such-file.mp4", .cannotOpen),
      ("", .cannotOpen),
    ])
  func namesTheFileAndTheReason(name: String, code: GenbaError.Code) throws {
    let path = TestAssets.corrupt(name)
    let error = #expect(throws: GenbaError.self) { _ = try VideoDecoder(path) }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(error?.source.path == path)
  }

  /// A sound's cover picture is no video, and no frame of one.
  @Test func aCoverIsNoVideo() throws {
    for stream in [nil, 1] {
      let error = #expect(throws: GenbaError.self) {
        _ = try VideoDecoder(TestAssets.media("cover.m4a"), stream: stream)
      }
      #expect(error?.code == .noSuchStream && error?.message.contains("cover") == true, "\(String(describing: error))")
    }
    #expect(try MediaReader(TestAssets.media("cover.m4a")).videoMetadata == nil)
  }

  @Test func saysWhatStreamsThereAre() throws {
    let none = #expect(throws: GenbaError.self) { _ = try VideoDecoder(TestAssets.corrupt("audio-only.mp4")) }
    #expect(none?.message == "there is no video stream; there is stream 0: audio (aac)")
    for index in [1, 2, -1, .max] {
      let other = #expect(throws: GenbaError.self) {
        _ = try VideoDecoder(TestAssets.media("line-h264.mp4"), stream: index)
      }
      #expect(other?.code == .noSuchStream)
      #expect(
        other?.message
          == "stream \(index) is no video stream; there is stream 0: video (h264), stream 1: audio (aac)")
    }
  }

  @Test func encryptedStreamsAreCalledSo() throws {
    let path = TestAssets.media("encrypted.mp4")
    let errors = [
      #expect(throws: GenbaError.self) {
        var video = try VideoDecoder(path)
        _ = try video.next()
      },
      #expect(throws: GenbaError.self) { _ = try AudioDecoder(path).allSamples() },
    ]
    for (stream, error) in errors.enumerated() {
      #expect(error?.code == .unsupportedFormat && error?.source.stream == stream)
      #expect(error?.message.contains("encrypted") == true)
    }
  }

  @Test func aCutFileNamesTheTimeAndGivesWhatItHasIfAsked() throws {
    let path = TestAssets.corrupt("cut-after-moov.mp4")
    let error = #expect(throws: GenbaError.self) { _ = try VideoDecoder(path) }
    let end = try #require(error?.source.ptsSeconds)
    #expect(end > 0.5 && end < 3)
    var video = try VideoDecoder(path, damage: .conceal)
    #expect(video.damage == error)
    var count = 0
    while try video.next() != nil { count += 1 }
    #expect(count > 10 && count <= video.metadata.numFramesFromContent ?? 0)
    #expect(video.metadata.numFramesFromHeader == 90)
  }

  /// B frames in an MP4 that has lost its times of presentation: the frame of a packet comes under another one's time,
  /// and no place in the file leads to the one that was asked for.
  @Test func aFrameThatNeverComesAtItsTimeIsLost() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("gop-mpeg4.mp4"))
    let table = try #require(bytes.indices.first { bytes[$0...].starts(with: "ctts".utf8) })
    bytes.replaceSubrange(table..<table + 4, with: "free".utf8)
    let error = #expect(throws: GenbaError.self) {
      var video = try VideoDecoder(.memory(bytes))
      _ = try video.allFrames()
    }
    #expect(error?.code == .corruptData)
    #expect(error?.message.contains(/gives the one at [0-9]+\.[0-9]+ s/) == true, "\(String(describing: error))")
    var video = try VideoDecoder(.memory(bytes), damage: .conceal)
    let first = try video.frame(at: 0)
    #expect(first.ptsSeconds >= 0 && first.ptsSeconds < 2, "\(first.ptsSeconds)")
  }

  @Test func damageInsideIsAnErrorAtItsTime() throws {
    let path = TestAssets.corrupt("damaged.avi")
    let error = #expect(throws: GenbaError.self) {
      var video = try VideoDecoder(path)
      while try video.next() != nil {}
    }
    #expect(error?.code == .corruptData)
    #expect(error?.source.ptsSeconds != nil && error?.cause?.hasPrefix("FFmpeg: ") == true)
    var video = try VideoDecoder(path, damage: .conceal)
    var count = 0
    while try video.next() != nil { count += 1 }
    #expect(count > 30)
    #expect(video.damage == error)
  }

  @Test func limitsAreKept() throws {
    func code(_ limits: DecodeLimits) -> GenbaError.Code? {
      #expect(throws: GenbaError.self) { _ = try VideoDecoder(TestAssets.media("line-h264.mp4"), limits: limits) }?.code
    }
    #expect(code(DecodeLimits(pixels: 320 * 240 - 1)) == .limitExceeded)
    #expect(code(DecodeLimits(streams: 1)) == .limitExceeded)
    #expect(code(DecodeLimits(seconds: 2.5)) == .limitExceeded)
    #expect(throws: Never.self) {
      _ = try VideoDecoder(
        TestAssets.media("line-h264.mp4"), limits: DecodeLimits(pixels: 320 * 240, streams: 2, seconds: 3))
    }
  }

  /// A call that has used up its time ends, whatever is done about damage; and so does the sound.
  @Test func aCallHasADeadline() throws {
    let path = TestAssets.media("line-h264.mp4")
    let limits = DecodeLimits(callSeconds: 0)
    for damage in DamagePolicy.allCases {
      let error = #expect(throws: GenbaError.self) { _ = try VideoDecoder(path, limits: limits, damage: damage) }
      #expect(error?.code == .timeout && error?.source.path == path)
    }
    let error = #expect(throws: GenbaError.self) {
      _ = try AudioDecoder(path, limits: limits).allSamples()
    }
    #expect(error?.code == .timeout)
    // Opening takes far less than a second, and 90 naps of 20 ms, in one call, take more.
    var video = try VideoDecoder(path, limits: DecodeLimits(callSeconds: 1))
    let late = #expect(throws: GenbaError.self) {
      _ = try video.frames(FrameSelection(indices: Array(0..<90)), shape: [3, 1, 1]) { frame throws(GenbaError) in
        usleep(20_000)
        return Tensor(Array(repeating: frame.pixels.span[0], count: 3), shape: [3, 1, 1])
      }
    }
    #expect(late?.code == .timeout && late?.message.contains("callSeconds") == true)
  }

  /// A playlist that names other files must not make the decoder open them.
  @Test func nothingElseIsOpened() throws {
    let clip = TestAssets.media("line-h264.mp4")
    let lists = [
      "ffconcat version 1.0\nfile '\(clip)'\n",
      "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile://\(clip)\n#EXT-X-ENDLIST\n",
    ]
    for list in lists {
      #expect(throws: GenbaError.self) { _ = try VideoDecoder(.memory(Array(list.utf8))) }
    }
  }

  /// Seeded damage: each copy with a few bytes changed gives frames or an error, whatever is asked of it.
  @Test(arguments: ["line-cut.mp4", "line-late.mkv", "line-mpeg4-b.avi", "line.ts", "line-full.webm"])
  func seededDamage(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    var random = SeededRandom(state: 11)
    let limits = DecodeLimits(pixels: 1_000_000, frameBytes: 64 << 20)
    for round in 0..<30 {
      let source = MediaSource.memory(damaged(bytes, &random))
      do {
        var video = try VideoDecoder(source, limits: limits, damage: round.isMultiple(of: 2) ? .strict : .partial)
        for _ in 0..<500 where try video.next() == nil { break }
        let count = video.metadata.numFrames ?? 0
        if count > 0 { _ = try video.frames(at: [count - 1, 0, count / 2]) }
      } catch {
        #expect(error.source.path == "(memory)")
      }
    }
  }

  /// A clip cut anywhere gives an error, or frames that the whole clip has too.
  @Test(arguments: ["line-cut.mp4", "line-late.mkv", "line-mpeg4-b.avi"])
  func everyTwentiethCut(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    var whole = try VideoDecoder(.memory(bytes))
    let frames = try whole.allFrames()
    var cuts = 0
    for length in stride(from: 1, to: bytes.count, by: bytes.count / 20) {
      do {
        var video = try VideoDecoder(.memory(Array(bytes[..<length])), damage: .conceal)
        if video.damage == nil {
          #expect(try video.allFrames() == frames, "the first \(length) bytes")
        } else {
          #expect(video.damage?.code == .truncated)
          cuts += 1
        }
      } catch {
        #expect([.truncated, .corruptData, .unsupportedFormat].contains(error.code), "\(error)")
        cuts += 1
      }
    }
    #expect(cuts > 10)
  }
}
