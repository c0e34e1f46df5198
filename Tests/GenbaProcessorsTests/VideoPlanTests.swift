import GenbaCore
import GenbaProcessors
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
