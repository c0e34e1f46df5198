internal import GenbaCore

/// TIFF 6.0 with one channel of float32, which FFmpeg does not read: uncompressed strips, as Pillow and tifffile write
/// them. And the writer of depth as TIFF, uint16 or float32, in one strip.
enum FloatTIFF {
  private enum Tag: UInt64 {
    case width = 256, height = 257, bitsPerSample = 258, compression = 259, photometric = 262, stripOffsets = 273
    case samplesPerPixel = 277, rowsPerStrip = 278, stripByteCounts = 279, predictor = 317, sampleFormat = 339
  }

  private static let highestCount = 1 << 20

  /// float32 [height, width]; `nil` for what is no TIFF, or one whose numbers are no floats.
  static func decode(_ bytes: [UInt8], limits: DecodeLimits) throws(GenbaError) -> Tensor<Float>? {
    guard bytes.starts(with: [0x49, 0x49, 42, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 42]), bytes.count > 8 else {
      return nil
    }
    let isBig = bytes[0] == 0x4D
    guard let entries = entries(bytes, isBig), entries[.sampleFormat]?.first == 3 else { return nil }
    func one(_ tag: Tag, _ fallback: Int? = nil) throws(GenbaError) -> Int {
      guard let value = entries[tag]?.first ?? fallback else {
        throw GenbaError(.corruptData, "the TIFF lacks its tag \(tag.rawValue)")
      }
      return value
    }
    let (width, height) = (try one(.width), try one(.height))
    guard try one(.bitsPerSample, 1) == 32, try one(.samplesPerPixel, 1) == 1 else {
      throw GenbaError(.unsupportedFormat, "a TIFF of floats that are not one channel of 32 bits")
    }
    guard try one(.compression, 1) == 1 else {
      throw GenbaError(.unsupportedFormat, "a TIFF of compressed floats; write it without compression")
    }
    guard width > 0, height > 0 else { throw GenbaError(.corruptData, "a TIFF of \(width) x \(height) pixels") }
    try PictureLibrary.check(width: width, height: height, limits: limits)
    let (offsets, counts) = (entries[.stripOffsets] ?? [], entries[.stripByteCounts] ?? [])
    guard offsets.count == counts.count, !offsets.isEmpty else {
      throw GenbaError(.corruptData, "the TIFF's strips have \(offsets.count) places and \(counts.count) lengths")
    }
    var values: [Float] = []
    for (offset, count) in zip(offsets, counts) {
      guard count >= 0, offset >= 0, offset <= bytes.count, count <= bytes.count - offset else {
        throw GenbaError(.truncated, "the file ends within the picture's rows")
      }
      let pixels = min(count / 4, width * height - values.count)
      for index in 0..<pixels {
        let bits = bytes.bits(at: offset + 4 * index, byteCount: 4, isBigEndian: isBig)
        values.append(Float(bitPattern: UInt32(bits)))
      }
    }
    guard values.count == width * height else {
      throw GenbaError(.truncated, "\(values.count) of \(width) x \(height) pixels are there")
    }
    return Tensor(values, shape: [height, width])
  }

  /// The known tags of the first picture; `nil` if the directory does not hold together.
  private static func entries(_ bytes: [UInt8], _ isBig: Bool) -> [Tag: [Int]]? {
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard offset >= 0, offset + count <= bytes.count else { return nil }
      return Int(bytes.bits(at: offset, byteCount: count, isBigEndian: isBig))
    }
    guard let start = number(4, 4), let entryCount = number(start, 2) else { return nil }
    var entries: [Tag: [Int]] = [:]
    for index in 0..<entryCount {
      let place = start + 2 + 12 * index
      guard let name = number(place, 2), let type = number(place + 2, 2), let count = number(place + 4, 4) else {
        return nil
      }
      guard let tag = Tag(rawValue: UInt64(name)), let size = [1: 1, 3: 2, 4: 4][type] else { continue }
      guard (1...highestCount).contains(count) else { return nil }
      let isInside = size * count <= 4
      guard let first = isInside ? place + 8 : number(place + 8, 4) else { return nil }
      let values = (0..<count).map { number(first + size * $0, size) }
      guard values.allSatisfy({ $0 != nil }) else { return nil }
      entries[tag] = values.compactMap { $0 }
    }
    return entries
  }

  static func encode(_ image: DepthImage) -> [UInt8] {
    let (height, width) = (image.shape[0], image.shape[1])
    let isFloat = image.tensor.dtype == .float32
    let byteCount = image.tensor.dtype.byteCount * width * height
    // Each entry's type is SHORT (3) or LONG (4), and its number fits in it.
    let entries: [(Tag, UInt64, Int)] = [
      (.width, 4, width), (.height, 4, height), (.bitsPerSample, 3, isFloat ? 32 : 16), (.compression, 3, 1),
      (.photometric, 3, 1), (.stripOffsets, 4, 0), (.samplesPerPixel, 3, 1), (.rowsPerStrip, 4, height),
      (.stripByteCounts, 4, byteCount), (.sampleFormat, 3, isFloat ? 3 : 1),
    ]
    let dataStart = 8 + 2 + 12 * entries.count + 4
    var bytes: [UInt8] = [0x49, 0x49, 42, 0, 8, 0, 0, 0]
    bytes.reserveCapacity(dataStart + byteCount)
    bytes.appendLittleEndian(UInt64(entries.count), byteCount: 2)
    for (tag, type, value) in entries {
      bytes.appendLittleEndian(tag.rawValue, byteCount: 2)
      bytes.appendLittleEndian(type, byteCount: 2)
      bytes.appendLittleEndian(1, byteCount: 4)
      bytes.appendLittleEndian(UInt64(tag == .stripOffsets ? dataStart : value), byteCount: 4)
    }
    bytes.appendLittleEndian(0, byteCount: 4)
    switch image {
    case .uint16(let units):
      let source = units.span
      for index in 0..<source.count { bytes.appendLittleEndian(UInt64(source[index]), byteCount: 2) }
    case .float32(let values):
      let source = values.span
      for index in 0..<source.count { bytes.appendLittleEndian(UInt64(source[index].bitPattern), byteCount: 4) }
    }
    return bytes
  }
}
