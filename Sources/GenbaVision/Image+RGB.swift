public import GenbaCore

extension Image {
  /// The picture as uint8 RGB, by the rules of transformers 5.23's `convert_to_rgb` for PIL images.
  ///
  /// - Alpha is composited on white, with the integers of Pillow's `alpha_composite`.
  /// - Gray is repeated.
  /// - CMYK becomes RGB as Pillow's `convert("RGB")` makes it, without a colour profile.
  /// - 16-bit values are divided by 257 and rounded to nearest first. (Pillow 13 clips 16-bit gray at 255 instead,
  ///   which turns most of such a picture white; that is not copied.)
  ///
  /// An RGB picture of uint8 comes back as it is, without a copy. The orientation's facts are kept.
  ///
  /// ```swift
  /// let rgb = try ImageDecoder.decode("logo.png").convertedToRGB()  // uint8 [H, W, 3]
  /// ```
  public func convertedToRGB() -> Image {
    replacing(pixels: .uint8(rgbPixels), colorModel: .rgb)
  }

  /// The pixels of ``convertedToRGB()``: uint8 [height, width, 3].
  public var rgbPixels: Tensor<UInt8> {
    guard case .uint8(let bytes) = convertedToUInt8().pixels else { preconditionFailure("8 bits were asked for") }
    switch colorModel {
    case .rgb: return bytes
    case .gray: return Self.mapPixels(of: bytes) { ($0[0], $0[0], $0[0]) }
    case .grayAlpha:
      return Self.mapPixels(of: bytes) { pixel in
        let gray = Self.onWhite(pixel[0], alpha: pixel[1])
        return (gray, gray, gray)
      }
    case .rgba:
      return Self.mapPixels(of: bytes) { pixel in
        let alpha = pixel[3]
        return (
          Self.onWhite(pixel[0], alpha: alpha), Self.onWhite(pixel[1], alpha: alpha),
          Self.onWhite(pixel[2], alpha: alpha)
        )
      }
    case .cmyk:
      return Self.mapPixels(of: bytes) { pixel in
        let light = 255 - pixel[3]
        return (
          light - Self.product(pixel[0], light), light - Self.product(pixel[1], light),
          light - Self.product(pixel[2], light)
        )
      }
    }
  }

  private static func mapPixels(
    of tensor: Tensor<UInt8>, _ color: (Span<UInt8>) -> (UInt8, UInt8, UInt8)
  ) -> Tensor<UInt8> {
    let (source, channels) = (tensor.span, tensor.shape[2])
    return Tensor(shape: [tensor.shape[0], tensor.shape[1], 3]) { output in
      for start in stride(from: 0, to: source.count, by: channels) {
        let (red, green, blue) = color(source.extracting(start..<start + channels))
        output.append(red)
        output.append(green)
        output.append(blue)
      }
    }
  }

  /// a · b / 255, rounded to nearest.
  private static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
    let product = UInt32(a) * UInt32(b) + 128
    return UInt8(((product >> 8) + product) >> 8)
  }

  /// A colour over opaque white: alpha has 7 bits more than a byte, and the division by 255 is rounded.
  private static func onWhite(_ color: UInt8, alpha: UInt8) -> UInt8 {
    let ink = UInt32(alpha) << 7
    let white = (255 << 7) - ink
    let sum = UInt32(color) * ink + 255 * white + (128 << 7)
    return UInt8((((sum >> 8) + sum) >> 8) >> 7)
  }
}
