import GenbaCore
import GenbaTestSupport
import Testing

@testable import GenbaMedia

/// What is read from the headers of H.264 in MP4 is what FFmpeg finds out by decoding the first frame.
@Suite struct HeaderDescriptionTests {
  private func metadata(_ name: String, fromHeaders: Bool) throws -> VideoMetadata? {
    let input = try FFmpegInput(.file(TestAssets.media(name)), describing: false, limits: .init())
    if fromHeaders {
      guard input.describeVideoFromHeaders() else { return nil }
    } else {
      try input.describeStreams(.init())
    }
    return VideoMetadata(header: try FFmpegDecoder(input, .video, stream: nil, threads: 1, limits: .init()), .none)
  }

  @Test(arguments: [
    "gop-2.mp4", "gop-4-b.mp4", "gop-30.mp4", "gop-30-b.mp4", "gop-250-b.mp4", "gop-open.mp4", "line-h264.mp4",
    "line-bt709.mp4", "line-rotated.mp4", "line-rotated-180.mp4",
  ])
  func headersSayTheSame(_ name: String) throws {
    let fromHeaders = try #require(try metadata(name, fromHeaders: true))
    let decoded = try metadata(name, fromHeaders: false)
    #expect(fromHeaders == decoded)
  }

  /// Other pixels, other codecs, fields, a changing rate, other containers.
  @Test(arguments: [
    "px-h264-10bit.mp4", "line-422.mp4", "line-444-odd.mp4", "line-odd.mp4", "gop-hevc.mp4", "gop-av1.mp4",
    "gop-interlaced.mp4",
    "px-fields.mp4", "gop-30-b.ts", "gop-refresh.mkv", "px-mjpeg.mov",
  ])
  func whereTheyDoNotSufficeTheyAreNotTaken(_ name: String) throws {
    let fromHeaders = try metadata(name, fromHeaders: true)
    #expect(fromHeaders == nil)
  }

  /// What the packets say is as complete as FFmpeg makes it by looking into each.
  @Test(arguments: ["gop-2.mp4", "gop-30.mp4", "gop-250.mp4"])
  func packetsSayTheSame(_ name: String) throws {
    let source = MediaSource.file(TestAssets.media(name))
    let quick = try VideoStream(options(source))
    #expect(!quick.decoder.input.completesPackets)
    let complete = try VideoStream(options(source, damage: .conceal))
    #expect(complete.decoder.input.completesPackets)
    #expect(quick.metadata == complete.metadata)
    #expect(quick.index?.beginnings.map(\.pts) == complete.index?.beginnings.map(\.pts))
    #expect(quick.index?.isUnneeded == complete.index?.isUnneeded)
  }

  /// A key frame that the container does not list is found in its packet, and then all of them are.
  @Test func keyFramesThatTheContainerDoesNotListAreFound() throws {
    var bytes = try MediaSource.file(TestAssets.media("gop-30.mp4")).bytes(limits: .init())
    let whole = try VideoStream(options(.memory(bytes)))
    let box = try #require(bytes.indices.first { bytes[$0...].starts(with: "stss".utf8) })
    bytes[box + 11] = 1  // of its key frames the table lists the first
    let poor = try VideoStream(options(.memory(bytes)))
    #expect(poor.decoder.input.completesPackets)
    #expect(poor.metadata.numKeyFramesFromContent == whole.metadata.numKeyFramesFromContent)
    #expect(poor.metadata.numKeyFramesFromContent ?? 0 > 1)
    #expect(poor.index?.pts == whole.index?.pts)
    let last = (poor.index?.count ?? 1) - 1
    #expect(try poor.frame(at: last).pixels == whole.frame(at: last).pixels)
  }

  private func options(_ source: MediaSource, damage: DamagePolicy = .strict) -> VideoDecoder.Options {
    VideoDecoder.Options(
      source: source, stream: nil, seekMode: .exact, layout: .nchw, threads: 1, limits: .init(), damage: damage,
      deinterlaces: false, appliesRotation: true)
  }
}
