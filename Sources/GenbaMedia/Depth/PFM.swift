internal import GenbaCore

/// PFM, Paul Debevec's portable float map: `Pf`, width and height, a scale whose sign is the byte order, then float32
/// rows from the bottom to the top. Middlebury's and Sintel's disparities come so.
enum PFM {
  /// `nil` for what does not begin as PFM does.
  static func decode(_ bytes: [UInt8], limits: DecodeLimits) throws(GenbaError) -> DepthImage? {
    guard bytes.count > 3, bytes[0] == UInt8(ascii: "P"),
      bytes[1] == UInt8(ascii: "f") || bytes[1] == UInt8(ascii: "F"),
      [9, 10, 13, 32].contains(bytes[2])
    else { return nil }
    guard bytes[1] == UInt8(ascii: "f") else {
      throw GenbaError(.unsupportedFormat, "a PFM with three channels; a depth picture has one")
    }
    var place = 2
    let words = try (0..<3).map { (_) throws(GenbaError) in try word(bytes, &place) }
    guard let width = Int(words[0]), let height = Int(words[1]), let scale = Float(words[2]), width > 0, height > 0,
      scale != 0, scale.isFinite
    else { throw GenbaError(.corruptData, "a PFM header of '\(words.joined(separator: " "))'") }
    try PictureLibrary.check(width: width, height: height, limits: limits)
    guard bytes.count - place >= 4 * width * height else {
      throw GenbaError(
        .truncated, "\(width) x \(height) pixels take \(4 * width * height) bytes, and \(bytes.count - place) are there"
      )
    }
    return .float32(
      Tensor(shape: [height, width]) { output in
        for row in (0..<height).reversed() {
          for column in 0..<width {
            let bits = bytes.bits(
              at: place + 4 * (row * width + column), byteCount: 4, isBigEndian: scale > 0)
            output.append(Float(bitPattern: UInt32(bits)))
          }
        }
      })
  }

  /// One word of the header; a single space stands behind it.
  private static func word(_ bytes: [UInt8], _ place: inout Int) throws(GenbaError) -> String {
    func isSpace(_ byte: UInt8) -> Bool { [9, 10, 13, 32].contains(byte) }
    while place < bytes.count, isSpace(bytes[place]) { place += 1 }
    let start = place
    while place < bytes.count, !isSpace(bytes[place]), place - start < 32 { place += 1 }
    guard place < bytes.count, isSpace(bytes[place]) else {
      throw GenbaError(.truncated, "the file ends within the PFM header")
    }
    defer { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

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

extension [UInt8] {
  /// Appends the lowest `byteCount` bytes of `value`, lowest byte first.
  mutating func appendLittleEndian(_ value: UInt64, byteCount: Int) {
    for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index)))) }
  }
}
