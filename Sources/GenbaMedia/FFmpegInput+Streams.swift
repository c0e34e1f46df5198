internal import CFFmpeg
internal import CGenbaMedia
internal import GenbaCore

extension FFmpegInput {
  /// The kinds of stream that are decoded.
  enum StreamKind: String {
    case audio
    case video

    var mediaType: AVMediaType { self == .audio ? AVMEDIA_TYPE_AUDIO : AVMEDIA_TYPE_VIDEO }
  }

  /// The index of the asked stream, or of the one that FFmpeg finds best, and its decoder.
  ///
  /// - Throws: `.noSuchStream`, with a list of what there is; `.unsupportedFormat` if FFmpeg has no decoder for it.
  @unsafe
  func findStream(_ kind: StreamKind, index: Int?) throws(GenbaError) -> (index: Int, codec: UnsafePointer<AVCodec>) {
    if let index {
      guard index >= 0, index < streamCount, unsafe stream(index).pointee.codecpar.pointee.codec_type == kind.mediaType
      else { throw noStream("stream \(index) is no \(kind.rawValue) stream") }
    }
    if kind == .video { try checkPictures(index) }
    var codec: UnsafePointer<AVCodec>?
    let found = unsafe av_find_best_stream(context, kind.mediaType, index.map { Int32($0) } ?? -1, -1, &codec, 0)
    if found >= 0, let codec = unsafe codec { return unsafe (Int(found), codec) }
    if found == genba_averror_no_decoder || found >= 0 {
      let asked =
        index ?? (0..<streamCount).first { unsafe stream($0).pointee.codecpar.pointee.codec_type == kind.mediaType }
      let words = asked.map { codecName($0) } ?? "unknown"
      throw failure(
        genba_averror_no_decoder, .unsupportedFormat, "this FFmpeg has no decoder for the codec \(words)", stream: asked
      )
    }
    throw noStream("there is no \(kind.rawValue) stream")
  }

  /// Throws where the only pictures, or those that were asked for, are a cover, which has no time.
  private func checkPictures(_ index: Int?) throws(GenbaError) {
    let asked = index.map { [$0] } ?? Array(0..<streamCount)
    let pictures = asked.filter { unsafe stream($0).pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO }
    guard let first = pictures.first,
      pictures.allSatisfy({ unsafe stream($0).pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0 })
    else { return }
    throw noStream("stream \(first) is a cover picture, no video")
  }

  /// The codec of a stream as FFmpeg calls it: `h264`.
  func codecName(_ index: Int) -> String {
    unsafe String(cString: avcodec_get_name(stream(index).pointee.codecpar.pointee.codec_id))
  }

  private func noStream(_ message: String) -> GenbaError {
    let list = (0..<streamCount).map { index in
      let type = unsafe av_get_media_type_string(stream(index).pointee.codecpar.pointee.codec_type)
      let kind = unsafe type.map { unsafe String(cString: $0) } ?? "unknown"
      return "stream \(index): \(kind) (\(codecName(index)))"
    }
    let present = list.isEmpty ? "there are none at all" : "there is " + list.joined(separator: ", ")
    return GenbaError(.noSuchStream, "\(message); \(present)", source: .init(path: name))
  }
}
