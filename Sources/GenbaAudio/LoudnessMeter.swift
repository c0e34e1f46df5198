public import GenbaCore
internal import Glibc

/// How loud a sound is to a listener, by ITU-R BS.1770-4, in LUFS: decibels below full scale, weighted as the ear does.
///
/// A sine of 997 Hz at full scale in one channel has -3.01 LUFS. Numbers are those of FFmpeg's filter `ebur128`, which
/// rounds the integrated loudness to 0.01.
public struct Loudness: Sendable, Equatable {
  /// Of the whole sound, after both gates: what is below -70 LUFS does not count, nor what is 10 LU below the mean of
  /// the rest. -infinity for a sound shorter than 0.4 s, or silent throughout.
  public var integrated: Double

  /// Of the 0.4 s that end at each tenth of a second, from 0.4 s on. -infinity for digital silence.
  public var momentary: [Double]

  /// Of the 3 s that end at each tenth of a second, from 3 s on.
  public var shortTerm: [Double]

  /// From one value of ``momentary`` or ``shortTerm`` to the next, in seconds.
  public static let stepSeconds = 0.1

  /// The loudness of a sound.
  ///
  /// ```swift
  /// let loudness = try Loudness(AudioDecoder("press.wav").allSamples())
  /// loudness.integrated  // -23.4
  /// ```
  ///
  /// - Parameter channelWeights: One factor for each channel, as for ``LoudnessMeter``.
  /// - Throws: `.mismatchedInputs` for a sound of no channels or a sample rate below 4000 Hz.
  public init(_ audio: AudioSamples, channelWeights: [Double]? = nil) throws(GenbaError) {
    var meter = try LoudnessMeter(
      sampleRate: audio.sampleRate, channels: audio.channelCount, channelWeights: channelWeights)
    try meter.push(audio)
    self = meter.loudness
  }

  init(integrated: Double, momentary: [Double], shortTerm: [Double]) {
    self.integrated = integrated
    self.momentary = momentary
    self.shortTerm = shortTerm
  }
}

/// Measures the loudness of a sound that comes in blocks of any size.
///
/// ```swift
/// var meter = try LoudnessMeter(sampleRate: 48_000, channels: 2)
/// while let block = nextBlock() { try meter.push(block) }
/// print(meter.loudness.integrated)
/// ```
///
/// The result does not depend on how the sound is cut. Memory: eight seconds of the sound, and one number for each tenth
/// of a second.
public struct LoudnessMeter: Sendable {
  /// In hertz.
  public let sampleRate: Int

  /// How much each channel's power counts.
  public let channelWeights: [Double]

  private let weighting: KWeighting
  /// The weighted mean power of each tenth of a second that has been measured.
  private var steps: [Double] = []
  /// Of each channel: the samples that the filter warms up on, once some have been measured, and those behind them.
  private var pending: [[Float]]

  /// A meter for one sound.
  ///
  /// - Parameters:
  ///   - sampleRate: In hertz, from 4000: the weighting acts from 1.7 kHz on.
  ///   - channels: How many channels the sound has.
  ///   - channelWeights: One factor for each channel. `nil` is 1 for every one: microphones, stereo. For the surround
  ///     sound 5.1 the standard has [1, 1, 1, 0, 1.41, 1.41].
  /// - Throws: `.mismatchedInputs` for no channels, a sample rate below 4000 Hz, or another number of weights.
  public init(sampleRate: Int, channels: Int, channelWeights: [Double]? = nil) throws(GenbaError) {
    let weights = channelWeights ?? Array(repeating: 1, count: max(channels, 0))
    guard channels > 0, weights.count == channels, sampleRate >= 4000 else {
      throw GenbaError(
        .mismatchedInputs,
        "loudness needs a channel, a weight for each, and 4000 Hz, since its weighting acts from 1.7 kHz on; the sound "
          + "has \(channels) channels at \(sampleRate) Hz, with \(weights.count) weights")
    }
    self.sampleRate = sampleRate
    self.channelWeights = weights
    weighting = KWeighting(sampleRate: sampleRate)
    pending = Array(repeating: [], count: channels)
  }

  /// Takes the next block.
  ///
  /// - Throws: `.mismatchedInputs` for another sample rate or number of channels than announced.
  public mutating func push(_ block: AudioSamples) throws(GenbaError) {
    guard block.sampleRate == sampleRate, block.channelCount == pending.count else {
      throw GenbaError(
        .mismatchedInputs,
        "a block has \(block.channelCount) channels at \(block.sampleRate) Hz, and \(pending.count) at \(sampleRate) Hz "
          + "are expected")
    }
    let most = KWeighting.seconds * sampleRate
    var start = 0
    while start < block.sampleCount {
      let count = min(most - pendingCount, block.sampleCount - start)
      for channel in pending.indices {
        pending[channel].reserveCapacity(pending[channel].count + count)
        unsafe block.channel(channel).extracting(start..<start + count).withUnsafeBufferPointer {
          unsafe pending[channel].append(contentsOf: $0)
        }
      }
      start += count
      if pendingCount == most {
        steps += powers(10 * KWeighting.seconds)
        for channel in pending.indices { pending[channel].removeFirst(pending[channel].count - weighting.warmUp) }
      }
    }
  }

  /// Samples of a channel that have not been measured.
  private var pendingCount: Int { pending[0].count - (steps.isEmpty ? 0 : weighting.warmUp) }

  /// The weighted mean powers of the first tenths of a second that are pending.
  private func powers(_ count: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    for (samples, weight) in zip(pending, channelWeights) {
      let powers = weighting.powers(of: samples, isBeginning: steps.isEmpty, steps: count)
      for step in sums.indices { sums[step] += powers[step] * weight }
    }
    return sums
  }

  /// The loudness of what has come so far.
  public var loudness: Loudness {
    let remaining = weighting.wholeSteps(in: pendingCount)
    // Fewer than four tenths of a second have no loudness.
    guard steps.count + remaining >= 4 else { return Loudness(integrated: -.infinity, momentary: [], shortTerm: []) }
    let steps = steps + powers(remaining)
    let momentary = windows(of: 4, in: steps)
    let absolute = momentary.filter { Self.lufs($0) > -70 }
    let threshold = Self.lufs(mean(absolute)) - 10
    return Loudness(
      integrated: Self.lufs(mean(absolute.filter { Self.lufs($0) > threshold })),
      momentary: momentary.map(Self.lufs), shortTerm: windows(of: 30, in: steps).map(Self.lufs))
  }

  /// The mean power of each run of `length` tenths of a second.
  private func windows(of length: Int, in steps: [Double]) -> [Double] {
    guard steps.count >= length else { return [] }
    return (0...steps.count - length).map { mean(steps[$0..<$0 + length]) }
  }

  private func mean(_ powers: some Collection<Double>) -> Double {
    powers.isEmpty ? 0 : powers.reduce(0, +) / Double(powers.count)
  }

  private static func lufs(_ power: Double) -> Double { -0.691 + 10 * log10(power) }
}
