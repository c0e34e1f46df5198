internal import GenbaCore

/// Samples of one channel, one after the other, that have something in common.
public struct SampleRun: Sendable, Hashable {
  /// The channel's index.
  public var channel: Int
  /// The samples, counted from the beginning of the sound.
  public var samples: Range<Int>
  /// The value of the first of them.
  public var value: Float

  /// A run of samples.
  public init(channel: Int, samples: Range<Int>, value: Float) {
    self.channel = channel
    self.samples = samples
    self.value = value
  }
}

extension AudioSamples {
  /// The runs of at least `minimum` samples in which the key stays the same and is not `nil`, channel by channel.
  func runs<Key: Equatable>(minimum: Int, _ key: (Float) -> Key?) -> [SampleRun] {
    var runs: [SampleRun] = []
    for channel in 0..<channelCount {
      let samples = self.channel(channel)
      var start = 0
      var current: Key?
      for index in 0...sampleCount {
        let next = index < sampleCount ? key(samples[index]) : nil
        if index < sampleCount && next == current { continue }
        if current != nil && index - start >= minimum {
          runs.append(SampleRun(channel: channel, samples: start..<index, value: samples[start]))
        }
        (start, current) = (index, next)
      }
    }
    return runs
  }
}
