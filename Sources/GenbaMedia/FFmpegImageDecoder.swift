internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

/// Decodes the pictures that FFmpeg reads: WebP, BMP, TIFF, GIF, PPM and its relatives, JPEG 2000, AVIF …
///
/// Depths above 8 bits become 16 bits; palettes become RGB, or RGBA if an entry in use is transparent. Pixels equal
/// those of Pillow 13, except where luma and chroma are stored in another format than WebP, as in AVIF: libswscale
/// converts these, with accurate rounding but with its own interpolation of chroma. CMYK is converted to RGB.
enum FFmpegImageDecoder {
  /// Decodes one picture, counted from 0.
  ///
  /// - Throws: What ``FFmpegInput`` throws; `.truncated` or `.corruptData` for what cannot be decoded whole;
  ///   `.limitExceeded` for more than `limits.pixels`; `.unsupportedFormat` for pixels that libswscale does not know.
  static func decode(
    _ source: MediaSource, frame index: Int, _ request: PictureRequest
  ) throws(GenbaError) -> Image {
    let limits = request.limits
    let input = try FFmpegInput(source, limits: limits)
    let decoder = try FFmpegDecoder(
      input, .video, stream: nil, threads: 1, limits: limits, damage: request.damage == .strict ? .strict : .conceal)
    for _ in 0...index {
      guard try decoder.decode() else {
        throw decoder.damage
          ?? decoder.error(.truncated, "the file ends before the picture does", cause: FFmpegInput.cause())
      }
    }
    try PictureLibrary.check(width: decoder.frameWidth, height: decoder.frameHeight, limits: limits)
    if unsafe genba_frame_is_damaged(decoder.frame) {
      try decoder.note(decoder.error(.corruptData, "the picture is damaged", cause: FFmpegInput.cause()))
    }
    var image = try image(decoder)
    image.damage = decoder.damage
    return image
  }

  private static func image(_ decoder: FFmpegDecoder) throws(GenbaError) -> Image {
    switch decoder.input.codecName(decoder.streamIndex) {
    case "webp":
      if let converter = unsafe WebPConverter(decoder.frame) { return converter.image() }
    case "tiff":
      // TIFF's YCbCr uses all levels, which FFmpeg does not mark.
      unsafe decoder.frame.pointee.color_range = AVCOL_RANGE_JPEG
    default:
      break
    }
    guard let kind = PixelKind(decoder) else {
      throw decoder.error(.unsupportedFormat, "pixels stored as \(decoder.framePixelFormat) cannot be converted")
    }
    let shape = [decoder.frameHeight, decoder.frameWidth, kind.colorModel.channelCount]
    let pixels: Image.Pixels =
      kind.isWide
      ? .uint16(try tensor(decoder, shape: shape, format: kind.format))
      : .uint8(try tensor(decoder, shape: shape, format: kind.format))
    let image = Image(pixels: pixels, colorModel: kind.colorModel)
    return kind.mayBeOpaque ? image.withoutOpaqueAlpha() : image
  }

  private static func tensor<Element: TensorElement>(
    _ decoder: FFmpegDecoder, shape: [Int], format: AVPixelFormat
  ) throws(GenbaError) -> Tensor<Element> {
    try unsafe PictureLibrary.tensor(shape: shape) { (target: UnsafeMutablePointer<Element>?) throws(GenbaError) in
      let status = unsafe genba_convert_picture(decoder.frame, Int32(format.rawValue), target)
      guard status >= 0 else {
        throw decoder.input.failure(
          status, .unsupportedFormat, "pixels stored as \(decoder.framePixelFormat) cannot be converted")
      }
    }
  }
}

/// What a picture's pixels become.
private struct PixelKind {
  var format: AVPixelFormat
  var colorModel: Image.ColorModel
  var isWide: Bool
  /// Whether the decoder gives an alpha channel without knowing that the picture has one.
  var mayBeOpaque: Bool

  /// `nil` for a pixel format that FFmpeg cannot describe.
  init?(_ decoder: FFmpegDecoder) {
    let stored = unsafe AVPixelFormat(decoder.frame.pointee.format)
    guard let description = unsafe av_pix_fmt_desc_get(stored) else { return nil }
    let flags = unsafe Int32(truncatingIfNeeded: description.pointee.flags)
    let components = unsafe description.pointee.nb_components
    isWide = unsafe description.pointee.comp.0.depth > 8
    let isPalette = flags & AV_PIX_FMT_FLAG_PAL != 0
    let hasAlpha = isPalette || flags & AV_PIX_FMT_FLAG_ALPHA != 0
    let codec = decoder.input.codecName(decoder.streamIndex)
    mayBeOpaque = isPalette || ["gif", "bmp", "webp"].contains(codec)
    let isGray = !isPalette && components <= 2
    switch (isGray, hasAlpha) {
    case (true, false): colorModel = .gray
    case (true, true): colorModel = .grayAlpha
    case (false, false): colorModel = .rgb
    case (false, true): colorModel = .rgba
    }
    format =
      switch (colorModel, isWide) {
      case (.gray, false): AV_PIX_FMT_GRAY8
      case (.gray, true): Self.native(AV_PIX_FMT_GRAY16LE, AV_PIX_FMT_GRAY16BE)
      case (.grayAlpha, false): AV_PIX_FMT_YA8
      case (.grayAlpha, true): Self.native(AV_PIX_FMT_YA16LE, AV_PIX_FMT_YA16BE)
      case (.rgb, false): AV_PIX_FMT_RGB24
      case (.rgb, true): Self.native(AV_PIX_FMT_RGB48LE, AV_PIX_FMT_RGB48BE)
      case (_, false): AV_PIX_FMT_RGBA
      case (_, true): Self.native(AV_PIX_FMT_RGBA64LE, AV_PIX_FMT_RGBA64BE)
      }
  }

  private static func native(_ little: AVPixelFormat, _ big: AVPixelFormat) -> AVPixelFormat {
    1.littleEndian == 1 ? little : big
  }
}

extension Image {
  /// The picture as RGB if it is RGBA and opaque everywhere.
  fileprivate func withoutOpaqueAlpha() -> Image {
    guard colorModel == .rgba, case .uint8(let tensor) = pixels else { return self }
    let source = tensor.span
    for index in stride(from: 3, to: tensor.count, by: 4) where source[index] != 255 { return self }
    let rgb = Tensor<UInt8>(shape: [height, width, 3]) { output in
      for index in 0..<tensor.count where index % 4 != 3 { output.append(source[index]) }
    }
    return Image(rgb: rgb)
  }
}
