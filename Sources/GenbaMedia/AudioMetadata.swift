/// What a container says about one of its audio streams, before any sample is decoded.
///
/// Names follow torchcodec's `AudioStreamMetadata` (0.11.1); codecs and layouts are called as FFmpeg calls them,
/// whichever library decodes.
public struct AudioMetadata: Sendable, Hashable, Codable {
  /// The library that decodes the stream.
  public enum Backend: String, Sendable, Hashable, Codable {
    case libsndfile
    /// libvorbisfile over libvorbis: Vorbis in Ogg.
    case libvorbis
    /// libmpg123: MP3, and MPEG's layers I and II.
    case mpg123
    case ffmpeg
  }

  /// The file format: `wav`, `flac`, `ogg`, `mov,mp4,m4a,3gp,3g2,mj2` …
  public var container: String

  /// The codec: `pcm_s16le`, `flac`, `vorbis`, `aac` …
  public var codec: String

  /// Samples of one channel in a second, in hertz.
  public var sampleRate: Int

  /// How many channels there are.
  public var channelCount: Int

  /// Where the channels' speakers stand: `mono`, `stereo`, `5.1` …; `nil` if the file does not say.
  public var channelLayout: String?

  /// How the codec stores or decodes a sample: `u8`, `s16`, `s24`, `s32`, `flt`, `dbl`, and `fltp` and the like for
  /// planar ones; `nil` if it is not known.
  public var sampleFormat: String?

  /// Bits of one stored sample; `nil` for lossy codecs, which have none.
  public var bitDepth: Int?

  /// Bits in a second; `nil` if it is not known.
  public var bitRate: Int?

  /// Samples of one channel, as the header claims; `nil` if it does not say.
  public var sampleCountFromHeader: Int?

  /// How long the stream lasts, in seconds, as the header claims; `nil` if it does not say.
  public var durationSecondsFromHeader: Double?

  /// When the first sample is played, in seconds on the container's clock, as the header claims.
  public var beginStreamSecondsFromHeader: Double?

  /// Samples of one channel, counted by ``AudioDecoder/scannedMetadata()``; `nil` before that.
  public var sampleCountFromContent: Int?

  /// How long the samples last that were counted, in seconds.
  public var durationSecondsFromContent: Double?

  /// When the first sample is played that was decoded, in seconds on the container's clock.
  public var beginStreamSecondsFromContent: Double?

  /// The stream's index in its container; 0 where a file has only one.
  public var streamIndex: Int

  /// The library that decodes the stream.
  public var backend: Backend

  /// Facts about a stream.
  public init(
    container: String, codec: String, sampleRate: Int, channelCount: Int, channelLayout: String? = nil,
    sampleFormat: String? = nil, bitDepth: Int? = nil, bitRate: Int? = nil, sampleCountFromHeader: Int? = nil,
    durationSecondsFromHeader: Double? = nil, beginStreamSecondsFromHeader: Double? = nil, streamIndex: Int = 0,
    backend: Backend
  ) {
    self.container = container
    self.codec = codec
    self.sampleRate = sampleRate
    self.channelCount = channelCount
    self.channelLayout = channelLayout
    self.sampleFormat = sampleFormat
    self.bitDepth = bitDepth
    self.bitRate = bitRate
    self.sampleCountFromHeader = sampleCountFromHeader
    self.durationSecondsFromHeader = durationSecondsFromHeader
    self.beginStreamSecondsFromHeader = beginStreamSecondsFromHeader
    self.streamIndex = streamIndex
    self.backend = backend
  }
  /// Facts about a file of one lossy stream.
  init(
    lossy codec: String, in container: String, sampleRate: Int, channelCount: Int, sampleCount: Int?, byteCount: Int,
    backend: Backend
  ) {
    let seconds = sampleRate > 0 ? sampleCount.map { Double($0) / Double(sampleRate) } : nil
    self.init(
      container: container, codec: codec, sampleRate: sampleRate, channelCount: channelCount,
      channelLayout: channelCount == 1 ? "mono" : channelCount == 2 ? "stereo" : nil, sampleFormat: "fltp",
      bitRate: seconds.flatMap { $0 > 0 ? Int((Double(byteCount) * 8 / $0).rounded()) : nil },
      sampleCountFromHeader: sampleCount, durationSecondsFromHeader: seconds, beginStreamSecondsFromHeader: 0,
      backend: backend)
  }
}
