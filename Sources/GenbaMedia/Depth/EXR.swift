internal import CFFmpeg
internal import GenbaCore

/// OpenEXR: read through FFmpeg, written as one uncompressed float channel `Y` (which FFmpeg reads back).
enum EXR {
  static func decode(_ source: MediaSource, limits: DecodeLimits) throws(GenbaError) -> DepthImage {
    let input = try FFmpegInput(source, limits: limits)
    let decoder = try FFmpegDecoder(input, .video, stream: nil, threads: 1, limits: limits)
    guard try decoder.decode() else {
      throw decoder.error(.truncated, "the file ends before the picture does", cause: FFmpegInput.cause())
    }
    let (width, height) = (decoder.frameWidth, decoder.frameHeight)
    try PictureLibrary.check(width: width, height: height, limits: limits)
    let format = unsafe AVPixelFormat(decoder.frame.pointee.format)
    // Planes of planar RGB stand as green, blue, red.
    let plane: Int
    switch format {
    case AV_PIX_FMT_GRAYF32LE: plane = 0
    case AV_PIX_FMT_GBRPF32LE, AV_PIX_FMT_GBRAPF32LE: plane = 2
    default:
      throw decoder.error(.unsupportedFormat, "pixels stored as \(decoder.framePixelFormat) are no depth")
    }
    let base: UnsafeMutablePointer<UInt8>? =
      unsafe plane == 0 ? decoder.frame.pointee.data.0 : decoder.frame.pointee.data.2
    let stride = unsafe Int(plane == 0 ? decoder.frame.pointee.linesize.0 : decoder.frame.pointee.linesize.2)
    guard let base = unsafe base else { throw decoder.error(.corruptData, "the picture has no pixels") }
    return .float32(
      Tensor(shape: [height, width]) { output in
        for row in 0..<height {
          for column in 0..<width {
            let bits = unsafe UnsafeRawPointer(base).loadUnaligned(
              fromByteOffset: row * stride + 4 * column, as: UInt32.self)
            output.append(Float(bitPattern: UInt32(littleEndian: bits)))
          }
        }
      })
  }

  static func encode(_ values: Tensor<Float>) -> [UInt8] {
    let (height, width) = (values.shape[0], values.shape[1])
    var bytes: [UInt8] = [0x76, 0x2F, 0x31, 0x01, 2, 0, 0, 0]
    func attribute(_ name: String, _ type: String, _ value: [UInt8]) {
      bytes += Array(name.utf8) + [0] + Array(type.utf8) + [0]
      bytes.appendLittleEndian(UInt64(value.count), byteCount: 4)
      bytes += value
    }
    func words(_ numbers: [UInt32]) -> [UInt8] {
      var words: [UInt8] = []
      for number in numbers { words.appendLittleEndian(UInt64(number), byteCount: 4) }
      return words
    }
    // One channel: name, FLOAT, not perceptual, sampling of 1 by 1; then the list's end.
    attribute("channels", "chlist", Array("Y\0".utf8) + words([2, 0, 1, 1]) + [0])
    attribute("compression", "compression", [0])
    let window = words([0, 0, UInt32(width - 1), UInt32(height - 1)])
    attribute("dataWindow", "box2i", window)
    attribute("displayWindow", "box2i", window)
    attribute("lineOrder", "lineOrder", [0])
    attribute("pixelAspectRatio", "float", words([Float(1).bitPattern]))
    attribute("screenWindowCenter", "v2f", words([0, 0]))
    attribute("screenWindowWidth", "float", words([Float(1).bitPattern]))
    bytes.append(0)
    // Where each row's block begins; a block is its row's number, its length and its numbers.
    let blockBytes = 8 + 4 * width
    let first = bytes.count + 8 * height
    for row in 0..<height { bytes.appendLittleEndian(UInt64(first + row * blockBytes), byteCount: 8) }
    let source = values.span
    for row in 0..<height {
      bytes += words([UInt32(row), UInt32(4 * width)])
      for column in 0..<width {
        bytes.appendLittleEndian(UInt64(source[row * width + column].bitPattern), byteCount: 4)
      }
    }
    return bytes
  }
}
