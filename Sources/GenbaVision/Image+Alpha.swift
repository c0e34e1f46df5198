public import GenbaCore

/// Whose rules make uint8 RGB of a picture of any kind.
public enum RGBRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// transformers 5.23's: ``GenbaCore/Image/convertedToRGB()``.
  case transformers
  /// qwen_vl_utils 0.0.14's: ``GenbaCore/Image/convertedToRGBLikeQwenVLUtils(isPalette:)``.
  case qwenVLUtils
}

/// What becomes of a picture's alpha channel.
public enum AlphaRule: Sendable, Hashable {
  /// It stays.
  case keep
  /// It is left out; the colours stay as they are stored, also where nobody should see them.
  case drop
  /// The picture is laid over a colour of that red, green and blue, 0 to 1. In 8 bits with Pillow's integers:
  /// `Image.new(mode, size, color).paste(picture, mask=alpha)`. A gray picture is laid over the colour's luma.
  case composite(red: Double, green: Double, blue: Double)

  /// Over white.
  public static let compositeOnWhite = AlphaRule.composite(red: 1, green: 1, blue: 1)
  /// Over black.
  public static let compositeOnBlack = AlphaRule.composite(red: 0, green: 0, blue: 0)
}

extension Image {
  /// The picture with its alpha channel treated by a rule, in its own depth. One without alpha comes back as it is.
  ///
  /// ```swift
  /// let opaque = image.applyingAlpha(.compositeOnWhite)  // rgba → rgb, grayAlpha → gray
  /// ```
  public func applyingAlpha(_ rule: AlphaRule) -> Image {
    guard rule != .keep, colorModel == .rgba || colorModel == .grayAlpha else { return self }
    var color: [Double]?
    if case .composite(let red, let green, let blue) = rule {
      color = colorModel == .rgba ? [red, green, blue] : [0.299 * red + 0.587 * green + 0.114 * blue]
    }
    let opaque: Image.Pixels =
      switch pixels {
      case .uint8(let tensor):
        .uint8(Self.withoutAlpha(tensor, color?.map { UInt8(Self.level($0, 255)) }, Self.blend))
      case .uint16(let tensor):
        .uint16(Self.withoutAlpha(tensor, color?.map { UInt16(Self.level($0, 65535)) }, Self.blend))
      case .float32(let tensor):
        .float32(Self.withoutAlpha(tensor, color?.map { Float($0) }) { $0 * $1 + $2 * (1 - $1) })
      }
    return replacing(pixels: opaque, colorModel: colorModel == .rgba ? .rgb : .gray)
  }

  /// The same picture with other pixels: its facts stay.
  func replacing(pixels: Image.Pixels, colorModel: ColorModel? = nil) -> Image {
    var image = Image(
      pixels: pixels, colorModel: colorModel ?? self.colorModel, orientation: orientation,
      isOrientationApplied: isOrientationApplied)
    image.iccProfile = iccProfile
    image.damage = damage
    return image
  }

  private static func level(_ share: Double, _ full: Double) -> Double {
    (min(max(share, 0), 1) * full).rounded(.toNearestOrEven)
  }

  private static func withoutAlpha<Element: TensorElement>(
    _ tensor: Tensor<Element>, _ color: [Element]?,
    _ blend: (_ over: Element, _ alpha: Element, _ under: Element) -> Element
  ) -> Tensor<Element> {
    let (source, channels) = (tensor.span, tensor.shape[2])
    return Tensor(shape: [tensor.shape[0], tensor.shape[1], channels - 1]) { output in
      for start in stride(from: 0, to: source.count, by: channels) {
        for channel in 0..<channels - 1 {
          let value = source[start + channel]
          output.append(color.map { blend(value, source[start + channels - 1], $0[channel]) } ?? value)
        }
      }
    }
  }

  /// Pillow's blend: the division by 255 is rounded to nearest.
  private static func blend(_ over: UInt8, _ alpha: UInt8, _ under: UInt8) -> UInt8 {
    let sum = UInt32(over) * UInt32(alpha) + UInt32(under) * (255 - UInt32(alpha)) + 128
    return UInt8(((sum >> 8) + sum) >> 8)
  }

  private static func blend(_ over: UInt16, _ alpha: UInt16, _ under: UInt16) -> UInt16 {
    let share = UInt64(alpha)
    let sum = UInt64(over) * share + UInt64(under) * (65535 - share)
    return UInt16((sum + 32767) / 65535)
  }

  /// The picture as uint8 RGB, by the rule of qwen_vl_utils 0.0.14's `to_rgb`: RGBA is laid over white by
  /// `paste(mask=alpha)`; gray with alpha and palettes with transparency lose it, as Pillow's `convert("RGB")` does.
  ///
  /// qwen_vl_utils applies no orientation either: decode with `applyOrientation: false`. 16-bit values are divided by
  /// 257, as in ``convertedToRGB()``.
  ///
  /// - Parameter isPalette: Whether the file had a palette with transparency, which Genba has widened to RGBA.
  public func convertedToRGBLikeQwenVLUtils(isPalette: Bool = false) -> Image {
    applyingAlpha(colorModel == .rgba && !isPalette ? .compositeOnWhite : .drop).convertedToRGB()
  }
}
