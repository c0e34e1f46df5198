internal import GenbaCore

/// What becomes of a sound's channels.
public enum ChannelMix: Sendable, Hashable, Codable {
  /// They stay as they are.
  case keep

  /// One channel, their mean: librosa's rule, and that of transformers' `load_audio(backend="soundfile")`. The same
  /// float32 arithmetic as `numpy.mean` over decoded frames. Channels are mixed before the sound is resampled.
  case mono

  /// One channel by libswresample's matrix, as torchcodec's `AudioDecoder(num_channels=1)` mixes: stereo becomes
  /// 0.7071 (left + right), so that equal channels come out 3 dB louder and may go beyond ±1. Mixed while the sound
  /// is resampled, and by the standard layout for the number of channels.
  case torchcodecMono

  /// The channel of that index alone. One that is not there is an `.outOfRange` error.
  case channel(Int)
}

extension AudioSamples {
  /// The mean of the channels, as ``ChannelMix/mono`` describes it.
  func meanOfChannels() -> AudioSamples {
    guard channelCount > 1 else { return self }
    let (channels, count) = (channelCount, sampleCount)
    let source = samples.span
    let mean = Tensor<Float>(shape: [1, count]) { output in
      // numpy adds up to seven numbers in order, and more of them in eight interleaved sums.
      if channels < 8 {
        for index in 0..<count {
          var sum = source[index]
          for channel in 1..<channels { sum += source[channel * count + index] }
          output.append(sum / Float(channels))
        }
      } else {
        for index in 0..<count {
          var sums = SIMD8<Float> { source[$0 * count + index] }
          let whole = channels - channels % 8
          for first in stride(from: 8, to: whole, by: 8) {
            sums += SIMD8<Float> { source[(first + $0) * count + index] }
          }
          var sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
          for channel in whole..<channels { sum += source[channel * count + index] }
          output.append(sum / Float(channels))
        }
      }
    }
    return AudioSamples(samples: mean, sampleRate: sampleRate, ptsSeconds: ptsSeconds)
  }

  /// Throws if there is no such channel.
  static func check(channel index: Int, of channelCount: Int) throws(GenbaError) {
    guard (0..<channelCount).contains(index) else {
      throw GenbaError(.outOfRange, "there is no channel \(index); the channels are 0 to \(channelCount - 1)")
    }
  }

  /// One channel alone.
  func only(channel index: Int) throws(GenbaError) -> AudioSamples {
    try Self.check(channel: index, of: channelCount)
    let source = channel(index)
    let samples = Tensor<Float>(shape: [1, sampleCount]) { output in
      for position in source.indices { output.append(source[position]) }
    }
    return AudioSamples(samples: samples, sampleRate: sampleRate, ptsSeconds: ptsSeconds)
  }
}

extension SIMD8 {
  fileprivate init(_ lane: (Int) -> Scalar) {
    self.init()
    for index in 0..<8 { self[index] = lane(index) }
  }
}
