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

  public let options: Options

  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    guard (1...1 << 24).contains(options.frameLength) else {
      throw GenbaError(
        .invalidConfiguration, "frame_length is \(options.frameLength); it must be 1 … \(1 << 24)")
    }
    guard (1...1 << 30).contains(options.hopLength) else {
      throw GenbaError(.invalidConfiguration, "hop_length is \(options.hopLength); it must be 1 … \(1 << 30)")
    }
    self.options = options
  }

  /// How many frames a sound of `sampleCount` samples has. Centred, there is always one.
  public func frameCount(sampleCount: Int) -> Int {
    let padded = sampleCount + (options.center ? options.frameLength / 2 * 2 : 0)
    let whole = padded < options.frameLength ? 0 : 1 + (padded - options.frameLength) / options.hopLength
    return max(whole, options.center ? 1 : 0)
  }

  /// The root of the mean of the squares of each frame; what stands beyond the sound counts as silence.
  ///
  /// - Returns: float32 [frames], or [channels, frames] where there is not just one channel.
  /// - Throws: `.mismatchedInputs` if a sound that is not centred is shorter than a frame.
  public func rms(_ audio: AudioSamples) throws(GenbaError) -> Tensor<Float> {
    try frames(of: audio) { samples, range in
      var sum = 0.0
      for index in range.clamped(to: 0..<samples.count) { sum += Double(samples[index]) * Double(samples[index]) }
      return Float((sum / Double(range.count)).squareRoot())
    }
  }

  /// Which share of the samples of each frame has another sign than the one before it. Zero has the sign of what is
  /// positive, and so has everything up to 1e-10 from it. The sample at the edge is repeated beyond the sound.
  ///
  /// - Returns: float32 [frames], or [channels, frames] where there is not just one channel.
  /// - Throws: `.mismatchedInputs` if a sound that is not centred is shorter than a frame.
  public func zeroCrossingRate(_ audio: AudioSamples) throws(GenbaError) -> Tensor<Float> {
    try frames(of: audio) { samples, range in
      let inside = range.clamped(to: 0..<samples.count)
      var crossings = 0
      for index in inside.dropFirst() where (samples[index] < -1e-10) != (samples[index - 1] < -1e-10) {
        crossings += 1
      }
      return Float(Double(crossings) / Double(range.count))
    }
  }

  private func frames(
    of audio: AudioSamples, _ statistic: (_ samples: Span<Float>, _ range: Range<Int>) -> Float
  ) throws(GenbaError) -> Tensor<Float> {
    let count = frameCount(sampleCount: audio.sampleCount)
    guard count > 0 else {
      throw GenbaError(
        .mismatchedInputs,
        "the sound has \(audio.sampleCount) samples, less than the one frame of \(options.frameLength) that is needed "
          + "without centring; lower frame_length or set center")
    }
    let pad = options.center ? options.frameLength / 2 : 0
    return Tensor(shape: audio.channelCount == 1 ? [count] : [audio.channelCount, count]) { output in
      for channel in 0..<audio.channelCount {
        let samples = audio.channel(channel)
        for frame in 0..<count {
          let start = frame * options.hopLength - pad
          output.append(statistic(samples, start..<start + options.frameLength))
        }
      }
    }
  }
}
