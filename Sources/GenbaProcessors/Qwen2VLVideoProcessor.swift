public import GenbaCore
public import GenbaVision

/// Video for Qwen2-VL and Qwen2.5-VL.
///
/// Equal bit for bit to transformers 5.23's `Qwen2VLVideoProcessor` with torchvision 0.26, given the same RGB frames:
/// sampling, ``SmartResize`` with a budget for each frame, torchvision's uint8 resize, normalisation, patches. An odd
/// number of frames is filled up with the last.
///
/// ```swift
/// let plan = try processor.plan(for: facts, sampling: .hf)
/// let tensors = try processor(plan) { index throws(GenbaError) in try decoder.frame(at: index) }
/// tensors["pixel_values_videos"]  // float32 [t·h·w, 3 · 2 · 14 · 14]
/// tensors["video_grid_thw"]       // int64 [1, 3]: t, h, w in patches
/// tensors["second_per_grid_ts"]   // float32 [1], for Qwen2.5-VL only
/// ```
public struct Qwen2VLVideoProcessor: VideoProcessor, Hashable {
  /// The settings.
  public let configuration: QwenVisionConfiguration
  /// Whether `second_per_grid_ts` is given, the seconds between temporal patches: by Qwen2.5-VL's processor.
  public let emitsSecondPerGrid: Bool

  /// A processor with these settings.
  public init(_ configuration: QwenVisionConfiguration, emitsSecondPerGrid: Bool) {
    self.configuration = configuration
    self.emitsSecondPerGrid = emitsSecondPerGrid
  }

  /// Which frames the model sees, and at what size.
  ///
  /// - Throws: `.mismatchedInputs` for clips of 1 frame unless every frame is taken, for sides more than 200 times as
  ///   long as each other, and for more frames than there are; `.limitExceeded` for a tensor too large to return.
  public func plan(
    for video: VideoFacts, sampling: FrameSampling, request: SamplingRequest
  ) throws(GenbaError) -> VideoPlan {
    let asked = configuration.asking(request)
    let indices = try sampling.indices(of: video, asked) { () throws(GenbaError) in try video.qwen2VLIndices(asked) }
    var plan = try QwenVideo(configuration: configuration).plan(
      for: video, indices: indices, sampling: sampling
    ) { (frameCount) throws(GenbaError) in try size(of: video, frameCount: frameCount) }
    plan.requestedFPS = request.fps
    return plan
  }

  public func callAsFunction(
    _ plan: VideoPlan, dtype: PixelDType, frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> TensorBundle {
    var bundle = try QwenVideo(configuration: configuration).tensors(plan, dtype: dtype, frame: frame)
    if emitsSecondPerGrid {
      let seconds = Float(Double(configuration.temporalPatchSize) / plan.sampledFPS)
      bundle.set("second_per_grid_ts", to: Tensor([seconds]))
    }
    return bundle
  }

  private func size(of video: VideoFacts, frameCount: Int) throws(GenbaError) -> (height: Int, width: Int) {
    var budget = configuration
    if configuration.capPixelsPerFrame {
      // An even share of a whole clip's tokens, as qwen_vl_utils gives each frame.
      let tokens = Double(configuration.maxVideoTokens * configuration.factor * configuration.factor) * 0.9
      let share = Int(tokens) * configuration.temporalPatchSize / frameCount
      budget.maxPixels = max(min(configuration.maxPixels, share), Int(Double(configuration.minPixels) * 1.05))
    }
    return try budget.resizedSize(height: video.height, width: video.width)
  }
}
