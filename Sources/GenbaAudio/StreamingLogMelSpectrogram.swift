public import GenbaCore
internal import GenbaKernels

/// The log-mel spectrogram of a sound that comes in blocks of any size.
///
/// The frames that come out, joined, are those of ``LogMelSpectrogram`` on the whole sound, bit for bit, before `topDB`:
/// that bound depends on the loudest value of the whole sound, which is known at the end (``loudest``). A frame comes
/// as soon as all of its samples are there. Memory does not grow with the sound's length.
///
/// ```swift
/// var logMel = try StreamingLogMelSpectrogram(LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 400, hopLength: 160)))
/// while let block = nextBlock() {
///   consume(try logMel.push(block))  // float32 [nMels, frames], often of a few frames, or none
/// }
/// consume(try logMel.finish())
/// ```
public struct StreamingLogMelSpectrogram: Sendable {
  /// What is computed.
  public let spectrogram: LogMelSpectrogram

  /// How many channels come.
  public let channelCount: Int

  /// How many frames have come out so far.
  public private(set) var frameCount = 0

  /// The largest value that has come out so far: -infinity before the first, NaN once there was a NaN. The bound of
  /// `topDB` is `max(value, loudest - topDB)`.
  public private(set) var loudest = -Float.infinity

  /// Samples of one channel that have come.
  private var received = 0
  /// The samples of each channel that are still needed.
  private var windows: [[Float]]
  /// Which sample stands first in the windows.
  private var origin = 0
  private var hasFinished = false

  /// A spectrogram of one sound.
  ///
  /// - Parameters:
  ///   - spectrogram: The options and tables.
  ///   - channels: How many channels the sound has, above 0.
  public init(_ spectrogram: LogMelSpectrogram, channels: Int = 1) {
    precondition(channels > 0, "a sound has channels, not \(channels)")
    self.spectrogram = spectrogram
    channelCount = channels
    windows = Array(repeating: [], count: channels)
  }

  /// Takes the next block and gives the frames that are complete with it.
  ///
  /// - Returns: float32 [nMels, frames], or [channels, nMels, frames] where there is not just one channel; `frames` is 0
  ///   if none is complete.
  /// - Throws: `.mismatchedInputs` for another sample rate or number of channels than announced.
  public mutating func push(_ block: AudioSamples) throws(GenbaError) -> Tensor<Float> {
    precondition(!hasFinished, "the sound has ended")
    let sampleRate = spectrogram.options.sampleRate
    guard block.sampleRate == sampleRate, block.channelCount == channelCount else {
      throw GenbaError(
        .mismatchedInputs,
        "a block has \(block.channelCount) channels at \(block.sampleRate) Hz, and \(channelCount) at \(sampleRate) Hz "
          + "are expected")
    }
    for channel in 0..<channelCount {
      let samples = block.channel(channel)
      windows[channel].reserveCapacity(windows[channel].count + samples.count)
      for index in samples.indices { windows[channel].append(samples[index]) }
    }
    received += block.sampleCount
    let frames = take(completeFrames - frameCount)
    forget()
    return frames
  }

  /// Ends the sound and gives the rest of the frames: those that see the padding behind it. Nothing can be pushed
  /// behind that.
  ///
  /// - Throws: `.mismatchedInputs` if a sound that is not centred was shorter than a frame.
  public mutating func finish() throws(GenbaError) -> Tensor<Float> {
    precondition(!hasFinished, "the sound has ended")
    hasFinished = true
    let total = spectrogram.frameCount(sampleCount: received)
    guard total > 0 else {
      throw GenbaError(
        .mismatchedInputs,
        "the sound had \(received) samples, less than the one frame of \(spectrogram.options.nFFT) that is needed "
          + "without centring; lower n_fft or set center")
    }
    return take(total - frameCount)
  }

  private var plan: LogMelPlan { spectrogram.plan }

  /// How many frames see nothing but samples that have come, in the mirror at the beginning too.
  private var completeFrames: Int {
    // In a mirror, the first frame sees sample `pad`; only a longer sound is mirrored once.
    guard received > plan.pad else { return 0 }
    let covered = received + plan.pad - plan.nFFT
    return covered < 0 ? 0 : 1 + covered / plan.hopLength
  }

  /// The next frames.
  private mutating func take(_ count: Int) -> Tensor<Float> {
    let count = max(count, 0)
    let start = frameCount * plan.hopLength - plan.pad - origin
    var shape = [plan.bandCount, count]
    if channelCount != 1 { shape.insert(channelCount, at: 0) }
    var largest = loudest
    let frames = Tensor<Float>(shape: shape) { output in
      for window in windows where count > 0 {
        let peak = plan.appendFrames(of: window.span, from: start, columns: count, to: &output)
        largest = peak.isNaN || peak > largest ? peak : largest
      }
    }
    loudest = largest
    frameCount += count
    return frames
  }

  /// Drops the samples that no later frame sees, not even in the mirror at the end.
  private mutating func forget() {
    let needed = max(min(frameCount * plan.hopLength - plan.pad, received - 1 - plan.pad), 0)
    let dropped = needed - origin
    // Moving the rest costs less than what is dropped has cost.
    guard dropped >= received - needed else { return }
    for channel in windows.indices { windows[channel].removeFirst(dropped) }
    origin = needed
  }
}
