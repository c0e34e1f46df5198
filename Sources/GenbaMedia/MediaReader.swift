public import GenbaCore

/// The pictures and the sound of one recording on one clock, the container's.
///
/// A window is a stretch of that clock, and gives the frames and the samples of the same time. Streams that begin later
/// than each other, encoder delay, gaps and drift are accounted for: frame and sample stand where their time stamps say.
/// What a stream does not have of a window is 0, and `false` in its mask.
///
/// ```swift
/// var options = MediaReader.Options()
/// options.fps = 2
/// options.sampleRate = 16_000
/// var windows = try MediaReader("line4.mp4", options).windows(length: 2, hop: 1)
/// while let window = try windows.next() {
///   print(window.range, window.frames?.pixels.shape ?? [], window.samples?.samples.shape ?? [])
/// }
/// ```
public struct MediaReader: ~Copyable {
  /// What is read, and how.
  public struct Options: Sendable, Hashable {
    /// The index of the video stream in its container; `nil` takes the one that FFmpeg finds best.
    public var videoStream: Int?
    /// The index of the audio stream in its container; `nil` takes the one that FFmpeg finds best.
    public var audioStream: Int?
    /// Frames per second of a window, each the one that is on the screen at its time, and one at least; `nil` for every
    /// frame that begins in the window, with its own time.
    ///
    /// Time stamps are rounded to the ticks of the container's clock. A frame counts as shown from half a tick before its
    /// own, half a millisecond at most: at the recording's own rate each frame comes once.
    public var fps: Double?
    /// In hertz; `nil` for the sound's own.
    public var sampleRate: Int?
    /// What becomes of the channels.
    public var channels = ChannelMix.mono
    /// What resamples.
    public var resampler = Resampler.Engine.soxr
    /// Samples that are given in front of each window and behind it too, at the rate that is given: what a spectrum
    /// centred on the first sample needs, for instance.
    public var contextSamples = 0
    /// How far the sound's time stamps may be from a count of its samples, in seconds, before they decide: then there is
    /// silence where something is missing, and what comes twice is dropped. Time stamps are often rounded to
    /// milliseconds.
    public var clockTolerance = 0.01
    /// The order of a frame's axes.
    public var layout = FrameLayout.nchw
    /// Whether frames that are flagged as interlaced are shown as their earlier field is; see ``VideoDecoder``.
    public var deinterlaces = false
    /// Whether frames are turned as the container asks.
    public var appliesRotation = true
    /// How many threads may decode the pictures.
    public var threads = 1
    /// What the recording may claim.
    public var limits = DecodeLimits()
    /// What is done about a stream that is damaged. With ``DamagePolicy/partial`` frames that are lost are black and
    /// masked, and so is the sound from its first damage on.
    public var damage = DamagePolicy.strict

    /// Every frame, and the sound as one channel at its own rate.
    public init() {}
  }

  /// What is read, and how.
  public let options: Options
  /// Of the pictures; `nil` if there are none.
  public let videoMetadata: VideoMetadata?
  /// Of the sound; `nil` if there is none.
  public let audioMetadata: AudioMetadata?
  /// The sample rate of what is given, in hertz; `nil` without sound.
  public var sampleRate: Int? { sound?.sampleRate }

  private let pictures: ClockedPictures?
  private let sound: ClockedSound?
  private let name: String

  /// Opens a file, or bytes in memory.
  ///
  /// - Throws: `.noSuchStream` for a recording with neither pictures nor sound, and for a stream that was asked for and
  ///   is not there; what ``VideoDecoder`` and ``AudioDecoder`` throw.
  public init(_ source: MediaSource, _ options: Options = Options()) throws(GenbaError) {
    precondition(options.fps.map { $0 > 0 && $0.isFinite } ?? true, "frames per second are above 0")
    precondition(options.contextSamples >= 0, "the context has samples, not \(options.contextSamples)")
    let rereadable = try source.rereadable(limits: options.limits)
    let kind = try MediaKind.detect(rereadable, limits: options.limits)
    guard kind != .image else {
      throw GenbaError(.unsupportedFormat, "a picture, neither a video nor a sound", source: .init(path: source.name))
    }
    let pictures = kind == .video ? try ClockedPictures(rereadable, options) : nil
    let (audioMetadata, sound) = try Self.sound(of: rereadable, options, isRequired: kind == .audio)
    self.options = options
    self.pictures = pictures
    self.sound = sound
    self.audioMetadata = audioMetadata
    videoMetadata = pictures?.metadata
    name = source.name
  }

  /// Opens a file.
  public init(_ path: String, _ options: Options = Options()) throws(GenbaError) {
    try self.init(.file(path), options)
  }

  /// When the first frame or the first sample comes, in seconds.
  public var beginSeconds: Double {
    min(videoMetadata?.beginStreamSeconds ?? .infinity, sound?.beginSeconds ?? .infinity)
  }

  /// What was passed over of the pictures so far, with ``DamagePolicy/partial``.
  public var gaps: [VideoGap] { pictures?.gaps ?? [] }

  /// The damage behind which the sound is not read on; `nil` if there was none so far.
  public var soundDamage: GenbaError? { sound?.failure }

  /// The frames and the samples of a stretch of time, in seconds on the container's clock.
  ///
  /// - Throws: `.outOfRange` for times that are no finite numbers; `.limitExceeded` for more frames or samples than
  ///   ``Options/limits`` allow; what decoding throws.
  public mutating func window(_ range: Range<Double>) throws(GenbaError) -> MediaWindow {
    try window(from: range.lowerBound, length: range.upperBound - range.lowerBound)
  }

  /// The window from a time on; of as many frames and samples wherever it begins.
  mutating func window(from start: Double, length: Double) throws(GenbaError) -> MediaWindow {
    do throws(GenbaError) {
      guard start.isFinite, length.isFinite, abs(start) < 1e12 else {
        throw GenbaError(.outOfRange, "there is no window of \(length) s at \(start) s")
      }
      var window = MediaWindow(range: start..<start + length)
      if let pictures {
        (window.frames, window.frameMask) = try pictures.frames(from: start, length: length, fps: options.fps)
      }
      if let sound {
        let count = sound.index(length)
        let first = sound.index(start) - options.contextSamples
        guard count <= options.limits.samples - 2 * options.contextSamples else {
          throw GenbaError(
            .limitExceeded,
            "a window of \(length) s has \(count) samples, and the limit is \(options.limits.samples); take shorter ones, or raise DecodeLimits.samples"
          )
        }
        let (samples, mask) = try sound.samples(first..<first + count + 2 * options.contextSamples)
        window.samples = AudioSamples(
          samples: samples, sampleRate: sound.sampleRate, ptsSeconds: Double(first) / Double(sound.sampleRate))
        window.sampleMask = mask
        window.contextSamples = options.contextSamples
      }
      return window
    } catch {
      throw error.at(path: name)
    }
  }

  /// Windows of one length, one after another, until neither frames nor samples are left.
  ///
  /// - Parameters:
  ///   - length: Of each, in seconds, above 0. The last ones may reach beyond the end; their masks say so.
  ///   - hop: From the beginning of one to the beginning of the next, in seconds, above 0.
  public consuming func windows(length: Double, hop: Double) -> MediaWindows {
    precondition(length > 0 && hop > 0 && length.isFinite && hop.isFinite, "windows of \(length) s every \(hop) s")
    return MediaWindows(self, length: length, hop: hop)
  }

  /// Whether a frame is shown, or a sample played, at this time or later.
  func hasContent(from seconds: Double) throws(GenbaError) -> Bool {
    if let end = videoMetadata?.endStreamSeconds, seconds < end { return true }
    guard let sound else { return false }
    do throws(GenbaError) {
      return try sound.hasSound(from: sound.index(seconds))
    } catch {
      throw error.at(path: name)
    }
  }

  /// What is known of the sound, and the sound; none for a video without, unless one was asked for.
  private static func sound(
    of source: MediaSource, _ options: Options, isRequired: Bool
  ) throws(GenbaError) -> (AudioMetadata?, ClockedSound?) {
    do throws(GenbaError) {
      let decoder = try AudioDecoder(source, stream: options.audioStream, limits: options.limits)
      return (decoder.metadata, try decoder.clocked(options))
    } catch {
      guard error.code == .noSuchStream, options.audioStream == nil, !isRequired else { throw error }
      return (nil, nil)
    }
  }
}
