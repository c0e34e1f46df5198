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
/// `video_second_per_grid` is the temporal patch divided by the frames per second that are asked for, 2 where the
/// config has none, and not by those that come of it; the reference does the same.
public struct QwenOmniVideoProcessor: VideoProcessor, Hashable {
  private let frames: Qwen2VLVideoProcessor

  /// The settings, the Omni processor's pixel budget among them.
  public var configuration: QwenVisionConfiguration { frames.configuration }

  /// A processor with these settings, but with a budget from 128 to 768 tokens for each frame: of 28x28 pixels, or of
  /// 32x32 where patches are as large as Qwen3-Omni's.
  public init(_ configuration: QwenVisionConfiguration) {
    self.init(configuration, pixelsOfToken: configuration.patchSize >= 16 ? 32 * 32 : 28 * 28)
  }

  private init(_ configuration: QwenVisionConfiguration, pixelsOfToken: Int) {
    var configuration = configuration
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
    let seconds = Double(configuration.temporalPatchSize) / (plan.requestedFPS ?? configuration.fps ?? 2)
    bundle.set("video_second_per_grid", to: Tensor([seconds]))
    return bundle
  }
}

extension QwenOmniVideoProcessor {
  /// The processor of a folder, if it is an Omni model's.
  init?(_ file: ConfigurationFile, _ family: ModelFamily) throws(GenbaError) {
    guard family == .qwen2_5Omni || family == .qwen3Omni else { return nil }
    self.init(
      try QwenVisionConfiguration(file, defaults: .qwen2VLVideo),
      pixelsOfToken: family == .qwen3Omni ? 32 * 32 : 28 * 28)
  }
}
