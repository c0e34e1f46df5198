public import GenbaCore
internal import Glibc

/// Finds where nothing is to be heard: all channels stay below a threshold for some time.
///
/// Equal to FFmpeg 5.1's filter `silencedetect`, and with its defaults.
///
/// ```swift
/// let pauses = SilenceDetector(.init(threshold: -50, minimumSeconds: 0.5))(audio)  // [2.13 ..< 3.02] in seconds
/// ```
public struct SilenceDetector: Sendable, Hashable {
  /// What counts as silence.
  public struct Options: Sendable, Hashable, Codable {
    /// In decibels below full scale; samples whose magnitude is lower are silent.
    public var threshold: Double
    /// How long it must last, in seconds.
    public var minimumSeconds: Double

    /// Options; every one that is not given has FFmpeg's default.
    public init(threshold: Double = -60, minimumSeconds: Double = 2) {
      self.threshold = threshold
      self.minimumSeconds = minimumSeconds
    }
  }

  public let options: Options

  /// A detector with these options.
  public init(_ options: Options = Options()) { self.options = options }

  /// The times of silence in a sound, in order, in seconds on its clock. A NaN is not silent.
  public func callAsFunction(_ audio: AudioSamples) -> [Range<Double>] {
    let amplitude = pow(10, options.threshold / 20)
    let needed = max(options.minimumSeconds * Double(audio.sampleRate), 1)
    var silences: [Range<Double>] = []
    var start: Int?
    func end(at index: Int) {
      if let begun = start, Double(index - begun) >= needed {
        let rate = Double(audio.sampleRate)
        silences.append(audio.ptsSeconds + Double(begun) / rate..<audio.ptsSeconds + Double(index) / rate)
      }
      start = nil
    }
    let samples = audio.samples.span
    let count = audio.sampleCount
    for index in 0..<count {
      var isSilent = true
      for channel in 0..<audio.channelCount where isSilent {
        isSilent = Double(abs(samples[channel * count + index])) < amplitude
      }
      if !isSilent { end(at: index) } else if start == nil { start = index }
    }
    end(at: count)
    return silences
  }
}
