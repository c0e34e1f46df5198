import FoundationEssentials
import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaVision
import GenbaTestSupport
import Testing

/// Plans beyond the tables of frame indices: settings, times, and clips that cannot be.
@Suite struct VideoPlanTests {
  @Test func allTakesEveryFrame() throws {
    let processor = Qwen2VLVideoProcessor(.qwen2VLVideo, emitsSecondPerGrid: false)
    let plan = try processor.plan(
      for: VideoFacts(numFrames: 5, averageFPS: 10, height: 56, width: 56), sampling: .all)
    #expect(plan.frameIndices == [0, 1, 2, 3, 4])
    #expect(plan.gridTHW[0] == 3 && plan.sampledFPS == 10)
    // The last temporal patch holds the last frame twice.
    #expect(plan.timestampsSeconds == [0.05, 0.25, 0.4])
  }

  /// Pixel values of another type are the float32 ones, each rounded once.
  @Test func pixelValuesAreRoundedAsTheyAreWritten() throws {
    let facts = VideoFacts(numFrames: 4, averageFPS: 2, height: 64, width: 96)
    func frame(_ index: Int) -> Frame {
      let pixels = Tensor<UInt8>(shape: [64, 96, 3]) { output in
        for place in 0..<64 * 96 * 3 { output.append(UInt8((place * (index + 3) >> 2) & 255)) }
      }
      return Frame(pixels: pixels, layout: .nhwc, ptsSeconds: 0, durationSeconds: 0)
    }
    let processors: [(any VideoProcessor, String)] = [
      (Qwen3VLVideoProcessor(.qwen3VLVideo), "pixel_values_videos"),
      (QwenOmniVideoProcessor(.qwen2VLVideo), "pixel_values_videos"),
      (EncoderVideoProcessor(.videoMAE), "pixel_values"),
    ]
    for (processor, name) in processors {
      let plan = try processor.plan(for: facts, sampling: .all)
      let floats = try #require(try processor(plan) { frame($0) }.tensor(name, as: Float.self))
      let halves = try processor(plan, dtype: .float16) { frame($0) }
      #expect(halves.tensor(name, as: Float16.self).map(Array.init) == Array(floats).map { Float16($0) })
      let brain = try processor(plan, dtype: .bfloat16) { frame($0) }
      #expect(brain.tensor(name, as: BFloat16.self).map(Array.init) == Array(floats).map { BFloat16($0) })
    }
  }

  /// A model gets every frame at the size that the first one leads to, also where that is the first one's own.
  @Test func aModelGetsOneSize() throws {
    var configuration = QwenVisionConfiguration.qwen3VLVideo
    configuration.minPixels = 1024
    let processor = Qwen3VLVideoProcessor(configuration)
    var video = try VideoDecoder(TestAssets.media("px-sizes.ts"), layout: .nhwc)
    let facts = VideoFacts(numFrames: 24, averageFPS: 30, height: 64, width: 96)
    let plan = try processor.plan(for: facts, sampling: .all)
    #expect(plan.resizedHeight == 64 && plan.resizedWidth == 96)
    let tensors = try processor(plan) { (index) throws(GenbaError) in try video.frame(at: index) }
    // The same of frames that were resized before.
    let resizer = ImageResizer(fromHeight: 32, width: 64, toHeight: 64, width: 96)
    var reader = try VideoDecoder(TestAssets.media("px-sizes.ts"), layout: .nhwc)
    let frames = try (0..<24).map { try reader.frame(at: $0).pixels }
    let expected = try processor(plan) { index in
      let pixels = index < 12 ? frames[index] : resizer(frames[index])
      return Frame(pixels: pixels, layout: .nhwc, ptsSeconds: 0, durationSeconds: 0)
    }
    let values = tensors.tensor("pixel_values_videos", as: Float.self).map(Array.init)
    #expect(
      values?.count == 24 * 64 * 96 * 3
        && values == expected.tensor("pixel_values_videos", as: Float.self).map(Array.init))
  }

  /// A setting of the model's config, in place of 2 frames per second.
  @Test func configuredRatesAndCountsCount() throws {
    let facts = VideoFacts(numFrames: 100, averageFPS: 10, height: 64, width: 64)
    var configuration = QwenVisionConfiguration.qwen3VLVideo
    configuration.fps = 1
    #expect(try Qwen3VLVideoProcessor(configuration).plan(for: facts, sampling: .hf).frameIndices.count == 10)
    configuration = .qwen2VLVideo
    configuration.numFrames = 7
    let plan = try Qwen2VLVideoProcessor(configuration, emitsSecondPerGrid: false).plan(for: facts, sampling: .hf)
    // Python rounds 3.5 temporal patches to 4.
    #expect(plan.frameIndices == [0, 12, 25, 37, 50, 62, 75, 87])
  }

  @Test(arguments: [
    VideoFacts(numFrames: 0, averageFPS: 30, height: 64, width: 64),
    VideoFacts(numFrames: 100, averageFPS: 0, height: 64, width: 64),
    VideoFacts(numFrames: 100, averageFPS: .nan, height: 64, width: 64),
    VideoFacts(numFrames: 100, averageFPS: .infinity, height: 64, width: 64),
    VideoFacts(numFrames: .max, averageFPS: 30, height: 64, width: 64),
    VideoFacts(numFrames: 1, averageFPS: 30, height: 64, width: 64),
    VideoFacts(numFrames: 100, averageFPS: 30, height: 0, width: 64),
    VideoFacts(numFrames: 100, averageFPS: 1e-300, height: 64, width: 64_000),
  ])
  func impossibleClipsAreErrors(facts: VideoFacts) {
    let processors: [any VideoProcessor] = [
      Qwen2VLVideoProcessor(.qwen2VLVideo, emitsSecondPerGrid: true), Qwen3VLVideoProcessor(.qwen3VLVideo),
    ]
    for processor in processors {
      for sampling in [FrameSampling.hf, .qwenVLUtils] {
        let error = #expect(throws: GenbaError.self) { try processor.plan(for: facts, sampling: sampling) }
        #expect(error?.code == .mismatchedInputs, "\(sampling)")
      }
    }
  }

  /// Grids that the references give for settings that differ from any checkpoint's: qwen_vl_utils makes multiples of two
  /// patches whatever the processor merges, and an Omni model's budget is its family's, whatever its patches are.
  @Test func rulesThatDoNotFollowTheSettings() throws {
    let facts = VideoFacts(numFrames: 60, averageFPS: 25, height: 97, width: 131)
    var configuration = QwenVisionConfiguration.qwen2VLVideo
    configuration.mergeSize = 1
    let plan = try Qwen2VLVideoProcessor(configuration, emitsSecondPerGrid: false)
      .plan(for: facts, sampling: .qwenVLUtils, request: .init(numFrames: 16))
    #expect(plan.gridTHW[1] % 2 == 0 && plan.gridTHW[2] % 2 == 0)
    let clip = VideoFacts(numFrames: 200, averageFPS: 24, height: 240, width: 320)
    for (model, patch, grid) in [
      ("Qwen3OmniMoeProcessor", 8, [8, 40, 54]), ("Qwen2_5OmniProcessor", 16, [8, 18, 24]),
    ] {
      let processor = try processor(
        #"{"image_processor_type": "Qwen2VLImageProcessor", "processor_class": "\#(model)", "patch_size": \#(patch)}"#)
      #expect(try processor.plan(for: clip, sampling: .hf, request: .init(numFrames: 16)).gridTHW == grid, "\(model)")
    }
  }

  /// transformers takes `null` for a step as no.
  @Test func nullSwitchesAStepOff() throws {
    let facts = VideoFacts(numFrames: 20, averageFPS: 10, height: 100, width: 200)
    let uncropped = try processor(#"{"video_processor_type": "VideoMAEVideoProcessor", "do_center_crop": null}"#)
    let plan = try uncropped.plan(for: facts, sampling: .hf)
    #expect([plan.resizedHeight, plan.resizedWidth] == [224, 448])
    let asItIs = try processor(
      #"{"video_processor_type": "VideoMAEVideoProcessor", "do_center_crop": null, "do_resize": null}"#)
    let same = try asItIs.plan(for: facts, sampling: .hf)
    #expect([same.resizedHeight, same.resizedWidth] == [100, 200])
  }

  private func processor(_ settings: String) throws -> any VideoProcessor {
    let folder = try TemporaryFolder()
    let name = settings.contains("video_") ? "video_preprocessor_config.json" : "preprocessor_config.json"
    try Data(settings.utf8).write(to: URL(filePath: "\(folder.path)/\(name)"))
    return try #require(try AutoProcessor(contentsOf: folder.path).videoProcessor)
  }

  @Test func tooMuchForOneTensorIsAnError() {
    let processor = Qwen2VLVideoProcessor(.qwen2VLVideo, emitsSecondPerGrid: false)
    for numFrames in [1 << 20, 1 << 30] {
      let error = #expect(throws: GenbaError.self) {
        try processor.plan(
          for: VideoFacts(numFrames: numFrames, averageFPS: 30, height: 1080, width: 1920), sampling: .all)
      }
      #expect(error?.code == .limitExceeded)
    }
  }
}
