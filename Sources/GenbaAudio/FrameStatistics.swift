public import GenbaCore

/// What can be said of frames without a spectrum, as `librosa.feature.rms` and `zero_crossing_rate` (0.11) compute it.
///
/// ```swift
/// let statistics = try FrameStatistics(.init(frameLength: 1024, hopLength: 256))
/// let loudness = try statistics.rms(audio)              // [frames]
/// let rate = try statistics.zeroCrossingRate(audio)     // [frames]
/// ```
public struct FrameStatistics: Sendable {
  /// Every knob, with librosa's names and defaults.
  public struct Options: Sendable, Hashable, Codable {
    /// Samples of a frame.
    public var frameLength: Int
    /// From one frame to the next, in samples.
    public var hopLength: Int
    /// Whether frame i is centred on sample i · hopLength, or begins there.
    public var center: Bool

    public init(frameLength: Int = 2048, hopLength: Int = 512, center: Bool = true) {
      self.frameLength = frameLength
      self.hopLength = hopLength
      self.center = center
    }

    private enum CodingKeys: String, CodingKey {
      case frameLength = "frame_length"
      case hopLength = "hop_length"
      case center
    }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      let standard = Self()
      frameLength = try values.decodeIfPresent(Int.self, forKey: .frameLength) ?? standard.frameLength
      hopLength = try values.decodeIfPresent(Int.self, forKey: .hopLength) ?? standard.hopLength
      center = try values.decodeIfPresent(Bool.self, forKey: .center) ?? standard.center
    }
  }

  /// What is said of a frame.
  public enum Statistic: String, Sendable, Hashable, Codable, CaseIterable {
    /// The root of the mean of the squares.
    case rms
    /// Which share of the samples has another sign than the one before.
    case zeroCrossingRate = "zero_crossing_rate"
  }

  public let options: Options

  /// What ``FrameFeature/frames(of:limits:)`` and a ``FeatureStream`` give.
  public let statistic: Statistic

  /// Statistics of such frames.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options(), _ statistic: Statistic = .rms) throws(GenbaError) {
    guard (1...1 << 24).contains(options.frameLength) else {
      throw GenbaError(
        .invalidConfiguration, "frame_length is \(options.frameLength); it must be 1 … \(1 << 24)")
    }
    guard (1...1 << 30).contains(options.hopLength) else {
      throw GenbaError(.invalidConfiguration, "hop_length is \(options.hopLength); it must be 1 … \(1 << 30)")
    }
    self.options = options
    self.statistic = statistic
  }

  /// The root of the mean of the squares of each frame; what stands beyond the sound counts as silence.
  ///
  /// - Returns: float32 [frames], or [channels, frames] where there is not just one channel.
  /// - Throws: `.mismatchedInputs` if a sound that is not centred is shorter than a frame.
  public func rms(_ audio: AudioSamples) throws(GenbaError) -> Tensor<Float> {
    try Self(options, .rms).frames(of: audio)
  }

  /// Which share of the samples of each frame has another sign than the one before it. Zero has the sign of what is
  /// positive, and so has everything up to 1e-10 from it. The sample at the edge is repeated beyond the sound.
  ///
  /// - Returns: float32 [frames], or [channels, frames] where there is not just one channel.
  /// - Throws: `.mismatchedInputs` if a sound that is not centred is shorter than a frame.
  public func zeroCrossingRate(_ audio: AudioSamples) throws(GenbaError) -> Tensor<Float> {
    try Self(options, .zeroCrossingRate).frames(of: audio)
  }
}

extension FrameStatistics: FrameFeature {
  public var framing: Framing {
    Framing(
      frameLength: options.frameLength, hopLength: options.hopLength,
      pad: options.center ? options.frameLength / 2 : 0, ends: options.center ? .atLeastOne : .whole)
  }
  public var frameAxis: Int { 0 }
  public var valuesPerFrame: Int { 1 }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Void
  ) throws(GenbaError) -> Tensor<Float> {
    Tensor(shape: [count]) { output in
      for frame in 0..<count {
        let first = start + frame * options.hopLength
        let inside = (first..<first + options.frameLength).clamped(to: 0..<samples.count)
        output.append(
          statistic == .rms
            ? rootMeanSquare(samples.extracting(inside)) : crossingRate(samples.extracting(inside)))
      }
    }
  }

  private func rootMeanSquare(_ samples: Span<Float>) -> Float {
    var sum = 0.0
    for index in samples.indices { sum += Double(samples[index]) * Double(samples[index]) }
    return Float((sum / Double(options.frameLength)).squareRoot())
  }

  private func crossingRate(_ samples: Span<Float>) -> Float {
    var crossings = 0
    for index in samples.indices.dropFirst() where (samples[index] < -1e-10) != (samples[index - 1] < -1e-10) {
      crossings += 1
    }
    return Float(Double(crossings) / Double(options.frameLength))
  }
}
