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
  /// What ended the sound, to be thrown behind the last samples before it.
  private var failure: GenbaError?

  init(_ reader: any AudioReader, blockSize: Int, path: String) {
    self.reader = reader
    self.blockSize = blockSize
    self.path = path
    sampleRate = reader.sampleRate
  }

  /// The next block; `nil` at the end. Only the last one is shorter than the others.
  ///
  /// - Returns: float32 [channels, samples], with the time of its first sample in `ptsSeconds`.
  /// - Throws: What `allSamples` throws, once all samples before the damage have come; `nil` follows.
  public mutating func next() throws(GenbaError) -> AudioSamples? {
    if let failure {
      self.failure = nil
      throw failure
    }
    guard !hasEnded else { return nil }
    let samples: Tensor<Float>
    do throws(GenbaError) {
      samples = try reader.read(blockSize)
      hasEnded = samples.shape[1] < blockSize
    } catch {
      hasEnded = true
      let error = error.at(path: path)
      // A reader that has failed still gives what it had decoded.
      guard let rest = try? reader.read(blockSize), rest.shape[1] > 0 else { throw error }
      failure = error
      samples = rest
    }
    guard samples.shape[1] > 0 else { return nil }
    let seconds = reader.beginSeconds + Double(position) / Double(sampleRate)
    position += samples.shape[1]
    return AudioSamples(samples: samples, sampleRate: sampleRate, ptsSeconds: seconds)
  }
}
