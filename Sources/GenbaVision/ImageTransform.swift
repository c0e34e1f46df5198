public import GenbaCore

/// One step of a picture's way into a model or a measurement: a picture in, a picture out.
///
/// Steps are values, so that a list of them can be kept, compared and applied to any picture. Each works on uint8,
/// uint16 and float32 pictures of any colour model.
///
/// ```swift
/// let steps: [ImageTransform] = [.centerCrop(height: 448, width: 448), .gray(.openCV), .turn(.flipHorizontally)]
/// let image = try steps.reduce(ImageDecoder.decode("weld.jpg")) { try $1($0) }
/// ```
public enum ImageTransform: Sendable, Hashable {
  /// The part in these rows and columns.
  case crop(rows: Range<Int>, columns: Range<Int>)
  /// The middle, with black around it where the picture is smaller; see `Tensor.centerCropped`.
  case centerCrop(height: Int, width: Int)
  /// Rows and columns around it. `fill` is one value for all channels or one for each, in the picture's own units.
  case pad(top: Int, bottom: Int, left: Int, right: Int, ImagePadding, fill: [Double])
  /// Resized so that it just fits, sides rounded to the nearest pixel, in the middle of a field of one colour; of an odd
  /// number of rows or columns to add, the larger part is below and to the right. Ultralytics' `LetterBox` does the
  /// same with `fill` 114 and a resize of OpenCV's.
  case letterbox(height: Int, width: Int, fill: [Double], ImageResize)
  /// Resized to a size.
  case resize(height: Int, width: Int, ImageResize)
  /// Resized so that its shorter side is this long, the longer one cut to a whole number: torchvision's `resize(size)`.
  case resizeShortestEdge(Int, ImageResize)
  /// Flipped, or turned by a multiple of 90 degrees.
  case turn(ImageOrientation)
  /// In gray.
  case gray(GrayRule)
  /// uint8 RGB, by somebody's rules.
  case rgb(RGBRule)
  /// Its alpha channel treated by a rule.
  case alpha(AlphaRule)
  /// Values from 0 to 1 in float32: divided by 255 or 65535.
  case float32
  /// 8 bits: uint16 is divided by 257, float32 multiplied by 255; both rounded.
  case uint8

  /// The picture after the step.
  ///
  /// - Throws: `.mismatchedInputs` for a crop or a mirrored border that the picture is too small for, a number of fill
  ///   values that does not fit its channels, and a resize of a size that there is not.
  public func callAsFunction(_ image: Image) throws(GenbaError) -> Image {
    switch self {
    case .crop(let rows, let columns):
      guard rows.lowerBound >= 0, columns.lowerBound >= 0, rows.upperBound <= image.height,
        columns.upperBound <= image.width, !rows.isEmpty, !columns.isEmpty
      else {
        throw GenbaError(
          .mismatchedInputs,
          "rows \(rows) and columns \(columns) are not all inside a picture of \(image.width)x\(image.height)")
      }
      return image.moved(Crop(rows: rows, columns: columns))
    case .centerCrop(let height, let width):
      try Image.checkSize(height: height, width: width)
      guard height > 0, width > 0 else { throw GenbaError(.mismatchedInputs, "a crop of \(width)x\(height) is empty") }
      return image.moved(CenterCrop(height: height, width: width))
    case .pad(let top, let bottom, let left, let right, let padding, let fill):
      return try image.padded(top: top, bottom: bottom, left: left, right: right, padding, fill: fill)
    case .letterbox(let height, let width, let fill, let resize):
      return try image.letterboxed(height: height, width: width, fill: fill, resize)
    case .resize(let height, let width, let resize):
      return try resize(image, height: height, width: width)
    case .resizeShortestEdge(let edge, let resize):
      let (short, long) = (min(image.height, image.width), max(image.height, image.width))
      let longer = short > 0 ? edge * long / short : 0
      return try resize(
        image, height: image.height <= image.width ? edge : longer, width: image.height <= image.width ? longer : edge)
    case .turn(let turn): return image.turned(turn)
    case .gray(let rule): return image.convertedToGray(rule)
    case .rgb(.transformers): return image.convertedToRGB()
    case .rgb(.qwenVLUtils): return image.convertedToRGBLikeQwenVLUtils()
    case .alpha(let rule): return image.applyingAlpha(rule)
    case .float32: return image.convertedToFloat32()
    case .uint8: return image.convertedToUInt8()
    }
  }
}

/// A move of whole pixels, which is the same for every type of pixel.
protocol PixelMove {
  func callAsFunction<Element: PixelValue>(_ pixels: Tensor<Element>) -> Tensor<Element>
}

extension Image {
  /// The picture with its pixels moved.
  func moved(_ move: some PixelMove) -> Image {
    switch pixels {
    case .uint8(let tensor): replacing(pixels: .uint8(move(tensor)))
    case .uint16(let tensor): replacing(pixels: .uint16(move(tensor)))
    case .float32(let tensor): replacing(pixels: .float32(move(tensor)))
    }
  }

  fileprivate func padded(
    top: Int, bottom: Int, left: Int, right: Int, _ padding: ImagePadding, fill: [Double]
  ) throws(GenbaError) -> Image {
    let widest = 1 << 26
    guard min(top, bottom, left, right) >= 0, max(top, bottom, left, right) <= widest,
      padding == .constant || min(height, width) > 0,
      padding != .reflect || max(top, bottom) < height && max(left, right) < width
    else {
      throw GenbaError(
        .mismatchedInputs,
        "a picture of \(width)x\(height) cannot be padded by \([top, bottom, left, right]) with \(padding.rawValue)")
    }
    try Image.checkSize(height: height + top + bottom, width: width + left + right)
    guard fill.count == 1 || fill.count == colorModel.channelCount else {
      throw GenbaError(
        .mismatchedInputs, "\(fill.count) fill values for a picture of \(colorModel.channelCount) channels")
    }
    return moved(Pad(top: top, bottom: bottom, left: left, right: right, padding: padding, fill: fill))
  }

  fileprivate func letterboxed(
    height outHeight: Int, width outWidth: Int, fill: [Double], _ resize: ImageResize
  ) throws(GenbaError) -> Image {
    guard height > 0, width > 0, outHeight > 0, outWidth > 0 else {
      throw GenbaError(.mismatchedInputs, "a picture of \(width)x\(height) does not fit into \(outWidth)x\(outHeight)")
    }
    try Image.checkSize(height: outHeight, width: outWidth)
    let ratio = min(Double(outHeight) / Double(height), Double(outWidth) / Double(width))
    func side(_ length: Int, _ limit: Int) -> Int {
      min(max(Int((Double(length) * ratio).rounded(.toNearestOrEven)), 1), limit)
    }
    let (inner, wide) = (side(height, outHeight), side(width, outWidth))
    let (top, left) = ((outHeight - inner) / 2, (outWidth - wide) / 2)
    return try resize(self, height: inner, width: wide).padded(
      top: top, bottom: outHeight - inner - top, left: left, right: outWidth - wide - left, .constant, fill: fill)
  }
}

private struct Crop: PixelMove {
  var rows: Range<Int>
  var columns: Range<Int>

  func callAsFunction<Element: PixelValue>(_ pixels: Tensor<Element>) -> Tensor<Element> {
    pixels.cropped(rows: rows, columns: columns)
  }
}

private struct CenterCrop: PixelMove {
  var height: Int
  var width: Int

  func callAsFunction<Element: PixelValue>(_ pixels: Tensor<Element>) -> Tensor<Element> {
    pixels.centerCropped(height: height, width: width, fill: Element(rounding: 0))
  }
}

private struct Pad: PixelMove {
  var top: Int, bottom: Int, left: Int, right: Int
  var padding: ImagePadding
  var fill: [Double]

  func callAsFunction<Element: PixelValue>(_ pixels: Tensor<Element>) -> Tensor<Element> {
    pixels.padded(
      top: top, bottom: bottom, left: left, right: right, padding, fill: fill.map { Element(rounding: $0) })
  }
}
