import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Streams that change on the way, as transport streams that were joined do: against the two halves on their own.
@Suite struct ChangingStreamTests {
  /// The recordings of which a joined transport stream is made: each begins with the one table of services that it has.
  private static func halves(of name: String) throws -> [[UInt8]] {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    let isTable = { (start: Int) in bytes[start + 1] & 0x1F == 0 && bytes[start + 2] == 0x11 }
    let starts = stride(from: 0, to: bytes.count, by: 188).filter(isTable)
    try #require(starts.count == 2 && starts[0] == 0)
    return [Array(bytes[..<starts[1]]), Array(bytes[starts[1]...])]
  }

  private static func frames(_ source: MediaSource, layout: FrameLayout = .nhwc) throws -> [Tensor<UInt8>] {
    var video = try VideoDecoder(source, layout: layout)
    var frames: [Tensor<UInt8>] = []
    while let frame = try video.next() { frames.append(frame.pixels) }
    return frames
  }

  @Test(arguments: ["px-sizes.ts", "px-sizes.mkv", "px-sizes.mp4"])
  func framesComeInTheirOwnSize(name: String) throws {
    let expected = try Self.halves(of: "px-sizes.ts").flatMap { try Self.frames(.memory($0)) }
    let frames = try Self.frames(.file(TestAssets.media(name)))
    #expect(
      frames.map(\.shape) == Array(repeating: [64, 96, 3], count: 12) + Array(repeating: [32, 64, 3], count: 12))
    #expect(frames.map(Array.init) == expected.map(Array.init))
  }

  @Test(arguments: ["px-sizes.ts", "px-sizes.mkv", "px-sizes.mp4"], DamagePolicy.allCases)
  func aBatchOfTwoSizesIsAnError(name: String, damage: DamagePolicy) throws {
    var video = try VideoDecoder(TestAssets.media(name), damage: damage)
    let begin = video.metadata.beginStreamSeconds
    for threads in 1...2 {
      var video = try VideoDecoder(TestAssets.media(name), threads: threads, damage: damage)
      let error = #expect(throws: GenbaError.self) { try video.allFrames() }
      #expect(error?.code == .unsupportedFormat && error?.message.contains("here to 64 x 32") == true)
      #expect(error?.source.ptsSeconds.map { abs($0 - begin - 0.4) < 0.05 } == true)
    }
    #expect(throws: GenbaError.self) { try video.grayFrames(at: [0, 12]) }
    // One size alone does fit.
    #expect(try video.frames(at: [11, 3]).pixels.shape == [2, 3, 64, 96])
  }

  @Test func pixelFormatsChangeFreely() throws {
    let expected = try Self.halves(of: "px-formats.ts").flatMap { try Self.frames(.memory($0)) }
    let frames = try Self.frames(.file(TestAssets.media("px-formats.ts")))
    #expect(frames.count == 24 && frames.map(Array.init) == expected.map(Array.init))
  }

  /// FFmpeg takes the new codec's packets for ones of the old one, which have no times.
  @Test func anotherCodecEndsWhatCanBeDecoded() throws {
    let path = TestAssets.media("px-codecs.ts")
    let error = #expect(throws: GenbaError.self) { _ = try VideoDecoder(path) }
    #expect(error?.code == .unsupportedFormat && error?.message.contains("no time stamps") == true)
    #expect(error?.source.ptsSeconds.map { $0 > 1.7 && $0 < 1.9 } == true)
    var video = try VideoDecoder(path, layout: .nhwc, damage: .partial)
    #expect(video.gaps.map(\.error) == [error])
    let half = try Self.frames(.memory(try Self.halves(of: "px-codecs.ts")[0]))
    let batch = try video.allFrames()
    // The last packet runs into what follows.
    #expect(batch.count >= 11)
    #expect(Array(batch.pixels) == half.prefix(batch.count).flatMap(Array.init))
  }

  @Test func anotherRateOfTheSoundIsNamed() throws {
    let error = #expect(throws: GenbaError.self) { try AudioDecoder(TestAssets.media("px-sounds.ts")).allSamples() }
    #expect(error?.code == .unsupportedFormat)
    #expect(error?.message.contains("from 44100 Hz, 1 channel, fltp to 48000 Hz, 2 channels, fltp") == true)
  }
}
