public import GenbaCore
public import GenbaMedia
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

  /// Frames of a video at this size, in `layout`, one after another: no more than one is in memory at its full size.
  ///
  /// - Parameter decoder: In the layout `.nhwc`; another traps.
  /// - Throws: As ``VideoDecoder/frames(at:)``.
  public func callAsFunction(
    _ selection: FrameSelection, of decoder: inout VideoDecoder, layout: FrameLayout
  ) throws(GenbaError) -> FrameBatch {
    precondition(decoder.layout == .nhwc, "pixels, not planes, are resized")
    var resizer = (shape: [0, 0], resize: ImageResizer?.none)
    let shape = layout == .nchw ? [3, height, width] : [height, width, 3]
    return try decoder.frames(selection, shape: shape, layout: layout) { frame in
      // Frames may change their size within a stream.
      let resize =
        resizer.shape == frame.pixels.shape
        ? resizer.resize ?? self.resizer(fromHeight: frame.height, width: frame.width)
        : self.resizer(fromHeight: frame.height, width: frame.width)
      resizer = (frame.pixels.shape, resize)
      let resized = resize(frame.pixels)
      return layout == .nhwc ? resized : resized.channelsFirst()
    }
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
