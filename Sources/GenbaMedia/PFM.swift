internal import GenbaCore

/// PFM, the float relative of PPM: `PF` or `Pf`, columns and rows, a scale whose sign is the byte order (negative for
/// little-endian), and float32 rows from the bottom up. (netpbm's pfm(5).)
///
/// Values come as they are stored. The scale's size, a hint at the unit, changes nothing, as in OpenCV up to a factor
/// of 1. Middlebury's and Sintel's disparities come so.
enum PFM {
  /// What stands in front of the values.
  private struct Header {
    var width: Int
    var height: Int
    var channels: Int
    var isLittleEndian: Bool
    /// Where the values begin.
    var byteCount: Int
  }

  static func decode(_ bytes: [UInt8], _ request: PictureRequest) throws(GenbaError) -> Image {
    let header = try header(bytes)
    try PictureLibrary.check(width: header.width, height: header.height, limits: request.limits)
    let rowLength = header.width * header.channels
    let rowsThere = (bytes.count - header.byteCount) / (4 * rowLength)
    var damage: GenbaError?
    if rowsThere < header.height {
      let error = GenbaError(
        .truncated, "the file ends before the picture does: \(rowsThere) of \(header.height) rows are there")
      guard request.damage != .strict else { throw error }
      damage = error
    }
    let pixels = Tensor<Float>(shape: [header.height, header.width, header.channels]) { output in
      for row in (0..<header.height).reversed() {
        guard row < rowsThere else {
          output.append(repeating: 0, count: rowLength)
          continue
        }
        let start = header.byteCount + row * rowLength * 4
        for place in stride(from: start, to: start + rowLength * 4, by: 4) {
          let digits = bytes[place..<place + 4]
          let bits = header.isLittleEndian ? digits.littleEndianNumber : digits.bigEndianNumber
          output.append(Float(bitPattern: UInt32(bits)))
        }
      }
    }
    var image = Image(pixels: .float32(pixels), colorModel: header.channels == 3 ? .rgb : .gray)
    image.isOrientationApplied = false
    image.damage = damage
    return image
  }

  static func metadata(_ bytes: [UInt8]) throws(GenbaError) -> ImageMetadata {
    let header = try header(bytes)
    return ImageMetadata(
      format: "pfm", width: header.width, height: header.height, colorModel: header.channels == 3 ? .rgb : .gray,
      bitDepth: 32)
  }

  private static func header(_ bytes: [UInt8]) throws(GenbaError) -> Header {
    // Four words, with white space behind each; comments are not part of the format.
    var words: [String] = []
    var place = 0
    while words.count < 4, place < min(bytes.count, 200) {
      let end = bytes[place...].firstIndex { (9...13).contains($0) || $0 == 32 } ?? bytes.count
      if end > place { words.append(String(decoding: bytes[place..<end], as: UTF8.self)) }
      place = end + 1
    }
    guard words.count == 4, let width = Int(words[1]), let height = Int(words[2]), let scale = Double(words[3]),
      (1...Int(Int32.max)).contains(width), (1...Int(Int32.max)).contains(height), scale != 0, scale.isFinite
    else {
      throw GenbaError(.corruptData, "the header is not that of a PFM: PF or Pf, columns, rows, and a scale")
    }
    return Header(
      width: width, height: height, channels: words[0] == "PF" ? 3 : 1, isLittleEndian: scale < 0, byteCount: place)
  }

  /// One channel, little-endian, with a scale of 1.
  static func encode(_ values: Tensor<Float>) -> [UInt8] {
    let (height, width) = (values.shape[0], values.shape[1])
    var bytes = Array("Pf\n\(width) \(height)\n-1.0\n".utf8)
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    let source = values.span
    for row in (0..<height).reversed() {
      for column in 0..<width {
        bytes.appendLittleEndian(UInt64(source[row * width + column].bitPattern), byteCount: 4)
      }
    }
    return bytes
  }
}
