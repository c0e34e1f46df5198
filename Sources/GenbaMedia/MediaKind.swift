internal import CFFmpeg
public import GenbaCore

/// What a recording is, told from its content.
public enum MediaKind: String, Sendable, Hashable, Codable, CaseIterable {
  case image
  case audio
  case video

  /// The kind of a recording: a container with a video stream is a video, whatever else it holds. A cover picture in a
  /// sound file does not count.
  ///
  /// - Throws: `.cannotOpen` and `.truncated` for a file that cannot be read, `.unsupportedFormat` for what is no
  ///   recording, `.noSuchStream` for a container with neither sound nor pictures.
  public static func detect(
    _ source: MediaSource, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> MediaKind {
    let source = try source.rereadable(limits: limits)
    let signature = FileSignature(try source.bytes(at: 0, count: FileSignature.length))
    switch signature {
    case .picture: return .image
    case .sound: return .audio
    case .other:
      throw GenbaError(
        .unsupportedFormat, "not a recording but \(signature.description)", source: .init(path: source.name))
    case .recording, .unknown:
      let input = try FFmpegInput(source, limits: limits)
      if input.hasStream(.video) { return .video }
      if input.hasStream(.audio) { return .audio }
      throw GenbaError(
        .noSuchStream, "the file has neither sound nor pictures", source: .init(path: source.name))
    }
  }
}

extension FFmpegInput {
  /// Whether there is a stream of this kind; a cover picture is no video.
  fileprivate func hasStream(_ kind: StreamKind) -> Bool {
    (0..<streamCount).contains { index in
      let stream = unsafe stream(index)
      return unsafe stream.pointee.codecpar.pointee.codec_type == kind.mediaType
        && stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    }
  }
}
