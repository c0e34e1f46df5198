public import GenbaCore
public import GenbaVision

/// Video for Qwen3-VL.
///
/// Equal bit for bit to transformers 5.23's `Qwen3VLVideoProcessor` with torchvision 0.26, given the same RGB frames.
/// Unlike Qwen2-VL's, its budget of pixels counts the whole clip, and the model is told in its text when each temporal
/// patch was seen: ``VideoPlan/timestampsSeconds``.
///
/// ```swift
/// let processor = Qwen3VLVideoProcessor(.qwen3VLVideo)
/// let plan = try processor.plan(for: facts, sampling: .hf)
/// let tensors = try processor(plan) { index throws(GenbaError) in try decoder.frame(at: index) }
/// tensors["pixel_values_videos"]  // float32 [t·h·w, 3 · 2 · 16 · 16]
/// tensors["video_grid_thw"]       // int64 [1, 3]: t, h, w in patches
/// ```
public struct Qwen3VLVideoProcessor: VideoProcessor, Hashable {
  /// The settings.
  public let configuration: QwenVisionConfiguration

  /// A processor with these settings.
  public init(_ configuration: QwenVisionConfiguration) { self.configuration = configuration }

  /// Which frames the model sees, and at what size.
  ///
  /// - Throws: `.mismatchedInputs` for clips of 1 frame, and for sides more than 200 times as long as each other;
  ///   `.limitExceeded` for a tensor too large to return.
  public func plan(
    for video: VideoFacts, sampling: FrameSampling, request: SamplingRequest
  ) throws(GenbaError) -> VideoPlan {
    let asked = configuration.asking(request)
    let indices = try sampling.indices(of: video, asked) { video.qwen3VLIndices(asked) }
    return try QwenVideo(configuration: configuration).plan(
      for: video, indices: indices, sampling: sampling
    ) { (frameCount) throws(GenbaError) in try size(of: video, frameCount: frameCount) }
  }

  public func callAsFunction(
    _ plan: VideoPlan, dtype: PixelDType, frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> TensorBundle {
    try QwenVideo(configuration: configuration).tensors(plan, dtype: dtype, frame: frame)
  }

  private func size(of video: VideoFacts, frameCount: Int) throws(GenbaError) -> (height: Int, width: Int) {
    guard configuration.doResize else {
      return try configuration.resizedSize(height: video.height, width: video.width)
    }
    let factor = configuration.factor
    var smartResize = SmartResize(
      factor: factor, minPixels: configuration.minPixels, maxPixels: configuration.maxPixels)
    if configuration.capPixelsPerFrame {
      let cap = min(configuration.maxVideoTokens * factor * factor, configuration.maxPixels / frameCount)
      smartResize.maxPixels = max(cap, Int(Double(configuration.minPixels) * 1.05)) * frameCount
    }
    return try smartResize(
      numFrames: frameCount, temporalFactor: configuration.temporalPatchSize, height: video.height,
      width: video.width)
  }
}
