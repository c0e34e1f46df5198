import FoundationEssentials
import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

@testable import GenbaProcessors

/// Clips for models that take whole frames, from the file, against transformers' processors.
@Suite struct EncoderVideoTests {
  static let settings = [
    "videomae", "videomae-2fps", "vjepa2", "vjepa2-384", "timesformer", "timesformer-class", "vivit", "internvl",
    "internvl-2fps", "llava-onevision", "smolvlm", "smolvlm-256",
  ]

  @Test(arguments: settings, ["line-h264.mp4", "line-vfr.mp4", "line-odd.mp4"])
  func equalsTransformers(setting: String, clip: String) throws {
    let golden = try Golden(TestAssets.golden("video-encoders/\(setting)-\(clip).safetensors"))
    let folder = try TemporaryFolder()
    let file = try #require(golden.metadata["config_file"])
    let config = try #require(golden.metadata["config"])
    try Data(config.utf8).write(to: URL(filePath: folder.path + "/" + file))
    let request = try Self.request(try #require(golden.metadata["request"]))

    let processor = try #require(try AutoProcessor(contentsOf: folder.path).videoProcessor as? EncoderVideoProcessor)
    var decoder = try VideoDecoder(TestAssets.media(clip), layout: .nhwc)
    let plan = try processor.plan(for: Self.facts(decoder.metadata), sampling: .hf, request: request)
    golden.expectMatches("frame_indices", Tensor(plan.frameIndices.map(Int64.init)), within: 0)
    let tensors = try processor(plan) { index throws(GenbaError) in try decoder.frame(at: index) }
    let name = processor.configuration.outputName
    golden.expectMatches(name, tensors[name], within: 0)
    if processor.configuration.emitsAttentionMask {
      let mask = try #require(tensors.tensor("pixel_attention_mask", as: Int64.self))
      golden.expectMatches("pixel_attention_mask.shape", Tensor(mask.shape.map(Int64.init)), within: 0)
      #expect(Array(mask).allSatisfy { $0 == 1 })
    }
  }

  @Test(arguments: ["uniform", "internvl", "smolvlm"])
  func choosesTheFramesOfTheReference(rule: String) throws {
    let golden = try Golden(TestAssets.golden("video-encoders/sampling.safetensors"))
    let arguments = try #require(golden.tensor("\(rule).arguments", as: Double.self))
    let counts = try #require(golden.tensor("\(rule).counts", as: Int64.self))
    let indices = try #require(golden.tensor("\(rule).indices", as: Int32.self))
    let configuration: EncoderVideoProcessor.Configuration =
      switch rule {
      case "uniform": .videoMAE
      case "internvl": .internVL
      default: .smolVLM
      }
    var start = 0
    for row in 0..<counts.count {
      let (total, fps, count) = (Int(arguments[row, 0]), arguments[row, 1], Int(arguments[row, 2]))
      let facts = VideoFacts(numFrames: total, averageFPS: fps, height: 10, width: 10)
      let chosen = try facts.indices(configuration, .init(numFrames: count))
      let end = start + Int(counts[row])
      #expect(chosen == (start..<end).map { Int(indices[$0]) }, "\(count) of \(total) at \(fps)")
      start = end
    }
    #expect(counts.count >= 100)
  }

  /// transformers fills shorter clips with frames of 0 behind the normalisation, and leaves its mask at 1.
  @Test func clipsOfUnequalLengthAreFilledForSmolVLM() throws {
    let processor = EncoderVideoProcessor(.smolVLM)
    let clips = try [3, 1].map { count in
      let facts = VideoFacts(numFrames: count, averageFPS: 1, height: 6, width: 8)
      let plan = try processor.plan(for: facts, sampling: .all)
      return try processor(plan) { _ throws(GenbaError) in Self.frame(height: 6, width: 8, value: 200) }
    }
    let batch = try processor.batch(clips)
    let pixels = try #require(batch.tensor("pixel_values", as: Float.self))
    #expect(pixels.shape == [2, 3, 3, 364, 364])
    #expect(pixels[1, 0, 0, 0, 0] == Float(200 - 127.5) / 127.5)
    #expect(pixels[1, 1, 0, 0, 0] == 0)
    #expect(pixels[1, 2, 2, 363, 363] == 0)
    #expect(batch["pixel_attention_mask"]?.shape == [2, 3, 364, 364])
  }

  @Test func clipsOfUnequalLengthAreNoBatchForOthers() throws {
    let processor = EncoderVideoProcessor(.videoMAE)
    let clips = try [2, 1].map { count in
      let facts = VideoFacts(numFrames: count, averageFPS: 1, height: 6, width: 8)
      let plan = try processor.plan(for: facts, sampling: .all)
      return try processor(plan) { _ throws(GenbaError) in Self.frame(height: 6, width: 8, value: 1) }
    }
    let error = #expect(throws: GenbaError.self) { try processor.batch(clips) }
    #expect(error?.code == .mismatchedInputs)
    #expect(error?.message.contains("[1, 2, 3, 224, 224], [1, 1, 3, 224, 224]") == true)
  }

  @Test func moreFramesThanThereAreIsAnError() {
    let facts = VideoFacts(numFrames: 15, averageFPS: 30, height: 6, width: 8)
    let error = #expect(throws: GenbaError.self) {
      try EncoderVideoProcessor(.videoMAE).plan(for: facts, sampling: .hf, request: .init(numFrames: 16))
    }
    #expect(error?.message.contains("16 frames cannot be sampled from a clip of 15") == true)
  }

  private static func facts(_ metadata: VideoMetadata) throws -> VideoFacts {
    VideoFacts(
      numFrames: try #require(metadata.numFrames), averageFPS: try #require(metadata.averageFPS),
      height: metadata.height, width: metadata.width)
  }

  private static func frame(height: Int, width: Int, value: UInt8) -> Frame {
    Frame(
      pixels: Tensor(repeating: value, shape: [height, width, 3]), layout: .nhwc, ptsSeconds: 0, durationSeconds: 1)
  }

  /// What the script asked for beside the config: transformers' arguments.
  private static func request(_ json: String) throws -> SamplingRequest {
    let asked = try JSONDecoder().decode([String: Double].self, from: Data(json.utf8))
    if let count = asked["num_frames"] { return SamplingRequest(numFrames: Int(count)) }
    return asked["fps"].map { SamplingRequest(fps: $0) } ?? SamplingRequest()
  }
}
