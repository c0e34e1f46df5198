internal import GenbaCore

/// Memory that samples are decoded into: a row for each channel.
///
/// Its loops run over plain pointers and are written so that the compiler turns them into vector code also for the
/// oldest instruction set, since decoding uncompressed sound is little else.
@unsafe
struct SampleRows {
  private let base: UnsafeMutablePointer<Float>
  /// From one row to the next, in samples.
  private let stride: Int
  let channelCount: Int

  /// Rows that share a buffer evenly; `nil` where there is nothing to share.
  init?(_ buffer: UnsafeMutableBufferPointer<Float>, channels: Int) {
    guard let base = buffer.baseAddress, channels > 0, buffer.count >= channels else { return nil }
    unsafe self.base = base
    unsafe stride = buffer.count / channels
    unsafe channelCount = channels
  }

  /// The place of a sample.
  func row(_ channel: Int, from position: Int) -> UnsafeMutablePointer<Float> {
    unsafe precondition(channel >= 0 && channel < channelCount && position >= 0 && position <= stride)
    return unsafe base + channel * stride + position
  }

  /// Writes `count` samples of each channel, which stand channel by channel in turn.
  func write(interleaved source: UnsafePointer<Float>, count: Int, at position: Int) {
    let channels = unsafe channelCount
    switch channels {
    case 1: unsafe row(0, from: position).update(from: source, count: count)
    case 2:
      let (left, right) = unsafe (row(0, from: position), row(1, from: position))
      for index in 0..<count {
        unsafe left[index] = source[2 * index]
        unsafe right[index] = source[2 * index + 1]
      }
    default:
      for channel in 0..<channels {
        let row = unsafe row(channel, from: position)
        for index in 0..<count { unsafe row[index] = source[index * channels + channel] }
      }
    }
  }

  /// The same for integers of 16 bits, scaled by 2^-15.
  func write(interleaved source: UnsafePointer<Int16>, count: Int, at position: Int) {
    let channels = unsafe channelCount
    let scale: Float = 0x1p-15
    switch channels {
    case 1:
      let row = unsafe row(0, from: position)
      for index in 0..<count { unsafe row[index] = Float(source[index]) * scale }
    case 2:
      // Two samples as one number of 32 bits: shifts do what would otherwise take shuffles.
      let (left, right) = unsafe (row(0, from: position), row(1, from: position))
      let pairs = unsafe UnsafeRawPointer(source)
      for index in 0..<count {
        let pair = unsafe Int32(littleEndian: pairs.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self))
        unsafe left[index] = Float((pair << 16) >> 16) * scale
        unsafe right[index] = Float(pair >> 16) * scale
      }
    default:
      for channel in 0..<channels {
        let row = unsafe row(channel, from: position)
        for index in 0..<count { unsafe row[index] = Float(source[index * channels + channel]) * scale }
      }
    }
  }

  /// Writes `count` samples of one channel, of which each `step`th of `source` is one.
  @inline(__always)
  func write<Sample: BitwiseCopyable>(
    _ source: UnsafePointer<Sample>, step: Int, count: Int, channel: Int, at position: Int,
    _ scaled: (Sample) -> Float
  ) {
    let row = unsafe row(channel, from: position)
    if step == 1 {
      for index in 0..<count { unsafe row[index] = scaled(source[index]) }
    } else {
      for index in 0..<count { unsafe row[index] = scaled(source[index * step]) }
    }
  }
}
