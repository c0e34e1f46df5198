internal import GenbaCore

extension Image {
  /// Brightness without the channel axis, in the depth that the picture has.
  enum Luminance {
    case uint8(Tensor<UInt8>)
    case uint16(Tensor<UInt16>)
  }

  /// One channel: gray as it is, colours weighted by ITU-R BT.601 with OpenCV's integers (`cvtColor`, `RGB2GRAY`: 9798,
  /// 19235 and 3735 of 32768); alpha is left out.
  ///
  /// - Throws: `unsupportedFormat` for CMYK and floats.
  func luminance() throws(GenbaError) -> Luminance {
    guard colorModel != .cmyk else {
      throw GenbaError(.unsupportedFormat, "a picture in CMYK cannot be matched; convert it to RGB or gray first")
    }
    switch pixels {
    case .uint8(let tensor): return .uint8(Self.luminance(of: tensor))
    case .uint16(let tensor): return .uint16(Self.luminance(of: tensor))
    case .float32: throw GenbaError(.unsupportedFormat, "a picture of floats cannot be matched; 8 and 16 bits can")
    }
  }

  private static func luminance<Pixel: TensorElement & FixedWidthInteger>(of pixels: Tensor<Pixel>) -> Tensor<Pixel> {
    let shape = [pixels.shape[0], pixels.shape[1]]
    let channels = pixels.shape[2]
    guard channels > 1 else { return pixels.reshaped(to: shape) }
    let source = pixels.span
    return Tensor(shape: shape) { output in
      for index in stride(from: 0, to: source.count, by: channels) {
        guard channels >= 3 else {
          output.append(source[index])
          continue
        }
        let red = 9798 * UInt32(source[index])
        let green = 19235 * UInt32(source[index + 1])
        let blue = 3735 * UInt32(source[index + 2])
        output.append(Pixel(truncatingIfNeeded: (red + green + blue + 16384) >> 15))
      }
    }
  }
}
