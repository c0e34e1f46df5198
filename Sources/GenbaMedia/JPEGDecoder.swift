internal import CGenbaMedia
internal import GenbaCore

/// JPEG through libjpeg-turbo.
enum JPEGDecoder {
  static func decode(_ bytes: [UInt8], limits: DecodeLimits) throws(GenbaError) -> Image {
    var header = try readHeader(bytes)
    let (width, height) = (Int(header.width), Int(header.height))
    try PictureLibrary.check(width: width, height: height, limits: limits)
    var pixels: Tensor<UInt8> = try unsafe PictureLibrary.tensor(
      shape: [height, width, Int(header.channel_count)]
    ) { memory throws(GenbaError) in
      try PictureLibrary.check("libjpeg") { message in
        unsafe genba_jpeg_read(bytes, bytes.count, &header, memory, &message)
      }
    }
    let colorModel = colorModel(header)
    if colorModel == .cmyk { invert(&pixels) }
    return Image(
      pixels: .uint8(pixels), colorModel: colorModel, orientation: ExifOrientation.inJPEG(bytes),
      isOrientationApplied: false)
  }

  static func metadata(_ bytes: [UInt8]) throws(GenbaError) -> ImageMetadata {
    let header = try readHeader(bytes)
    return ImageMetadata(
      format: "jpeg", width: Int(header.width), height: Int(header.height), colorModel: colorModel(header), bitDepth: 8,
      orientation: ExifOrientation.inJPEG(bytes))
  }

  private static func readHeader(_ bytes: [UInt8]) throws(GenbaError) -> genba_jpeg_header {
    var header = genba_jpeg_header()
    try PictureLibrary.check("libjpeg") { message in
      unsafe genba_jpeg_read(bytes, bytes.count, &header, nil, &message)
    }
    return header
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
