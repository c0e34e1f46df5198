internal import GenbaCore

/// How many bytes of samples a file's header promises, and how many there are.
///
/// libsndfile silently shortens a sound whose file ends early; a recording that lost its end is an error here.
struct HeaderClaim {
  let claimedBytes: Int
  let presentBytes: Int

  /// What the header of an uncompressed sound says; `nil` where it does not say, as in a file that was written to a
  /// pipe.
  static func read(_ source: MediaSource, signature: FileSignature) throws(GenbaError) -> HeaderClaim? {
    let byteCount = try source.byteCount()
    var pieces = SourcePieces(source)
    switch signature {
    case .sound("wav"):
      let isBigEndian = try pieces.bytes(at: 0, count: 4).elementsEqual("RIFX".utf8)
      return try chunk("data", of: &pieces, byteCount: byteCount, isBigEndian: isBigEndian)
    case .sound("aiff"):
      return try chunk("SSND", of: &pieces, byteCount: byteCount, isBigEndian: true)
    case .sound("au"):
      let header = try pieces.bytes(at: 0, count: 12)
      guard header.count == 12 else { return HeaderClaim(claimedBytes: 12, presentBytes: byteCount) }
      guard header[4..<8].bigEndianNumber >= 24 else {
        throw GenbaError(.corruptData, "the samples are said to begin inside the header")
      }
      return samples(header[8..<12].bigEndianNumber, from: header[4..<8].bigEndianNumber, byteCount: byteCount)
    case .sound("rf64"):
      // ds64, the first chunk, has the lengths of 64 bits: of the file, and of the samples.
      let header = try pieces.bytes(at: 12, count: 24)
      guard header.count == 24 else { return HeaderClaim(claimedBytes: 36, presentBytes: byteCount) }
      guard header[0..<4].elementsEqual("ds64".utf8), let data = try place(of: "data", in: &pieces) else { return nil }
      return HeaderClaim(claimedBytes: header[16..<24].littleEndianNumber, presentBytes: max(byteCount - data, 0))
    case .sound("w64"):
      // Sony's chunks: a name of 16 bytes, then the length of 8 bytes, which counts these 24 too.
      return try wave64(&pieces, byteCount: byteCount)
    default:
      return nil
    }
  }

  /// Where the content of a RIFF chunk begins, without a look at how long it is.
  private static func place(of name: String, in pieces: inout SourcePieces) throws(GenbaError) -> Int? {
    var place = 12
    for _ in 0..<1000 {
      let header = try pieces.bytes(at: place, count: 8)
      guard header.count == 8 else { return nil }
      if header[0..<4].elementsEqual(name.utf8) { return place + 8 }
      place += 8 + header[4..<8].littleEndianNumber
      place += place % 2
    }
    return nil
  }

  private static func wave64(_ pieces: inout SourcePieces, byteCount: Int) throws(GenbaError) -> HeaderClaim? {
    var place = 40
    for _ in 0..<1000 {
      let header = try pieces.bytes(at: place, count: 24)
      guard header.count == 24 else { return HeaderClaim(claimedBytes: place + 24, presentBytes: byteCount) }
      let length = header[16..<24].littleEndianNumber
      if header[0..<4].elementsEqual("data".utf8) {
        return HeaderClaim(claimedBytes: length - 24, presentBytes: max(byteCount - place - 24, 0))
      }
      let (next, overflow) = place.addingReportingOverflow(length)
      guard length >= 24, !overflow, next <= Int.max - 8 else { return nil }
      place = (next + 7) / 8 * 8
    }
    return nil
  }

  private static func samples(_ claimed: Int, from start: Int, byteCount: Int) -> HeaderClaim? {
    // What writers put there that cannot seek back: sox 0x7ffff000, arecord 0x80000000, FFmpeg 0xffffffff.
    if (0x7fff_f000...0x8000_0000).contains(claimed) || claimed == 0xffff_ffff { return nil }
    return HeaderClaim(claimedBytes: claimed, presentBytes: max(byteCount - start, 0))
  }

  /// Walks the chunks of a RIFF or AIFF file: four letters, a length, the content, and a byte more if it is odd.
  private static func chunk(
    _ name: String, of pieces: inout SourcePieces, byteCount: Int, isBigEndian: Bool
  ) throws(GenbaError) -> HeaderClaim? {
    var place = 12
    // A real file has a handful; without a bound, a broken one could make millions of reads.
    for _ in 0..<1000 {
      let header = try pieces.bytes(at: place, count: 8)
      // The file ends before the chunk of the samples even begins.
      guard header.count == 8 else { return HeaderClaim(claimedBytes: place + 8, presentBytes: byteCount) }
      let length = isBigEndian ? header[4..<8].bigEndianNumber : header[4..<8].littleEndianNumber
      if header[0..<4].elementsEqual(name.utf8) { return samples(length, from: place + 8, byteCount: byteCount) }
      place += 8 + length + length % 2
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  /// The bytes as one number, the first of them the most significant.
  var bigEndianNumber: Int { reduce(0) { $0 << 8 | Int($1) } }

  /// The bytes as one number, the last of them the most significant.
  var littleEndianNumber: Int { reversed().reduce(0) { $0 << 8 | Int($1) } }
}
