public import GenbaAudio
public import GenbaCore
internal import GenbaKernels
internal import Glibc

/// The frames of a model's front end before it normalizes, cuts and pads: what can be computed while a sound still comes.
///
/// ```swift
/// let whisper = try WhisperFeatureExtractor(featureSize: 128)
/// var stream = FeatureStream(whisper.frames)
/// let frames = try stream.push(block)  // float32 [128, frames]: log10 of mel power
/// ```
///
/// Extractors whose frames are Kaldi's have a ``GenbaAudio/KaldiFbank`` instead.
public struct ModelFrames: FrameFeature {
  /// The last sample, for the pre-emphasis of the next.
  public struct State: Sendable {
    var last: Float?
  }

  public let framing: Framing
  public let requiredSampleRate: Int?

  let plan: LogMelPlan
  /// How much of a sample is subtracted from the next. The first one stays as it is.
  private let preemphasis: Float
  /// What samples are multiplied by.
  private let scale: Float
  /// What is added to bands before their logarithm; `nil` if the plan takes it.
  private let logOffset: Float?

  /// - Parameters:
  ///   - frameLength: How many samples a frame sees; `nil` for the whole transform.
  ///   - pad: Samples that the first frame begins before the sound.
  init(
    _ plan: LogMelPlan, sampleRate: Int, frameLength: Int? = nil, pad: Int, preemphasis: Double = 0,
    scale: Double = 1, logOffset: Float? = nil
  ) {
    self.plan = plan
    requiredSampleRate = sampleRate
    framing = Framing(
      frameLength: frameLength ?? plan.nFFT, hopLength: plan.hopLength, pad: pad,
      ends: plan.pad > 0 ? .atLeastOne : .whole)
    self.preemphasis = Float(preemphasis)
    self.scale = Float(scale)
    self.logOffset = logOffset
  }

  public var valuesPerFrame: Int { plan.bandCount }

  public func makeState() -> State { State() }

  public func prepare(_ samples: Span<Float>, state: inout State) -> [Float]? {
    guard preemphasis != 0 || scale != 1 else { return nil }
    var prepared: [Float] = []
    prepared.reserveCapacity(samples.count)
    for index in samples.indices {
      let sample = samples[index] * scale
      prepared.append(state.last.map { sample - preemphasis * $0 } ?? sample)
      state.last = sample
    }
    return prepared
  }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Float> {
    var bands = Tensor<Float>(shape: [plan.bandCount, count]) { output in
      plan.appendFrames(of: samples, from: start, columns: count, to: &output)
    }
    guard let logOffset else { return bands }
    var values = bands.mutableSpan
    for index in 0..<values.count { values[index] = log(values[index] + logOffset) }
    return bands
  }

  /// The frames of a clip as rows, of `length` samples of which those behind `samples` are silence.
  func matrix(
    _ samples: Span<Float>, length: Int, frames: Int, normalization: LogMelPlan.Normalization? = nil
  ) -> FrameMatrix {
    var state = makeState()
    let prepared = prepare(samples, state: &state)
    var matrix: FrameMatrix
    if var prepared {
      // The first silent sample still hears the last one of the clip.
      if let last = state.last, prepared.count < length { prepared.append(-preemphasis * last) }
      if framing.pad < 0 { prepared.removeFirst(min(-framing.pad, prepared.count)) }
      matrix = FrameMatrix(
        prepared.span, length: length, frames: frames, plan, normalization: normalization)
    } else {
      matrix = FrameMatrix(
        samples, length: length, frames: frames, plan, normalization: normalization)
    }
    if let logOffset { matrix.map { value, _ in log(value + logOffset) } }
    return matrix
  }
}
