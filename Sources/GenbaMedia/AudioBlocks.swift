public import GenbaCore

/// A sound in blocks, from its beginning to its end. ``AudioDecoder/blocks(of:sampleRate:channels:resampler:)`` makes it.
///
/// Memory does not grow with the sound's length.
///
/// ```swift
/// var blocks = try AudioDecoder("shift.flac").blocks(of: 16_000, sampleRate: 16_000, channels: .mono)
/// while let block = try blocks.next() {
///   print(block.ptsSeconds, block.sampleCount)
/// }
/// ```
public struct AudioBlocks: ~Copyable {
  /// Samples of one channel in each block but the last.
  public let blockSize: Int

  /// Of the blocks, in hertz.
  public let sampleRate: Int

  private let reader: any AudioReader
  private let path: String
  private var position = 0
  private var hasEnded = false

  init(_ reader: any AudioReader, blockSize: Int, path: String) {
    self.reader = reader
    self.blockSize = blockSize
    self.path = path
    sampleRate = reader.sampleRate
  }

  /// The next block; `nil` at the end. Only the last one is shorter than the others.
  ///
  /// - Returns: float32 [channels, samples], with the time of its first sample in `ptsSeconds`.
  /// - Throws: What `allSamples` throws, once the place of the damage is reached; `nil` follows.
  public mutating func next() throws(GenbaError) -> AudioSamples? {
    guard !hasEnded else { return nil }
    do throws(GenbaError) {
      let samples = try reader.read(blockSize)
      hasEnded = samples.shape[1] < blockSize
      guard samples.shape[1] > 0 else { return nil }
      let seconds = reader.beginSeconds + Double(position) / Double(sampleRate)
      position += samples.shape[1]
      return AudioSamples(samples: samples, sampleRate: sampleRate, ptsSeconds: seconds)
    } catch {
      hasEnded = true
      throw error.at(path: path)
    }
  }
}
