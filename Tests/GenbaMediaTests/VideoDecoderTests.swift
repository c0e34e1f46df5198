import GenbaCore
import GenbaMedia
import GenbaStorage
import GenbaTestSupport
import Testing

/// Frames against those that torchcodec 0.11 decodes from the same files with the same FFmpeg.
@Suite struct VideoDecoderTests {
  /// As it is stored, a clip that is to be turned has its sides the other way round, and the same pixels.
  @Test func rotationCanBeSwitchedOff() throws {
    let path = TestAssets.media("line-rotated.mp4")
    var upright = try VideoDecoder(path, layout: .nhwc)
    var stored = try VideoDecoder(path, layout: .nhwc, threads: 2, appliesRotation: false)
    let (turned, flat) = (upright.metadata, stored.metadata)
    #expect(flat.width == turned.height && flat.height == turned.width && flat.rotation == turned.rotation)
    let (a, b) = (try upright.frame(at: 3).pixels, try stored.frames(at: [3]).pixels)
    let degrees = try #require(flat.rotation)
    for (row, column) in [(0, 0), (7, 31), (flat.height - 1, flat.width - 1)] {
      let (y, x) = degrees < 0 ? (column, flat.height - 1 - row) : (flat.width - 1 - column, row)
      for channel in 0..<3 {
        // The filter that turns reads chroma in another way.
        #expect(abs(Int(a[y, x, channel]) - Int(b[0, row, column, channel])) <= 24)
      }
    }
  }

  static let golden = try? Golden(TestAssets.golden("decoded-video.safetensors"))
  static let names = (golden?.bundle.names ?? []).filter { $0.hasSuffix("/crc32") }.map { String($0.dropLast(6)) }

  @Test func thereAreGoldens() { #expect(Self.names.count >= 18) }

  @Test(arguments: names)
  func everyFrameEqualsTorchcodecs(name: String) throws {
    let golden = try #require(Self.golden)
    var video = try VideoDecoder(TestAssets.media(name), layout: .nhwc)
    var checksums: [Int64] = []
    var ptsSeconds: [Double] = []
    var durationSeconds: [Double] = []
    while let frame = try video.next() {
      golden.expectMatches("\(name)/frame_shape", Tensor(frame.pixels.shape.map(Int64.init)), within: 0)
      checksums.append(checksum(frame.pixels.span))
      ptsSeconds.append(frame.ptsSeconds)
      durationSeconds.append(frame.durationSeconds)
    }
    golden.expectMatches("\(name)/crc32", Tensor(checksums), within: 0)
    golden.expectMatches("\(name)/pts_seconds", Tensor(ptsSeconds), within: 0)
    golden.expectMatches("\(name)/duration_seconds", Tensor(durationSeconds), within: 0)
    golden.expectMatches("\(name)/average_fps", Tensor([video.metadata.averageFPS ?? 0]), within: 0)
    #expect(video.metadata.numFramesFromContent == checksums.count)
    #expect(try video.next() == nil)
    #expect(video.damage == nil)
  }

  @Test(arguments: names)
  func planesAreThePixelsInAnotherOrder(name: String) throws {
    var planar = try VideoDecoder(TestAssets.media(name))
    var packed = try VideoDecoder(TestAssets.media(name), layout: .nhwc)
    let (left, right) = (try #require(try planar.next()), try #require(try packed.next()))
    #expect(left.pixels.shape == [3, right.height, right.width])
    let (planes, pixels) = (left.pixels.span, right.pixels.span)
    let area = right.height * right.width
    var unequal = 0
    for pixel in 0..<area {
      for channel in 0..<3 where planes[channel * area + pixel] != pixels[3 * pixel + channel] { unequal += 1 }
    }
    #expect(unequal == 0)
  }

  @Test(arguments: ["line-h264.mp4", "line-vfr.mp4", "line-late.mkv", "line.ts", "line-mpeg4-b.avi", "line-cut.mp4"])
  func anyOrderGivesTheSameFrames(name: String) throws {
    var video = try VideoDecoder(TestAssets.media(name))
    let all = try video.allFrames()
    let frameBytes = 3 * all.width * all.height
    #expect(all.count == video.metadata.numFrames)
    var random = SeededRandom(state: 3)
    for index in (0..<all.count).shuffled(using: &random).prefix(25) + [all.count - 1, 0, 1, 2] {
      let frame = try video.frame(at: index)
      #expect(frame.ptsSeconds == all.ptsSeconds[index])
      let expected = checksum(all.pixels.span.extracting(index * frameBytes..<(index + 1) * frameBytes))
      #expect(checksum(frame.pixels.span) == expected, "frame \(index)")
    }
  }

  @Test func batchesKeepOrderAndRepetitions() throws {
    var video = try VideoDecoder(TestAssets.media("line-h264.mp4"), layout: .nhwc)
    let indices = [70, 3, 3, 89, 0, 70]
    let batch = try video.frames(at: indices)
    #expect(batch.pixels.shape == [6, 240, 320, 3])
    for (place, index) in indices.enumerated() {
      let frame = try video.frame(at: index)
      #expect(batch.ptsSeconds[place] == frame.ptsSeconds && batch.durationSeconds[place] == frame.durationSeconds)
      let bytes = frame.pixels.count
      #expect(
        checksum(batch.pixels.span.extracting(place * bytes..<(place + 1) * bytes)) == checksum(frame.pixels.span))
    }
    #expect(try video.frames(at: []).pixels.shape == [0, 240, 320, 3])
  }

  @Test(arguments: ["line-h264.mp4", "line-late.mkv", "line.ts", "line-mpeg4.avi"])
  func memoryAndThreadsGiveTheSame(name: String) throws {
    var file = try VideoDecoder(TestAssets.media(name))
    let expected = try file.allFrames()
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    var memory = try VideoDecoder(.memory(bytes, name: "clip"))
    #expect(try memory.allFrames() == expected)
    #expect(memory.metadata == file.metadata)
    var threaded = try VideoDecoder(TestAssets.media(name), threads: 3)
    #expect(try threaded.allFrames() == expected)
  }

  @Test func nextGoesOnAfterAnyCall() throws {
    var video = try VideoDecoder(TestAssets.media("line-h264.mp4"))
    let times = try video.allFrames().ptsSeconds
    _ = try video.frame(at: 40)
    #expect(try video.next()?.ptsSeconds == times[41])
    _ = try video.frames(at: [10, 5])
    #expect(try video.next()?.ptsSeconds == times[11])
    #expect(try video.frame(at: 11).ptsSeconds == times[11])
    #expect(try video.next()?.ptsSeconds == times[12])
  }

  @Test func aFrameThatIsGoneGivesItsMemoryToTheNext() throws {
    func address(_ frame: borrowing Frame) -> UInt {
      unsafe frame.pixels.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
    var video = try VideoDecoder(TestAssets.media("line-h264.mp4"))
    let first = try video.next().map { address($0) }
    let second = try #require(try video.next())
    #expect(address(second) == first)
    let kept = checksum(second.pixels.span)
    let third = try #require(try video.next())
    #expect(address(third) != first)
    #expect(checksum(second.pixels.span) == kept)
  }

  @Test func approximateModeReadsNoContent() throws {
    var exact = try VideoDecoder(TestAssets.media("line-h264.mp4"))
    var approximate = try VideoDecoder(TestAssets.media("line-h264.mp4"), seekMode: .approximate)
    let metadata = approximate.metadata
    #expect(metadata.numFramesFromContent == nil && metadata.durationSecondsFromContent == nil)
    #expect(metadata.numFrames == 90 && metadata.averageFPS == 30 && metadata.durationSeconds == 3)
    for index in [0, 1, 64, 30, 89] { #expect(try approximate.frame(at: index) == exact.frame(at: index)) }
    #expect(try approximate.allFrames(fps: 4) == exact.allFrames(fps: 4))
    #expect(try approximate.allFrames() == exact.allFrames())
  }

  /// AVI with B frames: torchcodec loses the last frame, and counts by decoding times. OpenCV and PyAV find all 30.
  @Test func framesWithoutTimesAreCounted() throws {
    var video = try VideoDecoder(TestAssets.media("line-mpeg4-b.avi"))
    let batch = try video.allFrames()
    #expect(batch.count == 30)
    expectClose(batch.ptsSeconds, (0..<30).map { Double($0) / 30 }, within: 1e-12)
  }
}

/// The checksum of bytes as goldens have it.
func checksum(_ bytes: Span<UInt8>) -> Int64 {
  var checksum = CRC32()
  unsafe checksum.update(bytes.bytes)
  return Int64(checksum.value)
}
