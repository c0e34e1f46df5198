internal import CGenbaMedia
internal import GenbaCore

/// JPEG through libjpeg-turbo.
enum JPEGDecoder {
  static func decode(_ bytes: [UInt8], _ request: PictureRequest) throws(GenbaError) -> Image {
    let orientation = ExifOrientation.inJPEG(bytes)
    var header = try readHeader(bytes, scale: 1)
    let (fullWidth, fullHeight) = (Int(header.width), Int(header.height))
    // The limit is on what the file claims: entropy decoding goes through all of it at any scale.
    try PictureLibrary.check(width: fullWidth, height: fullHeight, limits: request.limits)
    let scale = scaleDenominator(fullWidth, fullHeight, orientation, request)
    if scale > 1 { header = try readHeader(bytes, scale: scale) }
    let options = genba_jpeg_options(scale_denominator: scale, keeps_damaged: request.damage != .strict)
    let height = Int(header.height)
    let rowBytes = Int(header.width) * Int(header.channel_count)
    var damage: GenbaError?
    var pixels: Tensor<UInt8> = try unsafe PictureLibrary.tensor(
      shape: [height, Int(header.width), Int(header.channel_count)]
    ) { memory throws(GenbaError) in
      var progress = genba_jpeg_progress()
      let error = PictureLibrary.error("libjpeg") { message in
        unsafe genba_jpeg_read(bytes, bytes.count, options, &header, memory, &progress, &message)
      }
      guard let error else { return }
      damage = try PictureLibrary.damage(
        error, goodRows: Int(progress.undamaged_rows), of: height, policy: request.damage)
      let written = Int(progress.rows) * rowBytes
      unsafe memory?.advanced(by: written).update(repeating: 0, count: height * rowBytes - written)
    }
    let colorModel = colorModel(header)
    if colorModel == .cmyk { invert(&pixels) }
    var image = Image(
      pixels: .uint8(pixels), colorModel: colorModel, orientation: orientation, isOrientationApplied: false)
    image.iccProfile = ICCProfile.inJPEG(bytes)
    image.damage = damage
    return image
  }

  static func metadata(_ bytes: [UInt8]) throws(GenbaError) -> ImageMetadata {
    let header = try readHeader(bytes, scale: 1)
    return ImageMetadata(
      format: "jpeg", width: Int(header.width), height: Int(header.height), colorModel: colorModel(header), bitDepth: 8,
      orientation: ExifOrientation.inJPEG(bytes), iccProfile: ICCProfile.inJPEG(bytes))
  }

  private static func readHeader(_ bytes: [UInt8], scale: UInt8) throws(GenbaError) -> genba_jpeg_header {
    var header = genba_jpeg_header()
    let options = genba_jpeg_options(scale_denominator: scale, keeps_damaged: false)
    try PictureLibrary.check("libjpeg") { message in
      unsafe genba_jpeg_read(bytes, bytes.count, options, &header, nil, nil, &message)
    }
    return header
  }

  /// The largest of 8, 4, 2 and 1 that leaves at least the wanted size: Pillow's `draft`.
  private static func scaleDenominator(
    _ width: Int, _ height: Int, _ orientation: ImageOrientation, _ request: PictureRequest
  ) -> UInt8 {
    guard var minimum = request.minimumSize else { return 1 }
    if request.applyOrientation, orientation.swapsAxes { minimum = (minimum.width, minimum.height) }
    let ratio = min(width / max(minimum.width, 1), height / max(minimum.height, 1))
    return [8, 4, 2].first { ratio >= Int($0) } ?? 1
  }

  private static func colorModel(_ header: genba_jpeg_header) -> Image.ColorModel {
    switch header.channel_count {
    case 1: .gray
    case 3: .rgb
    default: .cmyk
    }
  }

  /// Adobe's programs store inks inverted. Pillow takes every CMYK JPEG to be such a one, with or without a marker.
  private static func invert(_ pixels: inout Tensor<UInt8>) {
    var span = pixels.mutableSpan
    for index in 0..<span.count { span[index] = ~span[index] }
  }
}
