internal import GenbaAudio
internal import GenbaCore
internal import GenbaStorage

/// What came of one sample: tensors, or failures, or both.
struct ConvertedSample: Sendable {
  /// The number of its window, where recordings are cut into windows.
  var window: Int?
  var bundle = TensorBundle()
  var facts = MediaFacts()
  var failures: [SampleFailure] = []
  /// Columns that gave tensors.
  var columns: [String] = []

  enum Status: String, Sendable {
    case ok, partial, failed
  }

  /// `partial` if a recording failed and another did not, unless the sample cannot do without it.
  ///
  /// - Parameter required: ``ConversionInput/columns(required:)``.
  func status(required: Set<String>) -> Status {
    if failures.isEmpty { return .ok }
    if columns.isEmpty || failures.contains(where: { $0.column.map(required.contains) ?? true }) { return .failed }
    return .partial
  }
}

/// Facts of a sample's recordings, for the manifest and the report.
struct MediaFacts: Sendable, Equatable {
  /// Of the recordings' files.
  var inputBytes = 0
  /// How much of a recording the sample covers: that of its video or sound, 0 for pictures.
  var mediaSeconds = 0.0
  /// Of the first picture or video as stored.
  var width: Int?
  var height: Int?
  /// Frames per second of the first video.
  var fps: Double?
  /// Of the first sound's file.
  var sampleRate: Int?
  var channels: Int?
  /// Of the first sound as its feature took it, by ITU-R BS.1770, in LUFS.
  var loudness: Double?

  /// Takes what is not known yet from `other`.
  mutating func add(_ other: MediaFacts) {
    inputBytes += other.inputBytes
    mediaSeconds = max(mediaSeconds, other.mediaSeconds)
    if width == nil { (width, height) = (other.width, other.height) }
    fps = fps ?? other.fps
    if sampleRate == nil { (sampleRate, channels) = (other.sampleRate, other.channels) }
    loudness = loudness ?? other.loudness
  }

  var json: [JSON.Member] {
    var members: [JSON.Member] = [
      .init("input_bytes", .number(inputBytes)), .init("media_seconds", .number(Self.rounded(mediaSeconds))),
    ]
    if let width { members.append(.init("width", .number(width))) }
    if let height { members.append(.init("height", .number(height))) }
    if let fps { members.append(.init("fps", .number(Self.rounded(fps)))) }
    if let sampleRate { members.append(.init("sample_rate", .number(sampleRate))) }
    if let channels { members.append(.init("channels", .number(channels))) }
    if let loudness { members.append(.init("loudness_lufs", .number((loudness * 100).rounded() / 100))) }
    return members
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}

extension AudioSamples {
  /// The integrated loudness in LUFS; `nil` where there is none: for silence, and for less than 0.4 s.
  var loudness: Double? {
    guard let lufs = try? Loudness(self).integrated, lufs.isFinite else { return nil }
    return lufs
  }
}
