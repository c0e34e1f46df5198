/// How many frames are asked of a clip, instead of what the model's config says: transformers' arguments `fps` and
/// `num_frames`, qwen_vl_utils' `fps` and `nframes`.
///
/// Empty, the config decides. An `fps` is asked of the clip's own rate; a `numFrames` whatever the clip's length is.
public struct SamplingRequest: Sendable, Hashable, Codable {
  /// Frames per second, above 0.
  public let fps: Double?
  /// Frames in all, above 0.
  public let numFrames: Int?

  /// What the config says.
  public init() { (fps, numFrames) = (nil, nil) }

  /// That many frames per second; a rate that is not above 0 traps.
  public init(fps: Double) {
    precondition(fps > 0 && fps.isFinite, "frames per second are above 0, not \(fps)")
    self.fps = fps
    numFrames = nil
  }

  /// That many frames; a number that is not above 0 traps.
  public init(numFrames: Int) {
    precondition(numFrames > 0, "a clip cannot be sampled to \(numFrames) frames")
    fps = nil
    self.numFrames = numFrames
  }

  /// What decides, given what the config has.
  func over(fps configFPS: Double?, numFrames configFrames: Int?) -> (fps: Double?, numFrames: Int?) {
    if let numFrames { return (nil, numFrames) }
    if let fps { return (fps, nil) }
    return (configFPS, configFrames)
  }
}
