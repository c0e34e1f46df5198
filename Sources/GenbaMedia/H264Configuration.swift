internal import CFFmpeg

/// The AVCDecoderConfigurationRecord of ISO/IEC 14496-15, which MP4 and Matroska have in their headers.
struct H264Configuration: Sendable {
  /// Bytes of the length before each unit of a packet.
  let lengthBytes: Int
  let sequences: [H264Sequence]

  /// `nil` for other codecs, and for streams with start codes.
  @unsafe
  init?(_ parameters: UnsafePointer<AVCodecParameters>) {
    guard unsafe parameters.pointee.codec_id == AV_CODEC_ID_H264, let start = unsafe parameters.pointee.extradata
    else { return nil }
    self.init(unsafe Span(_unsafeStart: start, count: Int(parameters.pointee.extradata_size)))
  }

  init?(_ header: Span<UInt8>) {
    guard header.count > 8, header[0] == 1 else { return nil }
    lengthBytes = Int(header[4] & 3) + 1
    var sequences: [H264Sequence] = []
    var position = 6
    for _ in 0..<header[5] & 31 where position + 2 < header.count {
      sequences.append(H264Sequence(header, from: position + 2))
      position += 2 + Int(header[position]) << 8 + Int(header[position + 1])
    }
    self.sequences = sequences
  }
}
