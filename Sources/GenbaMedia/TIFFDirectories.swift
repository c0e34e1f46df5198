/// The directories of a TIFF file, one a page, or of an EXIF block, which is a TIFF without pixels.
struct TIFFDirectories {
  private let block: ArraySlice<UInt8>
  private let isLittleEndian: Bool

  /// `nil` if it is no TIFF.
  init?(_ block: ArraySlice<UInt8>) {
    switch block.prefix(2) {
    case [0x49, 0x49]: isLittleEndian = true
    case [0x4d, 0x4d]: isLittleEndian = false
    default: return nil
    }
    self.block = block
    guard number(at: 2, byteCount: 2) == 42 else { return nil }
  }

  /// How many pages there are: directories that can be reached, none of them twice.
  var count: Int {
    var seen: Set<Int> = []
    var place = number(at: 4, byteCount: 4)
    while let directory = place, directory != 0, entryCount(directory) != nil, seen.insert(directory).inserted {
      place = next(after: directory)
    }
    return seen.count
  }

  /// Where the directory of a page begins; `nil` beyond the last one.
  func directory(at page: Int) -> Int? {
    var place = number(at: 4, byteCount: 4)
    for _ in 0..<page {
      guard let directory = place, directory != 0 else { return nil }
      place = next(after: directory)
    }
    return place.flatMap { $0 != 0 && entryCount($0) != nil ? $0 : nil }
  }

  /// The first value of a tag whose values are whole numbers.
  func number(ofTag tag: Int, in directory: Int) -> Int? {
    guard let entry = entry(tag, in: directory), let type = number(at: entry + 2, byteCount: 2),
      let byteCount = [1: 1, 3: 2, 4: 4][type]
    else { return nil }
    return number(at: entry + 8, byteCount: byteCount)
  }

  /// The bytes of a tag of bytes or of undefined type that do not fit its entry.
  func bytes(ofTag tag: Int, in directory: Int) -> ArraySlice<UInt8>? {
    guard let entry = entry(tag, in: directory), [1, 7].contains(number(at: entry + 2, byteCount: 2)),
      let count = number(at: entry + 4, byteCount: 4), count > 4, let place = number(at: entry + 8, byteCount: 4),
      place + count <= block.count
    else { return nil }
    return block[block.startIndex + place..<block.startIndex + place + count]
  }

  /// A file's bytes with the directory at this place as the first one.
  static func beginning(_ bytes: [UInt8], at directory: Int) -> [UInt8] {
    var bytes = bytes
    let isLittleEndian = bytes.first == 0x49
    for index in 0..<4 {
      let shift = 8 * (isLittleEndian ? index : 3 - index)
      bytes[4 + index] = UInt8(truncatingIfNeeded: directory >> shift)
    }
    return bytes
  }

  private func entryCount(_ directory: Int) -> Int? { number(at: directory, byteCount: 2) }

  private func next(after directory: Int) -> Int? {
    entryCount(directory).flatMap { number(at: directory + 2 + $0 * 12, byteCount: 4) }
  }

  /// Where the entry of a tag begins: tag, type, count, and the value itself or where it is.
  private func entry(_ tag: Int, in directory: Int) -> Int? {
    guard let count = entryCount(directory) else { return nil }
    for index in 0..<count {
      let place = directory + 2 + index * 12
      guard let found = number(at: place, byteCount: 2) else { return nil }
      if found == tag { return place }
    }
    return nil
  }

  private func number(at offset: Int, byteCount: Int) -> Int? {
    guard offset >= 0, offset + byteCount <= block.count else { return nil }
    let digits = block[block.startIndex + offset..<block.startIndex + offset + byteCount]
    return isLittleEndian ? digits.littleEndianNumber : digits.bigEndianNumber
  }
}
