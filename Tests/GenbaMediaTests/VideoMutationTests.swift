import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Glibc
import Testing

/// Every codec and container, cut off and with bytes changed: frames or an error, and soon.
@Suite struct VideoMutationTests {
  static let clips = [
    "gop-4-b.mp4", "px-fields.mp4", "px-h264-444-10bit.mkv", "px-no-times.h264", "px-hevc-12bit.mp4",
    "px-hevc-422-10bit.mov", "px-vp8.webm", "px-vp9-10bit.webm", "px-vp9-422.webm", "px-av1-10bit.mp4", "px-mpeg2.ts",
    "gop-mpeg4.mp4", "px-mjpeg.mov", "px-prores.mov", "px-prores-alpha.mov", "px-ffv1.mkv", "px-depth16.mkv",
    "px-alpha.mkv", "px-gif.gif", "px-raw.avi", "px-raw-bgr.avi", "px-raw-nv12.mkv", "px-jump.ts",
  ]
  /// Of each clip.
  static let mutationCount = 200
  /// Far more than any of these clips takes, and far less than for ever.
  static let deadlineSeconds = 20.0

  /// Reads a clip in every way; what it gives does not matter, that it ends does.
  private func exercise(_ bytes: [UInt8], _ round: Int) {
    let limits = DecodeLimits(pixels: 300_000, seconds: 3600, frameBytes: 32 << 20)
    let policy = DamagePolicy.allCases[round % 3]
    do throws(GenbaError) {
      var video = try VideoDecoder(
        .memory(bytes), seekMode: round % 5 == 4 ? .approximate : .exact, threads: 1 + round % 2, limits: limits,
        damage: policy, deinterlaces: round % 4 == 0)
      for _ in 0..<60 where try video.next() == nil { break }
      let count = video.metadata.numFrames ?? 0
      if count > 0 { _ = try video.frames(at: [count - 1, 0, count / 2]) }
      if count > 0 { _ = try video.planes(at: count / 3) }
      if count > 0 { _ = try video.deepFrames(at: [0]) }
    } catch {
      #expect(error.source.path == "(memory)", "\(error)")
    }
  }

  private func elapsed(_ body: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let start = now()
    body()
    return now() - start
  }

  @Test(arguments: clips)
  func cutAtTwentyPlaces(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    for cut in 1...20 {
      let seconds = elapsed { exercise(Array(bytes[..<(bytes.count * cut / 21)]), cut) }
      #expect(seconds < Self.deadlineSeconds, "cut \(cut) took \(seconds) s")
    }
  }

  @Test(arguments: clips)
  func seededMutations(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    var random = SeededRandom(state: 5)
    for round in 0..<Self.mutationCount {
      let seconds = elapsed { exercise(damaged(bytes, &random), round) }
      #expect(seconds < Self.deadlineSeconds, "mutation \(round) took \(seconds) s")
    }
  }
}
