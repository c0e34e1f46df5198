public import GenbaCore

/// How much louder the bands of a sound become from frame to frame, as
/// `librosa.onset.onset_strength` (0.11) defines it: the mean over the bands of each rise in decibels.
///
/// ```swift
/// let strength = try OnsetStrength(.init(sampleRate: audio.sampleRate))(audio)  // [frames]
/// ```
public struct OnsetStrength: Sendable {
  /// Of the log-mel spectrum. Its logarithm should be decibels.
  public let options: LogMelSpectrogram.Options

  private let logMel: LogMelSpectrogram

  private let rises: Rises

  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: LogMelSpectrogram.Options = .init()) throws(GenbaError) {
    self.options = options
    logMel = try LogMelSpectrogram(options)
    rises = Rises(delay: 1 + (options.center ? options.nFFT / (2 * options.hopLength) : 0))
  }

  /// The strength of every frame. Centred, it is set back by half a frame, so that it stands where the rise is heard.
  ///
  /// - Returns: float32 [frames], or [channels, frames] where there is not just one channel.
  /// - Throws: As ``LogMelSpectrogram`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    let bands = try logMel(audio, limits: limits)
    let frames = bands.shape[bands.rank - 1]
    let values = Array(bands)
    let size = options.nMels * frames
    let rises = try (0..<audio.channelCount).map { channel throws(GenbaError) -> Tensor<Float> in
      var state = self.rises.makeState(rows: options.nMels)
      let rows = Tensor(values[channel * size..<(channel + 1) * size], shape: [options.nMels, frames])
      return try self.rises(rows, isLast: true, state: &state)
    }
    return Tensor(stacking: rises.map { $0.reshaped(to: [frames]) })
  }
}

extension OnsetStrength: FrameFeature {
  public typealias State = FilteredFeature<LogMelSpectrogram, Rises>.State

  public var framing: Framing { logMel.framing }
  public var requiredSampleRate: Int? { options.sampleRate }
  public var frameAxis: Int { 0 }
  public var valuesPerFrame: Int { 1 }

  public func makeState() -> State { FilteredFeature(logMel, rises).makeState() }

  /// Strengths of bands without `topDB`, which is relative to the loudest value of the whole sound.
  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Float> {
    let rows = try FilteredFeature(logMel, rises).frames(
      of: samples, from: start, count: count, sampleRate: sampleRate, isLast: isLast, state: &state)
    return rows.reshaped(to: [rows.count])
  }

  /// The mean over the rows of each rise from a frame to the next, given out `delay` frames later.
  public struct Rises: FrameFilter {
    public struct State: Sendable {
      var before: [Float]?
      /// What comes out with the next frames.
      var waiting: [Float]
    }

    let delay: Int

    public func rowCount(of rows: Int) -> Int { 1 }

    public func makeState(rows: Int) -> State { State(waiting: Array(repeating: 0, count: delay)) }

    public func callAsFunction(
      _ frames: Tensor<Float>, isLast: Bool, state: inout State
    ) throws(GenbaError) -> Tensor<Float> {
      let (rows, count) = (frames.shape[0], frames.shape[1])
      let source = frames.span
      for frame in 0..<count {
        let now = (0..<rows).map { source[$0 * count + frame] }
        if let before = state.before {
          var rise = 0.0
          for row in 0..<rows { rise += Double(max(0, now[row] - before[row])) }
          state.waiting.append(Float(rise / Double(rows)))
        }
        state.before = now
      }
      let out = Tensor(state.waiting.prefix(count), shape: [1, count])
      state.waiting.removeFirst(count)
      return out
    }
  }
}
