public import GenbaCore
public import GenbaVision

/// Turns a clip into one model's video input, frame by frame: the clip is never held as RGB.
///
/// ```swift
/// var decoder = try VideoDecoder("line4.mp4", layout: .nhwc)
/// let plan = try processor.plan(for: facts, sampling: .hf)
/// let tensors = try processor(plan) { index throws(GenbaError) in try decoder.frame(at: index) }
/// ```
public protocol VideoProcessor: Sendable {
  /// Which frames the model sees, and at what size.
  ///
  /// - Parameters:
  ///   - video: The clip.
  ///   - sampling: Whose rule chooses frames.
  ///   - request: How many are asked for, where that is not for the model's config to say.
  /// - Throws: `.mismatchedInputs` where the model's reference fails too, and says why.
  func plan(
    for video: VideoFacts, sampling: FrameSampling, request: SamplingRequest
  ) throws(GenbaError) -> VideoPlan

  /// The model's tensors for one clip.
  ///
  /// - Parameters:
  ///   - plan: What ``plan(for:sampling:)`` gave.
  ///   - dtype: The element type of the pixel values, which are rounded once, as they are written.
  ///   - frame: Gives the frame of an index, in `.nhwc` layout. Called once for each of `plan.frameIndices`, in their
  ///     order, which ascends.
  func callAsFunction(
    _ plan: VideoPlan, dtype: PixelDType, frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> TensorBundle

  /// The tensors of several clips as one batch.
  ///
  /// - Throws: `.mismatchedInputs` for clips that cannot be one batch.
  func batch(_ clips: [TensorBundle]) throws(GenbaError) -> TensorBundle
}

extension VideoProcessor {
  /// Which frames the model sees where its config says how many.
  public func plan(for video: VideoFacts, sampling: FrameSampling) throws(GenbaError) -> VideoPlan {
    try plan(for: video, sampling: sampling, request: SamplingRequest())
  }

  /// The model's tensors for one clip, pixel values in float32.
  public func callAsFunction(
    _ plan: VideoPlan, frame: (_ index: Int) throws(GenbaError) -> Frame
  ) throws(GenbaError) -> TensorBundle { try self(plan, dtype: .float32, frame: frame) }

  /// Joined along the first axis.
  public func batch(_ clips: [TensorBundle]) throws(GenbaError) -> TensorBundle {
    try TensorBundle(concatenating: clips)
  }
}

/// What must be known of a clip before its frames are chosen.
public struct VideoFacts: Sendable, Hashable, Codable {
  /// How many frames it has.
  public var numFrames: Int
  /// Frames per second: frames divided by duration after a scan of the file (torchcodec's `average_fps`), not what
  /// the header says.
  public var averageFPS: Double
  /// Rows of a frame.
  public var height: Int
  /// Columns of a frame.
  public var width: Int

  /// The facts of a clip.
  public init(numFrames: Int, averageFPS: Double, height: Int, width: Int) {
    self.numFrames = numFrames
    self.averageFPS = averageFPS
    self.height = height
    self.width = width
  }
}

/// Whose rule chooses a clip's frames.
public enum FrameSampling: String, Sendable, Hashable, Codable, CaseIterable {
  /// transformers' video processors with `do_sample_frames=True` and the config's frame rate, 2 where it has none.
  case hf
  /// qwen_vl_utils' `fetch_video`: its frames, its budget of pixels and its resize, the processor's own left out
  /// (`do_resize=False`).
  case qwenVLUtils = "qwen-vl-utils"
  /// Every frame.
  case all
}

/// Which frames of a clip a model sees, and what comes of them.
public struct VideoPlan: Sendable, Hashable {
  /// Indices of the frames, ascending; an index may come twice.
  public var frameIndices: [Int]
  /// Rows of a frame after resizing, in pixels.
  public var resizedHeight: Int
  /// Columns of a frame after resizing, in pixels.
  public var resizedWidth: Int
  /// Patches in time, height and width: the model's `video_grid_thw`. For models that take whole frames how many frames,
  /// 1 and 1.
  public var gridTHW: [Int]
  /// Frames per second of the chosen frames.
  public var sampledFPS: Double
  /// Frames per second that were asked for, whatever came of it; `nil` where only a number was, or nothing.
  public var requestedFPS: Double?
  /// The time of each temporal patch, in seconds, for models that are told the times in their text (Qwen3-VL).
  public var timestampsSeconds: [Double]
  /// Whose rule chose the frames; ``FrameSampling/qwenVLUtils`` resizes them by its own arithmetic too.
  public var sampling: FrameSampling

  /// A plan with these parts.
  public init(
    frameIndices: [Int], resizedHeight: Int, resizedWidth: Int, gridTHW: [Int], sampledFPS: Double,
    timestampsSeconds: [Double], sampling: FrameSampling = .hf
  ) {
    self.frameIndices = frameIndices
    self.resizedHeight = resizedHeight
    self.resizedWidth = resizedWidth
    self.gridTHW = gridTHW
    self.sampledFPS = sampledFPS
    self.timestampsSeconds = timestampsSeconds
    self.sampling = sampling
  }
}
