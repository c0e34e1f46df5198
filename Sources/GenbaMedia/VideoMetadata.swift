/// What is known of one video stream.
///
/// Names say where a figure comes from: `…FromHeader` is what the container claims and may be wrong; `…FromContent`
/// was found by going through all packets, which ``SeekMode/exact`` does, and is `nil` in ``SeekMode/approximate``.
/// Names and meanings follow torchcodec's `VideoStreamMetadata` (0.11.1).
public struct VideoMetadata: Sendable, Hashable, Codable {
  /// The file format as FFmpeg calls it: `mov,mp4,m4a,3gp,3g2,mj2`, `matroska,webm`, `avi` …
  public var container: String
  /// The codec as FFmpeg calls it: `h264`, `hevc`, `vp9` …
  public var codec: String
  /// The codec's profile: `High`, `Main 10` …; `nil` if the stream does not say.
  public var profile: String?
  /// The stream's index in its container.
  public var streamIndex: Int
  /// Columns of a decoded frame, after the rotation has been applied.
  public var width: Int
  /// Rows of a decoded frame, after the rotation has been applied.
  public var height: Int
  /// How the codec stores pixels: `yuv420p`, `yuv420p10le` …; `nil` if the header does not say.
  public var pixelFormat: String?
  /// The matrix between RGB and the stored colours: `bt709`, `smpte170m` …; `nil` if the stream does not say.
  public var colorSpace: String?
  /// `tv` for limited range, `pc` for full; `nil` if the stream does not say.
  public var colorRange: String?
  /// Whether frames are made of two fields, and which comes first, as the header has it; `nil` if it does not say.
  public var fieldOrder: FieldOrder?
  /// The counter-clockwise turn in degrees that the container asks for; decoded frames are upright already.
  public var rotation: Double?
  /// Bits in a second as the header claims; `nil` if it does not say.
  public var bitRate: Int?

  /// How long the stream lasts, in seconds, as the header claims.
  public var durationSecondsFromHeader: Double?
  /// How long the whole file lasts, in seconds, as its header claims.
  public var durationSecondsFromContainer: Double?
  /// When the first frame is shown, in seconds on the container's clock, as the header claims.
  public var beginStreamSecondsFromHeader: Double?
  /// How many frames there are, as the header claims.
  public var numFramesFromHeader: Int?
  /// Frames per second, as the header claims; meaningless where the rate varies.
  public var averageFPSFromHeader: Double?

  /// When the first frame is shown, in seconds: the least time stamp of all packets.
  public var beginStreamSecondsFromContent: Double?
  /// When the last frame ends, in seconds: the greatest time stamp plus duration of all packets.
  public var endStreamSecondsFromContent: Double?
  /// How many frames there are: packets that are not marked to be discarded.
  public var numFramesFromContent: Int?
  /// How many of them are key frames, at which decoding can begin.
  public var numKeyFramesFromContent: Int?
}

extension VideoMetadata {
  /// From the first frame to the end of the last, in seconds, after the content.
  public var durationSecondsFromContent: Double? {
    guard let beginStreamSecondsFromContent, let endStreamSecondsFromContent else { return nil }
    return endStreamSecondsFromContent - beginStreamSecondsFromContent
  }

  /// The best figure for the number of frames: from the content, or else from the header, or else rate by duration.
  public var numFrames: Int? {
    if let count = numFramesFromContent ?? numFramesFromHeader { return count }
    guard let averageFPSFromHeader, let durationSeconds else { return nil }
    return Int(exactly: (averageFPSFromHeader * durationSeconds).rounded(.towardZero))
  }

  /// The best figure for the duration in seconds: from the content, or else from the header.
  public var durationSeconds: Double? {
    if let durationSecondsFromContent { return durationSecondsFromContent }
    if let durationSecondsFromHeader { return durationSecondsFromHeader }
    if let numFramesFromHeader, let averageFPSFromHeader { return Double(numFramesFromHeader) / averageFPSFromHeader }
    return durationSecondsFromContainer
  }

  /// The best figure for the time of the first frame, in seconds; 0 if nothing says.
  public var beginStreamSeconds: Double { beginStreamSecondsFromContent ?? beginStreamSecondsFromHeader ?? 0 }

  /// The best figure for the end of the last frame, in seconds.
  public var endStreamSeconds: Double? {
    endStreamSecondsFromContent ?? durationSeconds.map { beginStreamSeconds + $0 }
  }

  /// Frames per second: frames divided by duration, both from the content; without a scan what the header claims.
  public var averageFPS: Double? {
    if let numFramesFromContent, let duration = durationSecondsFromContent, duration != 0 {
      return Double(numFramesFromContent) / duration
    }
    return averageFPSFromHeader
  }
}
