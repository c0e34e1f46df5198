internal import CFFmpeg
public import GenbaCore

/// Decodes sound: from sound files, and from the audio streams of videos.
///
/// The format is told from the content, never from the file's name. libsndfile reads WAV, RF64, W64, FLAC, AIFF, AU and
/// CAF, libvorbis Ogg Vorbis and libmpg123 MP3, with the same numbers as Python's `soundfile` 0.14 (`dtype="float32"`):
/// integers scaled by 2^-(bits - 1), float files as they are, also beyond ±1. FFmpeg reads everything else.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// audio.samples  // float32 [1, n]
/// ```
public struct AudioDecoder: ~Copyable {
  private let source: MediaSource
  private let stream: any AudioStream
  private let limits: DecodeLimits

  /// What is done about a sound that is cut off or damaged.
  public let damagePolicy: DamagePolicy

  /// What the container says about the stream.
  public var metadata: AudioMetadata { stream.metadata }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file. A pipe or a device is read into memory first.
  ///   - stream: The stream's index in its container; `nil` for the one that FFmpeg holds best, and for files that
  ///     have only one.
  ///   - damage: What is done about a sound that is cut off or damaged.
  ///   - limits: `samples`, `channels` and `seconds` bound the sound, `fileBytes` a pipe.
  /// - Throws: `.cannotOpen`; `.unsupportedFormat` for what holds no sound; `.noSuchStream`; `.limitExceeded`;
  ///   `.truncated` for an empty file; `.corruptData`.
  public init(
    _ path: String, stream: Int? = nil, damage: DamagePolicy = .strict, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) {
    try self.init(.file(path), stream: stream, damage: damage, limits: limits)
  }

  /// Opens a file, or the bytes of one in memory.
  public init(
    _ source: MediaSource, stream: Int? = nil, damage: DamagePolicy = .strict, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) {
    self.source = source
    damagePolicy = damage
    self.limits = limits
    do {
      self.stream = try Self.open(source, stream: stream, damage: damage, limits: limits)
    } catch {
      throw error.at(path: source.name)
    }
  }

  /// All samples.
  ///
  /// With the defaults, a `sampleRate` and `.mono`, the numbers are those of transformers 5.23's
  /// `load_audio(backend="soundfile")` and of librosa 0.11's `load`: the mean of the channels, then soxr_hq, then as
  /// many samples as ``Resampler`` says.
  ///
  /// - Parameters:
  ///   - sampleRate: In hertz; `nil` for that of the file.
  ///   - channels: What becomes of the channels.
  ///   - resampler: What resamples, where the rate is not that of the file.
  /// - Returns: float32 [channels, samples]; no samples for a file that holds none.
  /// - Throws: `.truncated` for a file that ends before its header says, with the time in `source.ptsSeconds`;
  ///   `.corruptData` for one that is damaged on the way (both not with ``DamagePolicy/partial``); `.limitExceeded`;
  ///   `.outOfRange` for a channel, a matrix or a rate that cannot be.
  public borrowing func allSamples(
    sampleRate: Int? = nil, channels: ChannelMix = .keep, resampler: Resampler.Engine = .soxr
  ) throws(GenbaError) -> AudioSamples {
    do throws(GenbaError) {
      let reader = try reader(sampleRate: sampleRate, channels: channels, resampler: resampler)
      return try finished(reader, try reader.read(.max), ptsSeconds: reader.beginSeconds)
    } catch {
      throw error.at(path: source.name)
    }
  }

  /// What a reader has given, and with it the damage that ended it; or that thrown.
  borrowing func finished(
    _ reader: any AudioReader, _ samples: Tensor<Float>, ptsSeconds: Double
  ) throws(GenbaError) -> AudioSamples {
    let damage = reader.damage?.at(path: source.name)
    if let damage, damagePolicy == .strict { throw damage }
    return AudioSamples(
      samples: samples, sampleRate: reader.sampleRate, ptsSeconds: ptsSeconds, damage: damage)
  }

  /// A reader at the beginning of the sound as ``allSamples(sampleRate:channels:resampler:)`` gives it.
  borrowing func reader(
    sampleRate: Int?, channels: ChannelMix, resampler: Resampler.Engine
  ) throws(GenbaError) -> any AudioReader {
    try Self.converting(stream.reader(), metadata, sampleRate, channels, resampler, limits)
  }

  /// The sound on its container's clock, with the channels and the rate that the options of a ``MediaReader`` ask for.
  borrowing func clocked(_ options: MediaReader.Options) throws(GenbaError) -> ClockedSound {
    let (stream, metadata) = (stream, metadata)
    return try ClockedSound(damage: options.damage) { () throws(GenbaError) in
      try Self.converting(
        stream.reader(clockTolerance: options.clockTolerance), metadata, options.sampleRate, options.channels,
        options.resampler, options.limits)
    }
  }

  private static func converting(
    _ reader: any AudioReader, _ metadata: AudioMetadata, _ sampleRate: Int?, _ channels: ChannelMix,
    _ resampler: Resampler.Engine, _ limits: DecodeLimits
  ) throws(GenbaError) -> any AudioReader {
    if channels == .keep && sampleRate ?? reader.sampleRate == reader.sampleRate { return reader }
    return try ConvertedAudioReader(
      reader, metadata: metadata, channels: channels,
      resampler: Resampler(
        sampleRate: sampleRate ?? reader.sampleRate, engine: resampler, sampleLimit: limits.samples))
  }

  /// The indices of a container's sounds, in its order; 0 of a file that is one sound, and none of a silent video.
  ///
  /// - Throws: What opening the container throws.
  public static func streamIndices(
    in source: MediaSource, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> [Int] {
    do throws(GenbaError) {
      let source = try source.rereadable(limits: limits)
      if case .sound(let format) = FileSignature(try source.bytes(at: 0, count: FileSignature.length)),
        libraries[format] != nil
      {
        return [0]
      }
      let input = try FFmpegInput(source, limits: limits)
      return (0..<input.streamCount).filter { index in
        unsafe input.stream(index).pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO
      }
    } catch {
      throw error.at(path: source.name)
    }
  }

  /// The path, or the name of the bytes in memory.
  var name: String { source.name }

  /// Opens the stream with the library that is meant for the content.
  private static func open(
    _ source: MediaSource, stream: Int?, damage: DamagePolicy, limits: DecodeLimits
  ) throws(GenbaError) -> any AudioStream {
    let whole = try source.rereadable(limits: limits)
    let signature = FileSignature(try whole.bytes(at: 0, count: FileSignature.length))
    if case .other = signature { throw GenbaError(.unsupportedFormat, "not a sound but \(signature.description)") }
    if case .picture = signature { throw GenbaError(.unsupportedFormat, "not a sound but \(signature.description)") }
    let end = try StreamEnd(whole, of: signature, cutsDamage: damage != .strict)
    let failure: GenbaError
    do throws(GenbaError) {
      if let opened = try openAlone(end, signature, stream: stream, limits: limits) { return opened }
      return try FFmpegAudioStream(end, stream: stream, limits: limits)
    } catch {
      failure = error
    }
    // An MP3's tag can stand before an AAC or a FLAC, and a WAV can hold a codec that libsndfile does not have. What a
    // library has no words for is a claim that nobody believes.
    guard case .sound(let format) = signature, let library = libraries[format], (stream ?? 0) == 0,
      [.unsupportedFormat, .corruptData].contains(failure.code), failure.cause != nil, format != "vorbis"
    else { throw failure }
    do {
      return try FFmpegAudioStream(end, stream: stream, limits: limits)
    } catch {
      let causes = [failure.cause, error.cause].compactMap { $0 }
      throw GenbaError(
        failure.code, "looks like \(signature.description), but neither \(library) nor FFmpeg can read it",
        cause: causes.isEmpty ? nil : causes.joined(separator: "; "))
    }
  }

  /// A file of one sound by the library that decodes its format best; `nil` where that is FFmpeg.
  private static func openAlone(
    _ end: StreamEnd, _ signature: FileSignature, stream: Int?, limits: DecodeLimits
  ) throws(GenbaError) -> (any AudioStream)? {
    guard (stream ?? 0) == 0, case .sound(let format) = signature, let library = libraries[format] else { return nil }
    switch library {
    case "libvorbis":
      return try BlockAudioStream(end, limits: limits) { (source) throws(GenbaError) in
        try VorbisDecoder(source, limits: limits)
      }
    case "libmpg123":
      return try BlockAudioStream(end, limits: limits) { (source) throws(GenbaError) in
        try MPEGAudioDecoder(source, limits: limits)
      }
    default:
      return try SndfileAudioStream(source: end.source, signature: signature, limits: limits)
    }
  }

  /// What decodes a format, where that is not FFmpeg.
  private static let libraries = [
    "wav": "libsndfile", "rf64": "libsndfile", "w64": "libsndfile", "flac": "libsndfile", "aiff": "libsndfile",
    "au": "libsndfile", "caf": "libsndfile", "vorbis": "libvorbis", "mp3": "libmpg123",
  ]
}
