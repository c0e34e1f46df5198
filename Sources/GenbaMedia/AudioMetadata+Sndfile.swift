internal import CSndfile

extension AudioMetadata {
  /// What libsndfile found, in FFmpeg's words.
  init(_ info: SF_INFO, byteCount: Int) {
    let (container, isBigEndianByDefault) = Self.containers[Int(info.format) & Int(SF_FORMAT_TYPEMASK)] ?? ("?", false)
    let encoding = Self.encodings[Int(info.format) & Int(SF_FORMAT_SUBMASK)] ?? Encoding("?")
    let endianness = Int(info.format) & Int(SF_FORMAT_ENDMASK)
    let isBigEndian = endianness == 0 ? isBigEndianByDefault : endianness == Int(SF_ENDIAN_BIG)
    // libsndfile's number for a length that it does not know is the largest one there is.
    let frames = info.frames == .max ? nil : Int(info.frames)
    let seconds = info.samplerate > 0 ? frames.map { Double($0) / Double(info.samplerate) } : nil
    self.init(
      container: container,
      codec: container == "flac"
        ? "flac" : encoding.isPlainBytes ? encoding.codec : encoding.codec + (isBigEndian ? "be" : "le"),
      sampleRate: Int(info.samplerate), channelCount: Int(info.channels),
      channelLayout: info.channels == 1 ? "mono" : info.channels == 2 ? "stereo" : nil,
      sampleFormat: encoding.sampleFormat, bitDepth: encoding.bitDepth,
      bitRate: seconds.flatMap { $0 > 0 ? Int((Double(byteCount) * 8 / $0).rounded()) : nil },
      sampleCountFromHeader: frames, durationSecondsFromHeader: seconds, beginStreamSecondsFromHeader: 0,
      backend: .libsndfile)
  }

  private struct Encoding {
    /// FFmpeg's name; that of linear PCM still lacks its byte order.
    let codec: String
    let sampleFormat: String?
    let bitDepth: Int?
    /// Whether the codec has no byte order.
    let isPlainBytes: Bool

    init(_ codec: String, _ sampleFormat: String? = nil, _ bitDepth: Int? = nil, isPlainBytes: Bool = true) {
      self.codec = codec
      self.sampleFormat = sampleFormat
      self.bitDepth = bitDepth
      self.isPlainBytes = isPlainBytes
    }
  }

  private static let containers: [Int: (name: String, isBigEndian: Bool)] = [
    Int(SF_FORMAT_WAV): ("wav", false),
    Int(SF_FORMAT_WAVEX): ("wav", false),
    Int(SF_FORMAT_RF64): ("rf64", false),
    Int(SF_FORMAT_W64): ("w64", false),
    Int(SF_FORMAT_FLAC): ("flac", false),
    Int(SF_FORMAT_AIFF): ("aiff", true),
    Int(SF_FORMAT_AU): ("au", true),
    Int(SF_FORMAT_CAF): ("caf", true),
  ]

  private static let encodings: [Int: Encoding] = [
    Int(SF_FORMAT_PCM_U8): Encoding("pcm_u8", "u8", 8),
    Int(SF_FORMAT_PCM_S8): Encoding("pcm_s8", "s8", 8),
    Int(SF_FORMAT_PCM_16): Encoding("pcm_s16", "s16", 16, isPlainBytes: false),
    Int(SF_FORMAT_PCM_24): Encoding("pcm_s24", "s24", 24, isPlainBytes: false),
    Int(SF_FORMAT_PCM_32): Encoding("pcm_s32", "s32", 32, isPlainBytes: false),
    Int(SF_FORMAT_FLOAT): Encoding("pcm_f32", "flt", 32, isPlainBytes: false),
    Int(SF_FORMAT_DOUBLE): Encoding("pcm_f64", "dbl", 64, isPlainBytes: false),
    Int(SF_FORMAT_ULAW): Encoding("pcm_mulaw", "s16", 8),
    Int(SF_FORMAT_ALAW): Encoding("pcm_alaw", "s16", 8),
    Int(SF_FORMAT_IMA_ADPCM): Encoding("adpcm_ima_wav", "s16", 4),
    Int(SF_FORMAT_MS_ADPCM): Encoding("adpcm_ms", "s16", 4),
    Int(SF_FORMAT_GSM610): Encoding("gsm_ms", "s16"),
    Int(SF_FORMAT_ALAC_16): Encoding("alac", "s16p", 16),
    Int(SF_FORMAT_ALAC_20): Encoding("alac", "s32p", 20),
    Int(SF_FORMAT_ALAC_24): Encoding("alac", "s32p", 24),
    Int(SF_FORMAT_ALAC_32): Encoding("alac", "s32p", 32),
  ]
}
