import ArgumentParser
import Genba

/// Columns by rows, `WIDTHxHEIGHT`, as ffmpeg writes a size; and the resize to it, as torchvision does it with
/// `antialias=True` and bicubic weights.
struct PictureSize: ExpressibleByArgument {
  var width: Int
  var height: Int

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1], (1...65_536).contains(width),
      (1...65_536).contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }

  /// uint8 [height, width, 3] of an RGB picture.
  func resize(_ image: Image) -> Tensor<UInt8> { PictureResize(width: width, height: height)(image) }

  /// Frames of a video at this size, in `layout`; the decoder's layout is `.nhwc`.
  func resize(
    _ selection: FrameSelection, of decoder: inout VideoDecoder, layout: FrameLayout
  ) throws(GenbaError) -> FrameBatch {
    try PictureResize(width: width, height: height)(selection, of: &decoder, layout: layout)
  }
}
