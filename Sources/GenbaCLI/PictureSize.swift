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
  func resize(_ image: Image) -> Tensor<UInt8> {
    guard case .uint8(let pixels) = image.pixels else { preconditionFailure("RGB for a resize is uint8") }
    return resizer(fromHeight: image.height, width: image.width)(pixels)
  }

  /// The frames at this size, in `layout`; they come as [frames, height, width, 3].
  func resize(_ batch: FrameBatch, layout: FrameLayout) -> FrameBatch {
    precondition(batch.layout == .nhwc, "pixels, not planes, are resized")
    let resizer = resizer(fromHeight: batch.height, width: batch.width)
    let frameSize = batch.height * batch.width * 3
    let source = batch.pixels.span
    let shape = layout == .nhwc ? [batch.count, height, width, 3] : [batch.count, 3, height, width]
    let pixels = Tensor<UInt8>(shape: shape) { output in
      for frame in 0..<batch.count {
        let start = frame * frameSize
        let pixels = Tensor<UInt8>(shape: [batch.height, batch.width, 3]) { single in
          for index in start..<start + frameSize { single.append(source[index]) }
        }
        let resized = resizer(pixels)
        let values = resized.span
        switch layout {
        case .nhwc: for index in 0..<values.count { output.append(values[index]) }
        case .nchw:
          for channel in 0..<3 {
            for index in stride(from: channel, to: values.count, by: 3) { output.append(values[index]) }
          }
        }
      }
    }
    return FrameBatch(
      pixels: pixels, layout: layout, ptsSeconds: batch.ptsSeconds, durationSeconds: batch.durationSeconds)
  }

  private func resizer(fromHeight: Int, width fromWidth: Int) -> ImageResizer {
    ImageResizer(fromHeight: fromHeight, width: fromWidth, toHeight: height, width: width)
  }
}
