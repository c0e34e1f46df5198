public import GenbaCore

/// Finds where a recording lost its signal: exactly the same value again and again, as of a lost packet that was filled
/// with zeros, a cable that came off, or a converter that hangs. A microphone is never that still.
///
/// ```swift
/// let dropouts = DropoutDetector()(audio)
/// for run in dropouts { print(run.channel, Double(run.samples.lowerBound) / Double(audio.sampleRate)) }
/// ```
public struct DropoutDetector: Sendable, Hashable {
  /// What counts as a dropout.
  public struct Options: Sendable, Hashable, Codable {
    /// How long the value must stay the same, in seconds.
    public var minimumSeconds: Double
    /// Whether runs at the very beginning and end count: silence that was added there is no dropout.
    public var includesEnds: Bool

    /// Options; 10 ms, without the ends, by default.
    public init(minimumSeconds: Double = 0.01, includesEnds: Bool = false) {
      self.minimumSeconds = minimumSeconds
      self.includesEnds = includesEnds
    }
  }

  public let options: Options

  /// A detector with these options.
  public init(_ options: Options = Options()) { self.options = options }

  /// The runs without a signal, channel by channel, in order. A run of NaN is one too.
  public func callAsFunction(_ audio: AudioSamples) -> [SampleRun] {
    let needed = (options.minimumSeconds * Double(audio.sampleRate)).rounded(.up)
    let minimum = Int(min(max(needed, 2), 1e15))
    // -0 and 0 are the same still signal, and so are all NaNs.
    let runs = audio.runs(minimum: minimum) { sample -> UInt32? in
      sample.isNaN ? Float.nan.bitPattern : (sample + 0).bitPattern
    }
    if options.includesEnds { return runs }
    return runs.filter { $0.samples.lowerBound > 0 && $0.samples.upperBound < audio.sampleCount }
  }
}
