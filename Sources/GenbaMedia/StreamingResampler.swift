public import GenbaCore

/// Changes the sample rate of a sound that comes in blocks of any size.
///
/// What comes out, joined, is what ``Resampler`` makes of the whole sound, bit for bit. Memory does not grow with the
/// sound's length. Some input is held back until what follows it is known, so that a block may give nothing.
///
/// ```swift
/// var resampler = try StreamingResampler(Resampler(sampleRate: 16_000), from: 48_000, channels: 1)
/// while let block = nextBlock() {
///   consume(try resampler.push(block.samples))  // float32 [channels, n]
/// }
/// consume(try resampler.finish())
/// ```
public struct StreamingResampler: ~Copyable {
  /// What is done to the sound.
  public let resampler: Resampler

  /// The rate of the sound that comes in, in hertz.
  public let inputRate: Int

  /// How many channels come in.
  public let channelCount: Int

  private let outputChannels: Int
  /// `nil` where the rate stays and nothing is mixed.
  private let converter: SampleConverter?
  private var received = 0
  private var made = 0
  private var hasFinished = false

  /// A resampler for one sound.
  ///
  /// - Parameters:
  ///   - resampler: The new rate, the engine and the limit.
  ///   - inputRate: The rate of what will come, in hertz.
  ///   - channels: How many channels will come.
  /// - Throws: `.outOfRange` where the rates are more than a factor of 1000 apart, `.unsupportedFormat` if
  ///   libswresample was built without soxr.
  public init(_ resampler: Resampler, from inputRate: Int, channels: Int) throws(GenbaError) {
    try self.init(resampler, from: inputRate, channels: channels, mixing: nil)
  }

  /// The same, with a mix to one channel by libswresample's matrix.
  ///
  /// - Parameter layout: Where the channels' speakers stand, in FFmpeg's words, or
  ///   `.some(nil)` for the usual layout of as many; `nil` to keep the channels.
  init(
    _ resampler: Resampler, from inputRate: Int, channels: Int, mixing layout: String??
  ) throws(GenbaError) {
    precondition(inputRate > 0 && channels > 0, "a sound of \(channels) channels at \(inputRate) Hz")
    let isMixed = layout != nil && channels > 1
    self.resampler = resampler
    self.inputRate = inputRate
    channelCount = channels
    outputChannels = isMixed ? 1 : channels
    try resampler.check(inputRate: inputRate)
    if inputRate == resampler.sampleRate && !isMixed {
      converter = nil
    } else {
      converter = try resampler.converter(channels: channels, from: inputRate, mixing: isMixed ? layout : nil)
    }
  }

  /// Takes the next block and gives what is ready.
  ///
  /// - Parameter block: float32 [channels, samples], of any length; another number of channels traps.
  /// - Returns: float32 [channels, samples] at the new rate.
  /// - Throws: `.limitExceeded` once the result has more samples than the limit.
  public mutating func push(_ block: Tensor<Float>) throws(GenbaError) -> Tensor<Float> {
    precondition(!hasFinished, "the sound has ended")
    precondition(block.rank == 2 && block.shape[0] == channelCount, "a block is [\(channelCount), samples]")
    received += block.shape[1]
    let output = try converter?.convertNext(block) ?? block
    made += output.shape[1]
    guard made <= resampler.sampleLimit / outputChannels else {
      throw GenbaError(
        .limitExceeded, "the sound becomes more than the limit of \(resampler.sampleLimit) samples")
    }
    return output
  }

  /// Ends the sound and gives the rest of it. Nothing can be pushed behind that.
  public mutating func finish() throws(GenbaError) -> Tensor<Float> {
    precondition(!hasFinished, "the sound has ended")
    hasFinished = true
    guard let rest = try converter?.convertNext(nil) else { return Tensor(shape: [outputChannels, 0]) { _ in } }
    guard resampler.engine == .soxr else { return rest }
    // As many samples as of the whole sound: with zeros where soxr gives fewer.
    let missing = max(resampler.outputCount(of: received, at: inputRate) - made, 0)
    let cut = rest.prefix(samples: missing)
    guard cut.shape[1] < missing else { return cut }
    let source = cut.span
    return Tensor(shape: [outputChannels, missing]) { output in
      for channel in 0..<outputChannels {
        for index in 0..<missing {
          output.append(index < cut.shape[1] ? source[channel * cut.shape[1] + index] : 0)
        }
      }
    }
  }
}
