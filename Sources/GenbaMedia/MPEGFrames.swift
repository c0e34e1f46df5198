internal import GenbaCore

/// The frames of an MP3, of MPEG's older layers, or of raw AAC (ADTS), each of which says how long it is, so that the next
/// one begins behind it.
///
/// The decoding libraries look for the next frame wherever they have lost one, and end where the file does; here a gap
/// and a cut are damage.
enum MPEGFrames {
  /// The first damage, and how many bytes stand whole before it; `nil` for a file without any, and for one whose frames
  /// cannot be followed, as those of MP3's free format.
  ///
  /// Tags before, between and behind the frames are passed over, and so is what stands behind the last frame.
  static func firstDamage(in source: MediaSource) throws(GenbaError) -> StreamEnd.Damage? {
    let bytes = try ReadAhead(source, limits: DecodeLimits(fileBytes: .max))
    let byteCount = bytes.byteCount
    var place = 0
    var first: MPEGFrameHeader?
    var promised: Int?
    var count = 0
    while place < byteCount {
      if let header = MPEGFrameHeader(bytes.bytes(at: place, count: MPEGFrameHeader.byteCount)) {
        guard let length = header.length else { return nil }
        if first == nil {
          first = header
          promised = promisedFrames(bytes.bytes(at: place, count: min(length, 192)))
        }
        guard place + length <= byteCount else { return (cut, place) }
        place += length
        count += 1
      } else if let tag = tagLength(bytes.bytes(at: place, count: 128)) {
        place += tag
      } else if let first {
        if byteCount - place < MPEGFrameHeader.byteCount, bytes.bytes(at: place, count: 1) == [0xff] {
          return (cut, place)
        }
        guard let next = nextFrame(bytes, from: place + 1, like: first) else { break }
        let error = GenbaError(
          .corruptData, "a frame is damaged: \(next - place) bytes from byte \(place) on belong to none")
        return (error, place)
      } else {
        // Whatever stands before the sound is the libraries' matter.
        return nil
      }
    }
    // The frame that promises is counted by some encoders, and by others not.
    guard let promised, count < promised else { return nil }
    let error = GenbaError(.truncated, "the header promises \(promised) frames where the file has \(count)")
    return (error, byteCount)
  }

  private static var cut: GenbaError { GenbaError(.truncated, "the file ends in the middle of a frame") }

  /// How many frames an MP3's first frame says there are, if it is no sound but an Info frame: `Xing` or `Info` behind the
  /// side information, or Fraunhofer's `VBRI`.
  private static func promisedFrames(_ frame: [UInt8]) -> Int? {
    // A byte of flags says which numbers follow; the first is that of frames.
    for place in [13, 21, 36] where frame.count >= place + 12 {
      let name = frame[place..<place + 4]
      guard name.elementsEqual("Xing".utf8) || name.elementsEqual("Info".utf8) else { continue }
      return frame[place + 7] & 1 == 1 ? frame[place + 8..<place + 12].bigEndianNumber : nil
    }
    guard frame.count >= 54, frame[36..<40].elementsEqual("VBRI".utf8) else { return nil }
    return frame[50..<54].bigEndianNumber
  }

  /// How long the tag is that begins here, or the zeros; `nil` if there is none.
  private static func tagLength(_ head: [UInt8]) -> Int? {
    if head.count >= 10, head.starts(with: "ID3".utf8) {
      // Seven bits of each byte count.
      let length = head[6..<10].reduce(0) { $0 << 7 | Int($1 & 0x7f) }
      return 10 + length + (head[5] & 0x10 != 0 ? 10 : 0)
    }
    if head.starts(with: "TAG+".utf8) { return 227 }
    if head.starts(with: "TAG".utf8) { return 128 }
    if head.count >= 32, head.starts(with: "APETAGEX".utf8) {
      // A header counts what follows it, a footer what stands before it.
      let isHeader = head[23] & 0x20 != 0
      return 32 + (isHeader ? head[12..<16].littleEndianNumber : 0)
    }
    if head.starts(with: "LYRICSBEGIN".utf8) { return .max / 2 }
    let zeros = head.prefix { $0 == 0 }.count
    return zeros > 0 ? zeros : nil
  }

  /// Where the next frame begins that is like another one, with one like it, or the end of the file, right behind it.
  private static func nextFrame(_ bytes: ReadAhead, from start: Int, like other: MPEGFrameHeader) -> Int? {
    func frameEnd(_ place: Int) -> Int? {
      guard let header = MPEGFrameHeader(bytes.bytes(at: place, count: MPEGFrameHeader.byteCount)),
        header.isLike(other), let length = header.length
      else { return nil }
      return place + length
    }
    var place = start
    while place < bytes.byteCount {
      let piece = bytes.bytes(at: place, count: 4096)
      for (offset, byte) in piece.enumerated() where byte == 0xff {
        guard let end = frameEnd(place + offset) else { continue }
        if end >= bytes.byteCount || frameEnd(end) != nil { return place + offset }
      }
      place += max(piece.count, 1)
    }
    return nil
  }
}

/// What the first bytes of an MPEG audio frame say.
struct MPEGFrameHeader {
  /// Bytes that are enough to tell.
  static let byteCount = 6

  /// Of the whole frame, in bytes; `nil` in the free format, where it is not said.
  let length: Int?
  /// Version, layer and sample rate.
  private let kind: [UInt8]

  /// `nil` for what is no header.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4, bytes[0] == 0xff, bytes[1] & 0xe0 == 0xe0 else { return nil }
    let (version, layer) = (Int(bytes[1] >> 3) & 3, 4 - Int(bytes[1] >> 1) & 3)
    kind = [bytes[1] & 0xfe, layer == 4 ? bytes[2] & 0x3c : bytes[2] & 0x0c]
    if layer == 4 {
      // ADTS: twelve set bits, and rates up to index 12.
      guard bytes.count >= 6, bytes[1] & 0xf6 == 0xf0, bytes[2] >> 2 & 15 <= 12 else { return nil }
      let length = Int(bytes[3] & 3) << 11 | Int(bytes[4]) << 3 | Int(bytes[5]) >> 5
      guard length >= 7 else { return nil }
      self.length = length
      return
    }
    let (bitRateIndex, rateIndex) = (Int(bytes[2] >> 4), Int(bytes[2] >> 2) & 3)
    guard version != 1, bitRateIndex < 15, rateIndex < 3 else { return nil }
    guard bitRateIndex > 0 else {
      length = nil
      return
    }
    let isFirstVersion = version == 3
    let rate = [44_100, 48_000, 32_000][rateIndex] / (isFirstVersion ? 1 : version == 2 ? 2 : 4)
    let bitRate = 1000 * Self.kilobits(isFirstVersion: isFirstVersion, layer: layer)[bitRateIndex - 1]
    let padding = Int(bytes[2] >> 1) & 1
    length =
      switch layer {
      case 1: (12 * bitRate / rate + padding) * 4
      case 3 where !isFirstVersion: 72 * bitRate / rate + padding
      default: 144 * bitRate / rate + padding
      }
  }

  /// Whether the same sound can go on with the other frame.
  func isLike(_ other: Self) -> Bool { kind == other.kind }

  /// The bit rates of the indices 1 to 14 (ISO/IEC 11172-3 and 13818-3), in kilobits a second.
  private static func kilobits(isFirstVersion: Bool, layer: Int) -> [Int] {
    switch (isFirstVersion, layer) {
    case (true, 1): [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448]
    case (true, 2): [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
    case (true, _): [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    case (false, 1): [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256]
    case (false, _): [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    }
  }
}
