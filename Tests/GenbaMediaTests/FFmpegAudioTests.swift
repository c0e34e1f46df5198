import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Sound that FFmpeg decodes.
@Suite struct FFmpegAudioTests {
  @Test func aStreamCanBeReadAgain() throws {
    let decoder = try AudioDecoder(TestAssets.media("clip-audio.m4a"))
    #expect(decoder.metadata.backend == .ffmpeg)
    let first = try decoder.allSamples()
    #expect(try decoder.allSamples() == first)
    #expect(first.channelCount == 2 && first.sampleRate == 44_100 && first.ptsSeconds == 0)
  }

  @Test(arguments: ["clip-audio.m4a", "line-h264.mp4"])
  func memoryGivesTheSame(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    let memory = try AudioDecoder(.memory(bytes))
    let file = try AudioDecoder(TestAssets.media(name))
    #expect(try memory.allSamples() == file.allSamples())
    #expect(memory.metadata == file.metadata)
  }

  @Test func theStreamOfAVideoIsChosenByIndex() throws {
    let path = TestAssets.media("line-h264.mp4")
    #expect(try AudioDecoder(path, stream: 1).allSamples() == AudioDecoder(path).allSamples())
    let error = #expect(throws: GenbaError.self) { _ = try AudioDecoder(path, stream: 0) }
    #expect(error?.code == .noSuchStream)
    #expect(
      error?.message == "stream 0 is no audio stream; there is stream 0: video (h264), stream 1: audio (aac)")
  }

  @Test func limitsAreKept() throws {
    func code(_ limits: DecodeLimits) -> GenbaError.Code? {
      #expect(throws: GenbaError.self) {
        _ = try AudioDecoder(TestAssets.media("clip-audio.m4a"), limits: limits).allSamples()
      }?.code
    }
    #expect(code(DecodeLimits(samples: 1000)) == .limitExceeded)
    #expect(code(DecodeLimits(channels: 1)) == .limitExceeded)
    #expect(code(DecodeLimits(seconds: 1)) == .limitExceeded)
  }
}
