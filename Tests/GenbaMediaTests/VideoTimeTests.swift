import GenbaCore
import GenbaMedia
import GenbaStorage
import GenbaTestSupport
import Testing

/// Frames by index and by time against torchcodec 0.11.
@Suite struct VideoTimeTests {
  static let golden = try? Golden(TestAssets.golden("video-access.safetensors"))
  static let names = (golden?.bundle.names ?? []).filter { $0.hasSuffix("/indices") }.map { String($0.dropLast(8)) }

  @Test func thereAreGoldens() { #expect(Self.names.count >= 7) }

  private func checksums(_ batch: FrameBatch) -> Tensor<Int64> {
    let bytes = 3 * batch.height * batch.width
    return Tensor((0..<batch.count).map { checksum(batch.pixels.span.extracting($0 * bytes..<($0 + 1) * bytes)) })
  }

  @Test(arguments: names)
  func indicesInAnyOrder(name: String) throws {
    let golden = try #require(Self.golden)
    let indices = try #require(golden.tensor("\(name)/indices", as: Int64.self))
    var video = try VideoDecoder(TestAssets.media(name), layout: .nhwc)
    let batch = try video.frames(at: Array(indices).map(Int.init))
    golden.expectMatches("\(name)/indices.crc32", checksums(batch), within: 0)
  }

  @Test(arguments: names)
  func whatIsOnTheScreen(name: String) throws {
    let golden = try #require(Self.golden)
    let times = Array(try #require(golden.tensor("\(name)/times", as: Double.self)))
    var video = try VideoDecoder(TestAssets.media(name))
    golden.expectMatches("\(name)/times.pts_seconds", Tensor(try video.framesPlayed(at: times).ptsSeconds), within: 0)
    let backwards = try video.framesPlayed(at: times.reversed())
    golden.expectMatches("\(name)/times.pts_seconds", Tensor(backwards.ptsSeconds.reversed()), within: 0)
  }

  @Test(arguments: names)
  func stretchesOfTime(name: String) throws {
    let golden = try #require(Self.golden)
    let range = Array(try #require(golden.tensor("\(name)/range", as: Double.self)))
    var video = try VideoDecoder(TestAssets.media(name), layout: .nhwc)
    let steady = try video.framesPlayed(in: range[0]..<range[1], fps: range[2])
    golden.expectMatches("\(name)/range.pts_seconds", Tensor(steady.ptsSeconds), within: 0)
    golden.expectMatches("\(name)/range.crc32", checksums(steady), within: 0)
    #expect(steady.durationSeconds.allSatisfy { $0 == 1 / range[2] })
    let own = try video.framesPlayed(in: range[0]..<range[1])
    golden.expectMatches("\(name)/own.pts_seconds", Tensor(own.ptsSeconds), within: 0)
    golden.expectMatches("\(name)/own.crc32", checksums(own), within: 0)
    #expect(try video.framesPlayed(in: range[0]..<range[0]).count == 0)
  }

  @Test(arguments: names)
  func metadataSaysTheSame(name: String) throws {
    let facts = try #require(Self.golden).metadata
    let metadata = try VideoDecoder(TestAssets.media(name)).metadata
    func text(_ value: (some CustomStringConvertible)?) -> String? { value?.description }
    #expect(metadata.codec == facts["\(name)/codec"])
    #expect(text(metadata.width) == facts["\(name)/width"] && text(metadata.height) == facts["\(name)/height"])
    #expect(metadata.pixelFormat == facts["\(name)/pixel_format"])
    #expect(text(metadata.numFramesFromHeader) == facts["\(name)/num_frames_from_header"])
    #expect(text(metadata.numFramesFromContent) == facts["\(name)/num_frames_from_content"])
    let numbers: [(String, Double?)] = [
      ("rotation", metadata.rotation), ("duration_seconds_from_header", metadata.durationSecondsFromHeader),
      ("begin_stream_seconds_from_header", metadata.beginStreamSecondsFromHeader),
      ("begin_stream_seconds_from_content", metadata.beginStreamSecondsFromContent),
      ("end_stream_seconds_from_content", metadata.endStreamSecondsFromContent),
      ("average_fps_from_header", metadata.averageFPSFromHeader), ("average_fps", metadata.averageFPS),
    ]
    for (fact, value) in numbers {
      #expect(value == facts["\(name)/\(fact)"].flatMap { Double($0) }, "\(fact)")
    }
  }

  @Test func outsideTheStreamIsAnErrorThatNamesIt() throws {
    var video = try VideoDecoder(TestAssets.media("line-late.mkv"))
    let begin = try #require(video.metadata.beginStreamSecondsFromContent)
    let end = try #require(video.metadata.endStreamSecondsFromContent)
    #expect(try video.framesPlayed(at: [begin]).count == 1)
    #expect(try video.framesPlayed(at: [end.nextDown]).ptsSeconds[0] < end)
    for time in [0, begin.nextDown, end, .nan, .infinity] {
      let error = #expect(throws: GenbaError.self) { try video.framesPlayed(at: [begin, time]) }
      #expect(error?.code == .outOfRange)
      #expect(error?.message.contains("\(begin)") == true && error?.message.contains("\(end)") == true)
    }
    for range in [0..<begin, begin..<end.nextUp, end..<end + 1] {
      let error = #expect(throws: GenbaError.self) { try video.framesPlayed(in: range) }
      #expect(error?.code == .outOfRange)
    }
    for index in [-1, 40, .max, .min] {
      let error = #expect(throws: GenbaError.self) { try video.frame(at: index) }
      #expect(error?.code == .outOfRange && error?.message.contains("0 to 39") == true)
      #expect(throws: GenbaError.self) { try video.frames(at: [0, index]) }
    }
    for fps in [0, -1, .nan, .infinity] {
      #expect(throws: GenbaError.self) { try video.allFrames(fps: fps) }
    }
  }

  @Test func tooManyFramesAreRefusedBeforeTheyAreDecoded() throws {
    let frame = 3 * 320 * 240
    let limits = DecodeLimits(frameBytes: 4 * frame)
    var video = try VideoDecoder(TestAssets.media("line-h264.mp4"), limits: limits)
    #expect(try video.frames(at: [0, 1, 2, 3]).count == 4)
    let error = #expect(throws: GenbaError.self) { try video.allFrames() }
    #expect(error?.code == .limitExceeded && error?.message.contains("--fps") == true)
    #expect(throws: GenbaError.self) { try video.frames(at: [0, 0, 0, 0, 0]) }
    #expect(throws: GenbaError.self) { try video.allFrames(fps: 1e300) }
    #expect(try video.allFrames(fps: 1).count == 3)
  }
}
