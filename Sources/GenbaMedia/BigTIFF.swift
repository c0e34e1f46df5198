internal import GenbaCore

/// BigTIFF, the TIFF of files beyond 4 GB: places and counts of 64 bits instead of 32. (Adobe TIFF 6.0 as libtiff 4.0
/// extends it.)
///
/// FFmpeg reads TIFF alone. A picture that fits into memory has no place beyond 32 bits, so its directories are written
/// anew as TIFF's behind the file's own bytes, which stay where they are.
struct BigTIFF {
  private var bytes: [UInt8]
  private let isLittleEndian: Bool

  /// The same picture as TIFF; the bytes themselves if they are no BigTIFF.
  ///
  /// - Throws: `.limitExceeded` for 4 GB and more; `.corruptData` for directories that lead out of the file.
  static func asTIFF(_ bytes: [UInt8]) throws(GenbaError) -> [UInt8] {
    let isLittleEndian = bytes.starts(with: [0x49, 0x49, 43, 0])
    guard isLittleEndian || bytes.starts(with: [0x4d, 0x4d, 0, 43]) else { return bytes }
    var file = BigTIFF(bytes: bytes, isLittleEndian: isLittleEndian)
    try file.rewrite()
    return file.bytes
  }

  private mutating func rewrite() throws(GenbaError) {
    guard bytes.count <= 0xf000_0000 else {
      throw GenbaError(.limitExceeded, "a BigTIFF of \(bytes.count) bytes; pictures are read up to 4 GB")
    }
    let fileBytes = bytes.count
    var place = try number(at: 8, byteCount: 8, within: fileBytes)
    var link = 4
    put(42, at: 2, byteCount: 2)
    var seen: Set<Int> = []
    while place != 0, seen.insert(place).inserted {
      let count = try number(at: place, byteCount: 8, within: fileBytes)
      guard (1...4096).contains(count), seen.count <= 4096 else {
        throw GenbaError(.corruptData, "a BigTIFF directory of \(count) entries")
      }
      if !bytes.count.isMultiple(of: 2) { bytes.append(0) }
      let directory = bytes.count
      put(directory, at: link, byteCount: 4)
      bytes.append(contentsOf: [UInt8](repeating: 0, count: 2 + 12 * count + 4))
      put(count, at: directory, byteCount: 2)
      for index in 0..<count {
        try writeEntry(from: place + 8 + 20 * index, to: directory + 2 + 12 * index, within: fileBytes)
      }
      link = directory + 2 + 12 * count
      place = try number(at: place + 8 + 20 * count, byteCount: 8, within: fileBytes)
    }
    put(0, at: link, byteCount: 4)
  }

  /// Of each type of values that BigTIFF brings along, TIFF's of half its length.
  private static let narrowed = [16: 4, 17: 9, 18: 13]
  private static let byteCounts = [
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
  ]

  private mutating func writeEntry(from source: Int, to target: Int, within end: Int) throws(GenbaError) {
    let type = try number(at: source + 2, byteCount: 2, within: end)
    let count = try number(at: source + 4, byteCount: 8, within: end)
    guard let byteCount = Self.byteCounts[type], count <= end / byteCount else {
      throw GenbaError(.corruptData, "a BigTIFF entry of \(count) values of type \(type)")
    }
    let isInline = count * byteCount <= 8
    let place = isInline ? source + 12 : try number(at: source + 12, byteCount: 8, within: end)
    guard place <= end - count * byteCount else {
      throw GenbaError(.corruptData, "a BigTIFF entry of \(count) values at \(place), behind the end of the file")
    }
    put(try number(at: source, byteCount: 2, within: end), at: target, byteCount: 2)
    put(Self.narrowed[type] ?? type, at: target + 2, byteCount: 2)
    put(count, at: target + 4, byteCount: 4)
    if Self.narrowed[type] == nil {
      // Values stay where they are, unless they stood in an entry that was longer than the new one.
      if count * byteCount <= 4 {
        for index in 0..<4 { bytes[target + 8 + index] = index < count * byteCount ? bytes[place + index] : 0 }
      } else if isInline {
        put(bytes.count, at: target + 8, byteCount: 4)
        bytes.append(contentsOf: Array(bytes[place..<place + 8]))
      } else {
        put(place, at: target + 8, byteCount: 4)
      }
      return
    }
    var values = target + 8
    if count > 1 {
      values = bytes.count
      put(values, at: target + 8, byteCount: 4)
      bytes.append(contentsOf: [UInt8](repeating: 0, count: 4 * count))
    }
    for index in 0..<count {
      put(try number(at: place + 8 * index, byteCount: 8, within: end), at: values + 4 * index, byteCount: 4)
    }
  }

  /// A number that TIFF has room for.
  private func number(at place: Int, byteCount: Int, within end: Int) throws(GenbaError) -> Int {
    guard place >= 0, place <= end - byteCount else {
      throw GenbaError(.corruptData, "a BigTIFF directory leads to byte \(place) of \(end)")
    }
    let digits = bytes[place..<place + byteCount]
    let value = isLittleEndian ? digits.littleEndianNumber : digits.bigEndianNumber
    guard (0...0xffff_ffff).contains(value) else {
      throw GenbaError(.corruptData, "a BigTIFF directory leads to byte \(UInt(bitPattern: value)) of \(end)")
    }
    return value
  }

  private mutating func put(_ value: Int, at place: Int, byteCount: Int) {
    for index in 0..<byteCount {
      let shift = 8 * (isLittleEndian ? index : byteCount - 1 - index)
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }
}
