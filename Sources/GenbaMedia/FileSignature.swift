/// What a file is, told from its first bytes; its name is not asked.
enum FileSignature: Equatable {
  case picture(String)
  case sound(String)
  /// A container that may hold moving pictures, sound or both.
  case recording(String)
  /// Something else, in words: `text`, `a PDF document`.
  case other(String)
  /// Bytes that nothing here knows, in words.
  case unknown(String)

  /// How many first bytes are enough to tell.
  static let length = 512

  init(_ head: [UInt8]) {
    let known = Self.magics.first { place, magic, _ in
      head.count >= place + magic.utf8.count
        && head[place...].starts(with: magic.unicodeScalars.map { UInt8($0.value) })
    }
    self = known?.signature ?? Self.container(head) ?? Self.loose(head)
  }

  /// What an error says was found.
  var description: String {
    switch self {
    case .picture(let format): "a picture (\(format.uppercased()))"
    case .sound(let format): "a sound (\(format.uppercased()))"
    case .recording(let format): "a recording (\(format.uppercased()))"
    case .other(let words), .unknown(let words): words
    }
  }

  /// Place, bytes (one scalar each), meaning.
  private static let magics: [(place: Int, magic: String, signature: FileSignature)] = [
    (0, "\u{89}PNG\r\n\u{1a}\n", .picture("png")),
    (0, "\u{ff}\u{d8}\u{ff}", .picture("jpeg")),
    (0, "GIF87a", .picture("gif")),
    (0, "GIF89a", .picture("gif")),
    (0, "II*\0", .picture("tiff")),
    (0, "MM\0*", .picture("tiff")),
    (0, "II+\0", .picture("tiff")),
    (0, "MM\0+", .picture("tiff")),
    (0, "\0\0\0\u{0c}jP  \r\n\u{87}\n", .picture("jpeg2000")),
    (0, "\u{ff}\u{4f}\u{ff}\u{51}", .picture("jpeg2000")),
    (0, "\0\0\0\u{0c}JXL ", .picture("jpegxl")),
    (0, "\u{ff}\u{0a}", .picture("jpegxl")),
    (0, "8BPS", .picture("psd")),
    (0, "v/1\u{01}", .picture("exr")),
    (0, "#?RADIANCE", .picture("hdr")),
    (0, "qoif", .picture("qoi")),
    (0, "DDS ", .picture("dds")),
    (0, "fLaC", .sound("flac")),
    (0, ".snd", .sound("au")),
    (0, "caff", .sound("caf")),
    (0, "ID3", .sound("mp3")),
    (0, "RF64", .sound("rf64")),
    (0, "riff\u{2e}\u{91}\u{cf}\u{11}", .sound("w64")),
    (0, "#!AMR", .sound("amr")),
    (0, "wvpk", .sound("wavpack")),
    (0, "MAC ", .sound("ape")),
    (0, "\u{1a}\u{45}\u{df}\u{a3}", .recording("matroska")),
    (0, "FLV", .recording("flv")),
    (0, "\u{30}\u{26}\u{b2}\u{75}\u{8e}\u{66}\u{cf}\u{11}", .recording("asf")),
    (0, "\0\0\u{01}\u{ba}", .recording("mpeg")),
    (0, "%PDF", .other("a PDF document")),
    (0, "PK\u{03}\u{04}", .other("a ZIP archive")),
    (0, "\u{1f}\u{8b}", .other("a gzip archive")),
    (0, "\u{7f}ELF", .other("a program")),
    (0, "\u{93}NUMPY", .other("a NumPy array")),
  ]

  /// Containers whose kind stands behind their first four bytes.
  private static func container(_ head: [UInt8]) -> FileSignature? {
    func word(_ place: Int) -> String {
      guard head.count >= place + 4 else { return "" }
      return String(decoding: head[place..<place + 4], as: UTF8.self)
    }
    switch (word(0), word(4), word(8)) {
    case ("RIFF", _, "WAVE"), ("RIFX", _, "WAVE"): return .sound("wav")
    case ("RIFF", _, "WEBP"): return .picture("webp")
    case ("RIFF", _, "AVI "): return .recording("avi")
    case ("FORM", _, "AIFF"), ("FORM", _, "AIFC"): return .sound("aiff")
    case (_, "ftyp", "avif"), (_, "ftyp", "avis"): return .picture("avif")
    case (_, "ftyp", "heic"), (_, "ftyp", "heix"), (_, "ftyp", "mif1"): return .picture("heif")
    case (_, "ftyp", _): return .recording("mp4")
    case ("OggS", _, _): return ogg(head)
    default: return nil
    }
  }

  /// An Ogg file's first packet, behind a page header of 27 bytes and its segment table, names the codec.
  private static func ogg(_ head: [UInt8]) -> FileSignature {
    guard head.count > 27 else { return .recording("ogg") }
    let packet = head.dropFirst(27 + Int(head[26]))
    if packet.starts(with: "\u{01}vorbis".utf8) { return .sound("vorbis") }
    if packet.starts(with: "OpusHead".utf8) { return .sound("opus") }
    if packet.starts(with: "\u{7f}FLAC".utf8) { return .sound("ogg flac") }
    return .recording("ogg")
  }

  /// Formats with a short mark, which is believed only if nothing longer matches; then point clouds and
  /// other text, then nothing.
  private static func loose(_ head: [UInt8]) -> FileSignature {
    if head.count >= 3, head[0] == UInt8(ascii: "P"), (UInt8(ascii: "1")...UInt8(ascii: "7")).contains(head[1]),
      [9, 10, 13, 32].contains(head[2])
    {
      return .picture("netpbm")
    }
    if head.count >= 3, head[0] == UInt8(ascii: "P"), [UInt8(ascii: "F"), UInt8(ascii: "f")].contains(head[1]),
      [9, 10, 13, 32].contains(head[2])
    {
      return .picture("pfm")
    }
    if head.count >= 14, head.starts(with: "BM".utf8), head[6..<10].allSatisfy({ $0 == 0 }) { return .picture("bmp") }
    // Eleven set bits, then a layer that is not the reserved one: MPEG audio; with layer bits 00, ADTS.
    if head.count >= 2, head[0] == 0xff, head[1] & 0xe0 == 0xe0 {
      return head[1] & 0xf6 == 0xf0 ? .sound("aac") : .sound("mp3")
    }
    if head.count > 188, head[0] == 0x47, head[188] == 0x47 { return .recording("mpegts") }
    if let format = PointCloudFile.detect(head) { return .other("a point cloud (\(format.rawValue.uppercased()))") }
    let isText = !head.isEmpty && head.allSatisfy { $0 >= 32 && $0 != 127 || (9...13).contains($0) }
    if isText { return .other("text") }
    let start = head.prefix(4).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }
    return .unknown("unknown content that begins with the bytes \(start.joined(separator: " "))")
  }
}
