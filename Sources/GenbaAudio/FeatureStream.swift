public import GenbaCore

/// Any ``FrameFeature`` of a sound that comes in blocks of any size.
///
/// The frames that come out, joined, are those of ``FrameFeature/frames(of:limits:)`` on the whole sound, bit for bit. A
/// frame comes as soon as all that it needs is there. Memory does not grow with the sound's length: what is kept are the
/// samples of the next frame and what the feature itself holds back.
///
/// ```swift
/// var stream = FeatureStream(try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 400, hopLength: 160)))
/// while let block = nextBlock() {
///   consume(try stream.push(block))  // float32 [nMels, frames], often of a few frames, or none
/// }
/// consume(try stream.finish())
/// ```
public struct FeatureStream<Feature: FrameFeature>: Sendable {
  /// What is computed.
  public let feature: Feature

  /// How many channels come.
  public let channelCount: Int

  /// How many frames have been computed so far.
  public private(set) var frameCount = 0

  /// What the feature keeps of each channel.
  public private(set) var states: [Feature.State]

  /// Samples of one channel that have come.
  private var received = 0
  /// The samples of each channel that are still needed.
  private var windows: [[Float]]
  /// Which sample stands first in the windows.
  private var origin = 0
  private var sampleRate: Int?
  private var hasFinished = false

  /// The feature of one sound.
  ///
  /// - Parameter channels: How many channels the sound has, above 0.
  public init(_ feature: Feature, channels: Int = 1) {
    precondition(channels > 0, "a sound has channels, not \(channels)")
    self.feature = feature
    channelCount = channels
    windows = Array(repeating: [], count: channels)
    states = (0..<channels).map { _ in feature.makeState() }
    sampleRate = feature.requiredSampleRate
  }

  /// How many samples of each channel are held.
  public var heldSampleCount: Int { windows[0].count }

  /// Takes the next block and gives the frames that are complete with it.
  ///
  /// - Returns: As the feature gives them for a whole sound, often of a few frames, or none.
  /// - Throws: `.mismatchedInputs` for another sample rate or number of channels than announced, or than in the first
  ///   block; what the feature throws.
  public mutating func push(_ block: AudioSamples) throws(GenbaError) -> Tensor<Feature.Element> {
    precondition(!hasFinished, "the sound has ended")
    let expected = sampleRate ?? block.sampleRate
    guard block.sampleRate == expected, block.channelCount == channelCount else {
      throw GenbaError(
        .mismatchedInputs,
        "a block has \(block.channelCount) channels at \(block.sampleRate) Hz, and \(channelCount) at \(expected) Hz "
          + "are expected")
    }
    sampleRate = expected
    for channel in 0..<channelCount { keep(block.channel(channel), of: channel) }
    received += block.sampleCount
    let count = max(feature.framing.completeFrameCount(received: received) - frameCount, 0)
    let frames = try take(count, isLast: false)
    forget()
    return frames
  }

  /// Ends the sound and gives the rest of the frames: those that see the padding behind it, and what was held back.
  /// Nothing can be pushed behind that.
  ///
  /// - Throws: `.mismatchedInputs` if the sound was too short for a frame; what the feature throws.
  public mutating func finish() throws(GenbaError) -> Tensor<Feature.Element> {
    precondition(!hasFinished, "the sound has ended")
    hasFinished = true
    let total = feature.frameCount(sampleCount: received)
    guard total > 0 else { throw feature.tooShort(sampleCount: received) }
    return try take(total - frameCount, isLast: true)
  }

  private mutating func keep(_ samples: Span<Float>, of channel: Int) {
    windows[channel].reserveCapacity(windows[channel].count + samples.count)
    if let prepared = feature.prepare(samples, state: &states[channel]) {
      windows[channel] += prepared
    } else {
      for index in samples.indices { windows[channel].append(samples[index]) }
    }
  }

  /// The next frames.
  private mutating func take(_ count: Int, isLast: Bool) throws(GenbaError) -> Tensor<Feature.Element> {
    let start = frameCount * feature.framing.hopLength - feature.framing.pad - origin
    var channels: [Tensor<Feature.Element>] = []
    for channel in 0..<channelCount {
      let window = windows[channel]
      let samples = window.span
      channels.append(
        try feature.frames(
          of: samples, from: start, count: count, sampleRate: sampleRate ?? 1, isLast: isLast,
          state: &states[channel]))
    }
    frameCount += count
    return Tensor(stacking: channels)
  }

  /// Drops the samples that no later frame sees, not even in the mirror at the end.
  private mutating func forget() {
    let needed = feature.framing.firstNeededSample(frame: frameCount, received: received)
    let dropped = needed - origin
    // Moving the rest costs less than what is dropped has cost.
    guard dropped >= received - needed else { return }
    for channel in windows.indices { windows[channel].removeFirst(dropped) }
    origin = needed
  }
}
