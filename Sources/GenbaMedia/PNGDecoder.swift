internal import CGenbaMedia
internal import GenbaCore

/// PNG through libpng.
enum PNGDecoder {
  static func decode(_ bytes: [UInt8], limits: DecodeLimits) throws(GenbaError) -> Image {
    var header = try readHeader(bytes)
    let (width, height) = (Int(header.width), Int(header.height))
    try PictureLibrary.check(width: width, height: height, limits: limits)
    func pixels<Element: TensorElement>() throws(GenbaError) -> Tensor<Element> {
      try unsafe PictureLibrary.tensor(shape: [height, width, Int(header.channel_count)]) { memory throws(GenbaError) in
        try PictureLibrary.check("libpng") { message in
          unsafe genba_png_read(bytes, bytes.count, &header, memory, &message)
        }
      }
    }
    return Image(
      pixels: header.bit_depth == 16 ? .uint16(try pixels()) : .uint8(try pixels()), colorModel: colorModel(header),
      orientation: ExifOrientation.inPNG(bytes), isOrientationApplied: false)
  }

  static func metadata(_ bytes: [UInt8]) throws(GenbaError) -> ImageMetadata {
    let header = try readHeader(bytes)
    return ImageMetadata(
      format: "png", width: Int(header.width), height: Int(header.height), colorModel: colorModel(header),
      bitDepth: Int(header.stored_bit_depth), orientation: ExifOrientation.inPNG(bytes))
  }

  private static func readHeader(_ bytes: [UInt8]) throws(GenbaError) -> genba_png_header {
    var header = genba_png_header()
    try PictureLibrary.check("libpng") { message in
      unsafe genba_png_read(bytes, bytes.count, &header, nil, &message)
    }
    return header
  }

  private static func colorModel(_ header: genba_png_header) -> Image.ColorModel {
    switch header.channel_count {
    case 1: .gray
    case 2: .grayAlpha
    case 3: .rgb
    default: .rgba
    }
  }
}
