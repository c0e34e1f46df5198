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

  /// What broke the sound off, once all samples before have come; `nil` until then, and for a sound that is whole.
  public private(set) var damage: GenbaError?

  private let reader: any AudioReader
  private let policy: DamagePolicy
  private let path: String
  private var position = 0
  private var hasEnded = false

  init(_ reader: any AudioReader, blockSize: Int, policy: DamagePolicy, path: String) {
    self.reader = reader
    self.blockSize = blockSize
    self.policy = policy
    self.path = path
    sampleRate = reader.sampleRate
  }

  /// The next block; `nil` at the end. Only the last one is shorter than the others.
  ///
  /// - Returns: float32 [channels, samples], with the time of its first sample in `ptsSeconds`.
  /// - Throws: What `allSamples` throws, once all samples before the damage have come; `nil` follows.
  public mutating func next() throws(GenbaError) -> AudioSamples? {
    if hasEnded { return try end() }
    let samples: Tensor<Float>
    do throws(GenbaError) {
      samples = try reader.read(blockSize)
    } catch {
      hasEnded = true
      throw error.at(path: path)
    }
    hasEnded = samples.shape[1] < blockSize
    guard samples.shape[1] > 0 else { return try end() }
    let seconds = reader.beginSeconds + Double(position) / Double(sampleRate)
    position += samples.shape[1]
    if hasEnded, policy != .strict { damage = reader.damage?.at(path: path) }
    return AudioSamples(samples: samples, sampleRate: sampleRate, ptsSeconds: seconds, damage: damage)
  }

  /// Nothing, or the damage that came behind the last samples, once.
  private mutating func end() throws(GenbaError) -> AudioSamples? {
    guard damage == nil, let met = reader.damage?.at(path: path) else { return nil }
    damage = met
    if policy == .strict { throw met }
    return nil
  }
}
