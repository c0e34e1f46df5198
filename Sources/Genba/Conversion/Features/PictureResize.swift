public import GenbaCore
internal import GenbaVision

/// A resize to a fixed size, as torchvision does it with `antialias=True` and bicubic weights.
public struct PictureResize: Sendable, Hashable {
  public var width: Int
  public var height: Int

  /// A resize to so many columns and rows, both above 0.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a picture of \(width) x \(height) is none")
    self.width = width
    self.height = height
  }

  /// uint8 [height, width, 3] of an RGB picture.
  public func callAsFunction(_ image: Image) -> Tensor<UInt8> {
    guard case .uint8(let pixels) = image.pixels else { preconditionFailure("RGB for a resize is uint8") }
    return resizer(fromHeight: image.height, width: image.width)(pixels)
  }

  /// The frames at this size, in `layout`; they come as [frames, height, width, 3].
  public func callAsFunction(_ batch: FrameBatch, layout: FrameLayout) -> FrameBatch {
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
        let ordered = layout == .nhwc ? resized : resized.channelsFirst()
        let values = ordered.span
        for index in 0..<values.count { output.append(values[index]) }
      }
    }
    return FrameBatch(
      pixels: pixels, layout: layout, ptsSeconds: batch.ptsSeconds, durationSeconds: batch.durationSeconds)
  }

  private func resizer(fromHeight: Int, width fromWidth: Int) -> ImageResizer {
    ImageResizer(fromHeight: fromHeight, width: fromWidth, toHeight: height, width: width)
  }
}

extension Tensor {
  /// [channels, height, width] of [height, width, channels].
  func channelsFirst() -> Tensor {
    let (channels, count) = (shape[2], count)
    let source = span
    return Tensor(shape: [channels, shape[0], shape[1]]) { output in
      for channel in 0..<channels {
        for index in stride(from: channel, to: count, by: channels) { output.append(source[index]) }
      }
    }
  }
}
