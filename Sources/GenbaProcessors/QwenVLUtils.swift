internal import GenbaCore

/// The rules of qwen_vl_utils 0.0.14's `fetch_video`, with its defaults.
enum QwenVLUtils {
  /// The size that `fetch_video` gives the frames of a clip: 128 to 768 tokens each, and no more than their share of
  /// nine tenths of 128,000. A token is always two patches high and wide there, whatever the model merges.
  static func size(
    of video: VideoFacts, frameCount: Int, patchSize: Int
  ) throws(GenbaError) -> (height: Int, width: Int) {
    let (height, width, factor) = (Double(video.height), Double(video.width), Double(2 * patchSize))
    let limits = 1.0...Double(DecodeLimits().pixels)
    guard limits.contains(height), limits.contains(width), max(height, width) / min(height, width) <= 200 else {
      throw GenbaError(
        .mismatchedInputs,
        "frames of \(video.width)x\(video.height) are empty or more than 200 times as long on one side as on the other; qwen_vl_utils refuses them too"
      )
    }
    let pixelsOfToken = factor * factor
    let minPixels = 128 * pixelsOfToken
    let share = 128_000 * pixelsOfToken * 0.9 / Double(frameCount) * 2
    let maxPixels = max(min(768 * pixelsOfToken, share), (minPixels * 1.05).rounded(.down))
    var tall = max(factor, (height / factor).rounded(.toNearestOrEven) * factor)
    var wide = max(factor, (width / factor).rounded(.toNearestOrEven) * factor)
    if tall * wide > maxPixels {
      let shrink = (height * width / maxPixels).squareRoot()
      tall = (height / shrink / factor).rounded(.down) * factor
      wide = (width / shrink / factor).rounded(.down) * factor
    } else if tall * wide < minPixels {
      let grow = (minPixels / (height * width)).squareRoot()
      tall = (height * grow / factor).rounded(.up) * factor
      wide = (width * grow / factor).rounded(.up) * factor
    }
    guard tall > 0, wide > 0 else {
      throw GenbaError(
        .mismatchedInputs,
        "frames of \(video.width)x\(video.height) become less than a token high or wide; qwen_vl_utils fails on them too"
      )
    }
    return (Int(tall), Int(wide))
  }
}
