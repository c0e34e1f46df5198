import FoundationEssentials
import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Clips against those that torchcodec's samplers choose with the same seed.
@Suite struct ClipSamplerTests {
  static let golden = try? Golden(TestAssets.golden("clip-samplers.safetensors"))
  static let cases = (golden?.metadata.keys ?? [:].keys).filter { Int($0) != nil }.sorted { Int($0)! < Int($1)! }

  @Test func thereAreGoldens() { #expect(Self.cases.count >= 18) }

  @Test(arguments: cases)
  func clipsAreTorchcodecs(number: String) throws {
    let golden = try #require(Self.golden)
    let call = try Call(try #require(golden.metadata[number]))
    var video = try VideoDecoder(TestAssets.media(call.clip))
    let sampler = ClipSampler(
      framesPerClip: call.num_frames_per_clip, policy: .init(rawValue: call.policy ?? "repeat_last")!)
    let metadata = video.metadata
    let (count, spacing, numFrames) = (
      call.num_clips ?? 1, call.num_indices_between_frames ?? 1, metadata.numFrames ?? 0
    )
    let begin = call.sampling_range_start
    let indexRange = call.sampling_range_end.map { Int(begin ?? 0)..<Int($0) }
    let timeRange = call.sampling_range_end.map { (begin ?? 0)..<$0 }
    let clips: ClipBatch
    switch call.sampler {
    case "clips_at_regular_indices":
      let indices = try sampler.regularIndices(
        clipCount: count, spacing: spacing, numFrames: numFrames, range: indexRange)
      clips = try video.clips(at: indices)
    case "clips_at_random_indices":
      let indices = try sampler.randomIndices(
        clipCount: count, spacing: spacing, numFrames: numFrames, range: indexRange, seed: call.seed)
      clips = try video.clips(at: indices)
    case "clips_at_regular_timestamps":
      let times = try sampler.regularTimes(
        secondsBetweenStarts: try #require(call.seconds_between_clip_starts),
        secondsBetweenFrames: call.seconds_between_frames, video: metadata, range: timeRange)
      clips = try video.clipsPlayed(at: times)
    default:
      let times = try sampler.randomTimes(
        clipCount: count, secondsBetweenFrames: call.seconds_between_frames, video: metadata, range: timeRange,
        seed: call.seed)
      clips = try video.clipsPlayed(at: times)
    }
    #expect(
      clips.pixels.shape == [clips.ptsSeconds.count, call.num_frames_per_clip, 3, metadata.height, metadata.width])
    golden.expectMatches(
      "\(number)/pts_seconds",
      Tensor(clips.ptsSeconds.flatMap(\.self), shape: [clips.ptsSeconds.count, call.num_frames_per_clip]), within: 0)
  }

  /// `torch.arange(0.0, 1.95, 0.1, dtype=torch.float64)`: the last bit decides which frame is shown.
  @Test func startsAreTorchsToTheLastBit() throws {
    let video = try VideoDecoder(TestAssets.media("line-h264.mp4"))
    let times = try ClipSampler().regularTimes(secondsBetweenStarts: 0.1, video: video.metadata, range: 0..<1.95)
    #expect(
      times.map { $0[0] } == [
        0.0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6000000000000001, 0.7000000000000001, 0.8, 0.9, 1.0, 1.1,
        1.2000000000000002, 1.3000000000000003, 1.4000000000000001, 1.5000000000000002, 1.6, 1.7000000000000002, 1.8,
        1.9000000000000001,
      ])
  }

  @Test func aClipThatDoesNotFitIsAnError() throws {
    let sampler = ClipSampler(framesPerClip: 10, policy: .error)
    #expect(throws: Never.self) { try sampler.regularIndices(clipCount: 2, spacing: 3, numFrames: 28) }
    let late = #expect(throws: GenbaError.self) {
      try sampler.regularIndices(clipCount: 2, spacing: 3, numFrames: 28, range: 0..<28)
    }
    #expect(late?.code == .outOfRange)
    for range in [-1..<5, 28..<29, 5..<5] {
      #expect(throws: GenbaError.self) { try sampler.randomIndices(clipCount: 1, numFrames: 28, range: range, seed: 1) }
    }
    #expect(throws: GenbaError.self) { try sampler.regularIndices(clipCount: 1, numFrames: 0) }
  }

  /// A sampler's call, as the golden has it.
  private struct Call: Decodable {
    var sampler: String
    var clip: String
    var seed: UInt64
    var num_clips: Int?
    var num_frames_per_clip: Int
    var num_indices_between_frames: Int?
    var seconds_between_clip_starts: Double?
    var seconds_between_frames: Double?
    var sampling_range_start: Double?
    var sampling_range_end: Double?
    var policy: String?

    init(_ json: String) throws { self = try JSONDecoder().decode(Call.self, from: Data(json.utf8)) }
  }
}
