public import GenbaCore
public import GenbaVision

/// Video for Qwen2.5-Omni and Qwen3-Omni: ``Qwen2VLVideoProcessor`` with the pixel budget of the Omni processors in
/// transformers 5.23.0, which counts whatever the config file says.
///
/// ```swift
/// let plan = try processor.plan(for: facts, sampling: .hf)
/// let tensors = try processor(plan) { index throws(GenbaError) in try decoder.frame(at: index) }
/// tensors["video_second_per_grid"]  // float64 [1], beside pixel_values_videos and video_grid_thw
/// ```
///
/// `video_second_per_grid` is the temporal patch divided by the frames per second that are asked for, and not by those
/// that come of it; the reference does the same. Where none are asked for it is told nothing of the rate and takes 2 for
/// Qwen2.5-Omni and 1 for Qwen3-Omni, whatever the config says: also for frames that were chosen at 2 per second by
/// qwen_omni_utils. Ask for the rate to have it counted.
public struct QwenOmniVideoProcessor: VideoProcessor, Hashable {
  private let frames: Qwen2VLVideoProcessor
  private let isQwen3: Bool

  /// The rate that the reference takes where it is told none.
  private var assumedFPS: Double { isQwen3 ? 1 : 2 }

  /// The settings, the Omni processor's pixel budget among them.
  public var configuration: QwenVisionConfiguration { frames.configuration }

  /// A processor with these settings, but with a budget from 128 to 768 tokens for each frame: of 28x28 pixels, or of
  /// 32x32 where patches are as large as Qwen3-Omni's.
  public init(_ configuration: QwenVisionConfiguration) {
    self.init(configuration, isQwen3: configuration.patchSize >= 16)
  }

  private init(_ configuration: QwenVisionConfiguration, isQwen3: Bool) {
    var configuration = configuration
    let pixelsOfToken = isQwen3 ? 32 * 32 : 28 * 28
    self.isQwen3 = isQwen3
    configuration.minPixels = 128 * pixelsOfToken
    configuration.maxPixels = 768 * pixelsOfToken
    frames = Qwen2VLVideoProcessor(configuration, emitsSecondPerGrid: false)
  }

  public func plan(
    for video: VideoFacts, sampling: FrameSampling, request: SamplingRequest
  ) throws(GenbaError) -> VideoPlan {
    try frames.plan(for: video, sampling: sampling, request: request)
  }

  public func callAsFunction(
    _ plan: VideoPlan, dtype: PixelDType, frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> TensorBundle {
    var bundle = try frames(plan, dtype: dtype, frame: frame)
    bundle.set("video_second_per_grid", to: Tensor([secondsPerGrid(plan)]))
    return bundle
  }

  /// What `video_second_per_grid` says of a plan.
  private func secondsPerGrid(_ plan: VideoPlan) -> Double {
    // Without any rate transformers cannot sample at all; the 2 per second of `FrameSampling.hf` count as asked for.
    let sampledFPS: Double? = plan.sampling == .hf && configuration.fps == nil ? 2 : nil
    return Double(configuration.temporalPatchSize) / (plan.requestedFPS ?? sampledFPS ?? assumedFPS)
  }

  /// The order in which the placeholders of a clip and of its own sound stand in the text, between `audio_bos_token` and
  /// `audio_eos_token`, where the sound is heard with the clip.
  ///
  /// As transformers' processors write them with `load_audio_from_video` (`use_audio_in_video` before 5.23): Qwen2.5-Omni
  /// takes turns, the video of so many seconds, then its sound; Qwen3-Omni puts each temporal patch before the sound that
  /// begins with it. Both count time from the first frame and the first sample, and the sound is not cut to the clip.
  ///
  /// - Parameters:
  ///   - plan: The clip's.
  ///   - audioTokenCount: ``QwenAudioFeatureExtractor/audioTokenCount(frames:)`` of the clip's sound.
  ///   - secondsPerChunk: How long a turn is, for Qwen2.5-Omni.
  public func placeholders(
    for plan: VideoPlan, audioTokenCount: Int, secondsPerChunk: Double = 2
  ) -> [OmniPlaceholders] {
    let merged = configuration.mergeSize
    let tokensPerGrid = (plan.gridTHW[1] / merged) * (plan.gridTHW[2] / merged)
    let layout = OmniPlaceholders.Layout(
      gridCount: plan.gridTHW[0], tokensPerGrid: tokensPerGrid, secondsPerGrid: secondsPerGrid(plan),
      audioTokenCount: audioTokenCount)
    return isQwen3 ? layout.inOrderOfTime() : layout.inTurns(of: secondsPerChunk)
  }
}

extension QwenOmniVideoProcessor {
  /// The processor of a folder, if it is an Omni model's.
  init?(_ file: ConfigurationFile, _ family: ModelFamily) throws(GenbaError) {
    guard family == .qwen2_5Omni || family == .qwen3Omni else { return nil }
    self.init(try QwenVisionConfiguration(file, defaults: .qwen2VLVideo), isQwen3: family == .qwen3Omni)
  }
}
