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
}
