internal import CGenbaMedia
internal import GenbaCore

/// PNG through libpng.
enum PNGDecoder {
  static func decode(_ bytes: [UInt8], _ request: PictureRequest) throws(GenbaError) -> Image {
    var header = try readHeader(bytes)
    let (width, height) = (Int(header.width), Int(header.height))
    try PictureLibrary.check(width: width, height: height, limits: request.limits)
    var damage: GenbaError?
    func pixels<Element: TensorElement>() throws(GenbaError) -> Tensor<Element> {
      let shape = [height, width, Int(header.channel_count)]
      return try unsafe PictureLibrary.tensor(shape: shape) {
        (memory: UnsafeMutablePointer<Element>?) throws(GenbaError) in
        // Passes of an interlaced picture add to pixels that are there; what is never read is black.
        if request.damage != .strict {
          unsafe memory.map { UnsafeMutableRawPointer($0) }?.initializeMemory(
            as: UInt8.self, repeating: 0, count: height * width * shape[2] * MemoryLayout<Element>.stride)
        }
        var rows: UInt32 = 0
        let error = PictureLibrary.error("libpng") { message in
          unsafe genba_png_read(bytes, bytes.count, &header, memory, &rows, &message)
        }
        guard let error else { return }
        damage = try PictureLibrary.damage(error, goodRows: Int(rows), of: height, policy: request.damage)
      }
    }
    var image = Image(
      pixels: header.bit_depth == 16 ? .uint16(try pixels()) : .uint8(try pixels()), colorModel: colorModel(header),
      orientation: ExifOrientation.inPNG(bytes), isOrientationApplied: false)
    image.iccProfile = ICCProfile.inPNG(bytes)
    image.damage = damage
    return image
  }

  static func metadata(_ bytes: [UInt8]) throws(GenbaError) -> ImageMetadata {
    let header = try readHeader(bytes)
    return ImageMetadata(
      format: "png", width: Int(header.width), height: Int(header.height), colorModel: colorModel(header),
      bitDepth: Int(header.stored_bit_depth), orientation: ExifOrientation.inPNG(bytes),
      iccProfile: ICCProfile.inPNG(bytes))
  }

  private static func readHeader(_ bytes: [UInt8]) throws(GenbaError) -> genba_png_header {
    var header = genba_png_header()
    try PictureLibrary.check("libpng") { message in
      unsafe genba_png_read(bytes, bytes.count, &header, nil, nil, &message)
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
