/// The most that a decoder takes from one file before it gives up with ``GenbaError/Code/limitExceeded``.
///
/// A header may claim anything: a PNG of one kilobyte, two gigapixels. These bounds are checked before memory is
/// asked for. Raise them for files that you trust.
public struct DecodeLimits: Sendable, Hashable, Codable {
  /// Pixels in one picture or video frame.
  public var pixels: Int
  /// Samples in one sound, all channels together.
  public var samples: Int
  /// Channels in one sound.
  public var channels: Int
  /// Streams in one container.
  public var streams: Int
  /// Length of one recording, in seconds.
  public var seconds: Double
  /// Seconds, by the wall clock, that one call may take before it ends with ``GenbaError/Code/timeout``: opening a file,
  /// or asking for frames or samples. Looked at between packets and reads. 0 is no time at all.
  public var callSeconds: Double
  /// Bytes of decoded frames that one call may return.
  public var frameBytes: Int
  /// Bytes of a file that is read whole: a config, a tensor file, a picture.
  public var fileBytes: Int

  /// Limits that a workshop's recordings stay below: 200 megapixels, 4 billion samples, a day, 8 GiB of frames, an hour
  /// for a call.
  public init(
    pixels: Int = 200_000_000, samples: Int = 4_000_000_000, channels: Int = 64, streams: Int = 256,
    seconds: Double = 86_400, callSeconds: Double = 3600, frameBytes: Int = 8 << 30, fileBytes: Int = 16 << 30
  ) {
    self.pixels = pixels
    self.samples = samples
    self.channels = channels
    self.streams = streams
    self.seconds = seconds
    self.callSeconds = callSeconds
    self.frameBytes = frameBytes
    self.fileBytes = fileBytes
  }
}
