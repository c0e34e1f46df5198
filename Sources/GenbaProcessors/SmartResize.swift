public import GenbaCore
internal import Glibc

/// The size that Qwen's processors give a picture or a video frame: multiples of a factor, within a budget of pixels,
/// with the aspect ratio kept as far as those allow.
///
/// Same as `smart_resize` of transformers 5.23 in `image_processing_qwen2_vl.py` and, with `numFrames`,
/// `video_processing_qwen3_vl.py`: in double precision, with Python's rounding to even.
///
/// ```swift
/// let smartResize = SmartResize(factor: 28, minPixels: 3136, maxPixels: 12_845_056)
/// try smartResize(height: 300, width: 450)  // (308, 448)
/// ```
public struct SmartResize: Sendable, Hashable, Codable {
  /// What height and width become multiples of: patch size times merge size.
  public var factor: Int
  /// The fewest pixels that the result may have; with `numFrames`, of the whole clip.
  public var minPixels: Int
  /// The most pixels that the result may have; with `numFrames`, of the whole clip.
  public var maxPixels: Int

  /// The rule with these numbers.
  public init(factor: Int, minPixels: Int, maxPixels: Int) {
    precondition(factor > 0, "a factor is above 0, not \(factor)")
    self.factor = factor
    self.minPixels = minPixels
    self.maxPixels = maxPixels
  }

  /// The size of a picture, or of a frame where the budget is one frame's.
  ///
  /// - Throws: `.mismatchedInputs` if one side is more than 200 times the other, or for no pixels at all;
  ///   `.limitExceeded` where the budget asks for more pixels than ``GenbaCore/DecodeLimits`` allows.
  public func callAsFunction(height: Int, width: Int) throws(GenbaError) -> (height: Int, width: Int) {
    try checkRatio(height: height, width: width)
    let rounded = (height: nearest(Double(height)), width: nearest(Double(width)))
    return try fit(
      rounded, frames: (1, 1), height: height, width: width)
  }

  /// The size of each frame of a clip whose budget counts all its frames, as Qwen3-VL's does.
  ///
  /// - Parameters:
  ///   - numFrames: Frames that were chosen of the clip.
  ///   - temporalFactor: Frames in a temporal patch.
  /// - Throws: As without `numFrames`, and `.mismatchedInputs` for fewer frames than a temporal patch has.
  public func callAsFunction(
    numFrames: Int, temporalFactor: Int, height: Int, width: Int
  ) throws(GenbaError) -> (height: Int, width: Int) {
    guard numFrames >= temporalFactor else {
      throw GenbaError(
        .mismatchedInputs,
        "\(numFrames) frame\(numFrames == 1 ? "" : "s") of this clip cannot fill a temporal patch of \(temporalFactor); the model's reference refuses such clips too"
      )
    }
    var (height, width) = (height, width)
    try checkNotEmpty(height: height, width: width)
    if height < factor || width < factor {
      let scale = max(Double(factor) / Double(height), Double(factor) / Double(width))
      (height, width) = (Int(Double(height) * scale), Int(Double(width) * scale))
    }
    try checkRatio(height: height, width: width)
    let rounded = (height: nearest(Double(height)), width: nearest(Double(width)))
    let roundedFrames =
      Int((Double(numFrames) / Double(temporalFactor)).rounded(.toNearestOrEven)) * temporalFactor
    return try fit(rounded, frames: (numFrames, roundedFrames), height: height, width: width)
  }

  private func nearest(_ length: Double) -> Int {
    Int((length / Double(factor)).rounded(.toNearestOrEven)) * factor
  }

  /// `rounded`, if it is within the budget, or else what is.
  ///
  /// Products are made in Double: exact as far as budgets reach, and beyond no overflow.
  private func fit(
    _ rounded: (height: Int, width: Int), frames: (exact: Int, rounded: Int), height: Int, width: Int
  ) throws(GenbaError) -> (height: Int, width: Int) {
    var result = rounded
    let factor = Double(factor)
    let exactPixels = Double(frames.exact) * Double(height) * Double(width)
    let pixels = Double(frames.rounded) * Double(rounded.height) * Double(rounded.width)
    if pixels > Double(maxPixels) {
      let beta = (exactPixels / Double(maxPixels)).squareRoot()
      func shrunk(_ length: Int) -> Int {
        max(self.factor, Int((Double(length) / beta / factor).rounded(.down)) * self.factor)
      }
      result = (shrunk(height), shrunk(width))
    } else if pixels < Double(minPixels) {
      let beta = (Double(minPixels) / exactPixels).squareRoot()
      func grown(_ length: Int) -> Int { Int((Double(length) * beta / factor).rounded(.up)) * self.factor }
      result = (grown(height), grown(width))
    }
    let limit = DecodeLimits().pixels
    guard Double(result.height) * Double(result.width) <= Double(limit) else {
      throw GenbaError(
        .limitExceeded,
        "the model's pixel budget asks for a picture of \(result.width)x\(result.height), more than \(limit) pixels; lower min_pixels"
      )
    }
    return result
  }

  private func checkNotEmpty(height: Int, width: Int) throws(GenbaError) {
    let sides = 1...DecodeLimits().pixels
    guard sides.contains(height), sides.contains(width) else {
      throw GenbaError(.mismatchedInputs, "a picture of \(width)x\(height) pixels cannot be resized")
    }
  }

  private func checkRatio(height: Int, width: Int) throws(GenbaError) {
    try checkNotEmpty(height: height, width: width)
    guard Double(max(height, width)) / Double(min(height, width)) <= 200 else {
      throw GenbaError(
        .mismatchedInputs,
        "a picture of \(width)x\(height) is more than 200 times as long on one side as on the other; the model's reference refuses it too"
      )
    }
  }
}
