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

  /// `partial` if a recording failed and another did not, unless the recipe cannot do without it.
  func status(require: [String]) -> Status {
    if failures.isEmpty { return .ok }
    if columns.isEmpty || failures.contains(where: { $0.column.map(require.contains) ?? true }) { return .failed }
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
  /// The root mean square of the first sound's samples as its feature took them, in dB of full scale.
  var rms: Double?

  /// Takes what is not known yet from `other`.
  mutating func add(_ other: MediaFacts) {
    inputBytes += other.inputBytes
    mediaSeconds = max(mediaSeconds, other.mediaSeconds)
    if width == nil { (width, height) = (other.width, other.height) }
    fps = fps ?? other.fps
    if sampleRate == nil { (sampleRate, channels) = (other.sampleRate, other.channels) }
    rms = rms ?? other.rms
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
    if let rms { members.append(.init("rms_dbfs", .number((rms * 100).rounded() / 100))) }
    return members
  }

  private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}

extension AudioSamples {
  /// The root mean square of all samples in dB of full scale; `nil` for no samples or silence.
  var rms: Double? {
    let span = samples.span
    var lanes = SIMD8<Float>.zero
    var sum = 0.0
    var index = 0
    // Sums of 4096 squares in float32, of these in float64: exact enough, and the loop vectorizes.
    while index + 8 <= span.count {
      let end = min(index + 4096, span.count - 7)
      while index < end {
        let values = SIMD8<Float>(
          span[index], span[index + 1], span[index + 2], span[index + 3], span[index + 4], span[index + 5],
          span[index + 6], span[index + 7])
        lanes += values * values
        index += 8
      }
      for lane in 0..<8 { sum += Double(lanes[lane]) }
      lanes = .zero
    }
    while index < span.count {
      sum += Double(span[index] * span[index])
      index += 1
    }
    guard sum > 0, span.count > 0 else { return nil }
    return 10 * Decibel.log10(sum / Double(span.count))
  }
}
