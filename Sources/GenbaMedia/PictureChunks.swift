// The parts that picture files are made of, found without decoding. A length that leads beyond the end ends the walk.

/// A JPEG's segments in front of its entropy-coded data.
enum JPEGSegments {
  /// Calls `body` with each segment's marker and what is in it.
  static func visit(_ bytes: [UInt8], _ body: (_ marker: UInt8, _ payload: ArraySlice<UInt8>) -> Void) {
    var place = 2
    // Each is 0xff, a marker and a length that counts itself; the entropy-coded data begins behind SOS.
    while place + 4 <= bytes.count, bytes[place] == 0xff {
      let marker = bytes[place + 1]
      if marker == 0xff {
        place += 1
        continue
      }
      let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
      guard marker != 0xda, marker != 0xd9, length >= 2, place + 2 + length <= bytes.count else { return }
      body(marker, bytes[place + 4..<place + 2 + length])
      place += 2 + length
    }
  }
}

/// A PNG's chunks.
enum PNGChunks {
  /// The content of the first chunk of that name, wherever it stands.
  static func first(_ name: String, in bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var place = 8
    while place + 8 <= bytes.count {
      let length = bytes[place..<place + 4].bigEndianNumber
      guard place + 8 + length <= bytes.count else { return nil }
      if bytes[place + 4..<place + 8].elementsEqual(name.utf8) { return bytes[place + 8..<place + 8 + length] }
      place += length + 12
    }
    return nil
  }
}

/// A WebP's chunks.
enum WebPChunks {
  /// Calls `body` with each chunk's name and what is in it.
  static func visit(_ bytes: [UInt8], _ body: (_ name: ArraySlice<UInt8>, _ content: ArraySlice<UInt8>) -> Void) {
    var place = 12
    while place + 8 <= bytes.count {
      let length = bytes[place + 4..<place + 8].littleEndianNumber
      guard place + 8 + length <= bytes.count else { return }
      body(bytes[place..<place + 4], bytes[place + 8..<place + 8 + length])
      place += 8 + length + length % 2
    }
  }

  /// The content of the first chunk of that name.
  static func first(_ name: String, in bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var found: ArraySlice<UInt8>?
    visit(bytes) { chunk, content in
      if found == nil, chunk.elementsEqual(name.utf8) { found = content }
    }
    return found
  }
}

/// A GIF's blocks.
enum GIFBlocks {
  /// How many pictures there are, counted up to where the file ends or stops being a GIF.
  static func imageCount(_ bytes: [UInt8]) -> Int {
    guard bytes.count > 13 else { return 0 }
    var count = 0
    var place = 13 + colorTableBytes(bytes[10])
    while place < bytes.count {
      switch bytes[place] {
      case 0x2c:
        guard place + 10 < bytes.count else { return count }
        count += 1
        // Behind the descriptor, the colours and the code size come the sub-blocks of the pixels.
        place = skipSubBlocks(bytes, from: place + 11 + colorTableBytes(bytes[place + 9]))
      case 0x21:
        place = skipSubBlocks(bytes, from: place + 2)
      default:
        return count
      }
    }
    return count
  }

  private static func colorTableBytes(_ flags: UInt8) -> Int { flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1) }

  /// The place behind a chain of blocks, each of a length and so many bytes, that ends with a length of 0.
  private static func skipSubBlocks(_ bytes: [UInt8], from start: Int) -> Int {
    var place = start
    while place < bytes.count, bytes[place] != 0 { place += Int(bytes[place]) + 1 }
    return place + 1
  }
}
