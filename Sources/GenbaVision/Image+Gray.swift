public import GenbaCore

/// Whose weights make gray of red, green and blue. Both are BT.601's luma, in integers of their own.
public enum GrayRule: String, Sendable, Hashable, Codable, CaseIterable {
  /// OpenCV 5.0's `COLOR_RGB2GRAY`: 15 bits, rounded; float32 in float.
  case openCV
  /// Pillow's `convert("L")`: 16 bits, rounded; 16-bit and float pictures are treated with the same weights.
  case pillow

  /// The weights of red, green and blue, and the bits that they have behind the point.
  private var integers: (red: UInt64, green: UInt64, blue: UInt64, shift: UInt64) {
    switch self {
    case .openCV: (9798, 19235, 3735, 15)
    case .pillow: (19595, 38470, 7471, 16)
    }
  }

  fileprivate func gray<Level: FixedWidthInteger>(_ red: Level, _ green: Level, _ blue: Level) -> Level {
    let (r, g, b, shift) = integers
    let sum = UInt64(red) * r + UInt64(green) * g + UInt64(blue) * b
    return Level((sum + (1 << (shift - 1))) >> shift)
  }
}

extension Image {
  /// The picture in gray, in its own depth; alpha stays. CMYK becomes RGB first. A gray picture comes back as it is.
  ///
  /// ```swift
  /// let gray = image.convertedToGray(.openCV)  // [H, W, 1]
  /// ```
  public func convertedToGray(_ rule: GrayRule = .openCV) -> Image {
    switch colorModel {
    case .gray, .grayAlpha: return self
    case .cmyk: return convertedToRGB().convertedToGray(rule)
    case .rgb, .rgba: break
    }
    let gray: Image.Pixels =
      switch pixels {
      case .uint8(let tensor): .uint8(tensor.grayed { rule.gray($0, $1, $2) })
      case .uint16(let tensor): .uint16(tensor.grayed { rule.gray($0, $1, $2) })
      case .float32(let tensor): .float32(tensor.grayed { $0 * 0.299 + $1 * 0.587 + $2 * 0.114 })
      }
    return replacing(pixels: gray, colorModel: colorModel == .rgb ? .gray : .grayAlpha)
  }
}

extension Tensor {
  /// [height, width, 1] of 3 channels, or 2 of 4, the last of which stays.
  fileprivate func grayed(_ gray: (Element, Element, Element) -> Element) -> Tensor {
    let (height, width, channels) = pictureShape
    let source = span
    return Tensor(shape: [height, width, channels - 2]) { output in
      for start in stride(from: 0, to: source.count, by: channels) {
        output.append(gray(source[start], source[start + 1], source[start + 2]))
        if channels == 4 { output.append(source[start + 3]) }
      }
    }
  }
}
