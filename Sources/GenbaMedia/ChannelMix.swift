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

  /// Weighted sums of the channels: a row for each channel that comes out, in it a weight for each channel of the sound.
  ///
  /// `[[0.5, 0.5], [1, -1]]` makes the middle and the difference of a stereo pair. Sums are float32, in the order of
  /// the channels; what goes beyond ±1 stays so. Channels are mixed before the sound is resampled. No rows, and rows
  /// that have not one finite weight for each channel, are an `.outOfRange` error.
  case matrix([[Float]])
}

extension ChannelMix {
  /// How many channels come out.
  func outputCount(of channelCount: Int) -> Int {
    switch self {
    case .keep: channelCount
    case .mono, .torchcodecMono, .channel: 1
    case .matrix(let rows): rows.count
    }
  }

  /// Throws if a sound of that many channels cannot be mixed so.
  func check(channelCount: Int) throws(GenbaError) {
    switch self {
    case .keep, .mono, .torchcodecMono: return
    case .channel(let index):
      guard (0..<channelCount).contains(index) else {
        throw GenbaError(.outOfRange, "there is no channel \(index); the channels are 0 to \(channelCount - 1)")
      }
    case .matrix(let rows):
      guard !rows.isEmpty else { throw GenbaError(.outOfRange, "a mixing matrix without rows leaves no channel") }
      for (index, row) in rows.enumerated() where row.count != channelCount || !row.allSatisfy(\.isFinite) {
        throw GenbaError(
          .outOfRange,
          "row \(index) of the mixing matrix must have a finite weight for each of the \(channelCount) channels, "
            + "not \(row)")
      }
    }
  }

  /// float32 [channels, samples] mixed; what libswresample mixes stays as it is.
  func applied(to samples: Tensor<Float>) -> Tensor<Float> {
    switch self {
    case .keep, .torchcodecMono: samples
    case .mono: samples.meanOfRows()
    case .channel(let index):
      Tensor(shape: [1, samples.shape[1]]) { output in output.append(copying: samples.row(index)) }
    case .matrix(let rows): samples.mixed(by: rows)
    }
  }
}

extension Tensor<Float> {
  /// [1, samples]: the mean of the channels, as ``ChannelMix/mono`` describes it.
  fileprivate func meanOfRows() -> Tensor {
    let (channels, count) = (shape[0], shape[1])
    guard channels > 1 else { return self }
    return Tensor(shape: [1, count]) { output in
      unsafe output.withUnsafeMutableBufferPointer { mean, written in
        unsafe withUnsafeBytes { bytes in
          let source = unsafe bytes.assumingMemoryBound(to: Float.self)
          // A part after the other, which stays in the cache from the first channel to the division.
          for start in stride(from: 0, to: count, by: 2048) {
            let part = start..<min(start + 2048, count)
            // numpy adds up to seven numbers in order, and more of them in eight interleaved sums.
            if channels < 8 {
              for index in part { unsafe mean[index] = source[index] }
              for channel in 1..<channels {
                let row = unsafe UnsafeBufferPointer(rebasing: source[channel * count..<(channel + 1) * count])
                for index in part { unsafe mean[index] += row[index] }
              }
            } else {
              for index in part {
                unsafe mean[index] = Self.pairwiseSum(channels) { unsafe source[$0 * count + index] }
              }
            }
            // The same number, several times faster.
            if channels.nonzeroBitCount == 1 {
              for index in part { unsafe mean[index] *= 1 / Float(channels) }
            } else {
              for index in part { unsafe mean[index] /= Float(channels) }
            }
          }
        }
        written = count
      }
    }
  }

  /// The sum of eight numbers or more in numpy's order.
  @inline(__always)
  private static func pairwiseSum(_ count: Int, _ value: (Int) -> Float) -> Float {
    var sums = SIMD8<Float>()
    let whole = count - count % 8
    for lane in 0..<8 { sums[lane] = value(lane) }
    for first in stride(from: 8, to: whole, by: 8) {
      for lane in 0..<8 { sums[lane] += value(first + lane) }
    }
    var sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    for index in whole..<count { sum += value(index) }
    return sum
  }

  /// [rows, samples]: each the sum of all channels by its weights, as ``ChannelMix/matrix(_:)`` describes it.
  fileprivate func mixed(by rows: [[Float]]) -> Tensor {
    let count = shape[1]
    return Tensor(shape: [rows.count, count]) { output in
      unsafe output.withUnsafeMutableBufferPointer { target, written in
        unsafe withUnsafeBytes { bytes in
          let source = unsafe bytes.assumingMemoryBound(to: Float.self)
          for (row, weights) in rows.enumerated() {
            for (channel, weight) in weights.enumerated() {
              for index in 0..<count {
                let product = unsafe weight * source[channel * count + index]
                if channel == 0 {
                  unsafe target[row * count + index] = product
                } else {
                  unsafe target[row * count + index] += product
                }
              }
            }
          }
        }
        written = rows.count * count
      }
    }
  }
}
