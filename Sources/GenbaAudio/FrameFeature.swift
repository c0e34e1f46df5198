public import GenbaCore

/// A feature that a sound has frame by frame: what ``FeatureStream`` can compute while the sound still comes.
///
/// ```swift
/// let mfcc = try MFCC(.init(mel: .init(sampleRate: 16_000, nFFT: 512, hopLength: 160), nMFCC: 13))
/// let whole = try mfcc.frames(of: audio)        // [13, frames]
/// var stream = FeatureStream(mfcc)
/// let first = try stream.push(firstBlock)       // the first of the same frames, bit for bit
/// ```
///
/// A type conforms with the places of its frames and one function that computes some of them. What a frame takes over
/// from earlier ones (a filter's memory, the frame before) stands in its ``State``; a frame must not depend on with which
/// others it is computed in one call.
public protocol FrameFeature: Sendable {
  associatedtype Element: TensorElement
  /// What computing frames leaves behind for the next ones of the same channel. `Void` if there is nothing.
  associatedtype State: Sendable = Void

  /// Where the frames lie.
  var framing: Framing { get }
  /// Of the sound, in hertz; `nil` if any will do.
  var requiredSampleRate: Int? { get }
  /// Which axis of a channel's tensor counts the frames: 1 in [bands, frames], 0 in Kaldi's [frames, bands].
  var frameAxis: Int { get }
  /// Numbers of a frame.
  var valuesPerFrame: Int { get }

  /// The state before the first frame of a channel.
  func makeState() -> State

  /// What is done to the samples of a channel before they are cut into frames: pre-emphasis, for instance. `nil` if
  /// nothing is.
  func prepare(_ samples: Span<Float>, state: inout State) -> [Float]?

  /// The next frames of a channel.
  ///
  /// - Parameters:
  ///   - samples: A part of the sound, prepared, that holds all that these frames see. At the sound's beginning and end
  ///     it begins and ends with the sound.
  ///   - start: Where in `samples` the first of them begins; below 0 for one that begins in the padding.
  ///   - count: How many frames.
  ///   - sampleRate: Of the sound, in hertz.
  ///   - isLast: Whether the sound ends with `samples`, and these are its last frames.
  /// - Returns: A tensor whose ``frameAxis`` counts frames: `count` of them, or fewer or more if the feature holds frames
  ///   back or gives some that it held back.
  func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Element>
}

extension FrameFeature {
  public var requiredSampleRate: Int? { nil }
  public var frameAxis: Int { 1 }
  public func prepare(_ samples: Span<Float>, state: inout State) -> [Float]? { nil }

  /// How many frames a sound of `sampleCount` samples has. Centred, there is always one.
  public func frameCount(sampleCount: Int) -> Int { framing.frameCount(sampleCount: sampleCount) }

  /// All frames of a sound, as a stream gives them: before what needs the whole sound, such as a bound relative to its
  /// loudest value.
  ///
  /// - Returns: The frames of the one channel, or of all channels along a new first axis.
  /// - Throws: `.mismatchedInputs` for another sample rate than the feature is made for, or for a sound without a frame;
  ///   `.limitExceeded` if the result would be larger than `limits.frameBytes`.
  public func frames(
    of audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Element> {
    let count = try checkedFrameCount(of: audio, limits: limits)
    var channels: [Tensor<Element>] = []
    for channel in 0..<audio.channelCount {
      var state = makeState()
      let samples = audio.channel(channel)
      if let prepared = prepare(samples, state: &state) {
        channels.append(
          try frames(
            of: prepared.span, from: -framing.pad, count: count, sampleRate: audio.sampleRate, isLast: true,
            state: &state))
      } else {
        channels.append(
          try frames(
            of: samples, from: -framing.pad, count: count, sampleRate: audio.sampleRate, isLast: true, state: &state))
      }
    }
    return Tensor(stacking: channels)
  }

  /// How many frames the sound has, once it is known that they can be computed and fit the limits.
  func checkedFrameCount(of audio: AudioSamples, limits: DecodeLimits) throws(GenbaError) -> Int {
    if let requiredSampleRate { try audio.checkSampleRate(requiredSampleRate) }
    let count = frameCount(sampleCount: audio.sampleCount)
    guard count > 0 else { throw tooShort(sampleCount: audio.sampleCount) }
    try audio.checkSpectrum(
      frames: count, columns: valuesPerFrame, bytes: MemoryLayout<Element>.stride, limits: limits)
    return count
  }

  /// The error for a sound without a frame.
  func tooShort(sampleCount: Int) -> GenbaError {
    GenbaError(
      .mismatchedInputs,
      "the sound has \(sampleCount) samples, less than the one frame of \(framing.frameLength) that is needed; shorten "
        + "the frames" + (framing.ends == .whole ? " or centre them" : ""))
  }
}

extension FrameFeature where State == Void {
  public func makeState() {}
}

extension Tensor {
  /// The one tensor, or all of them along a new first axis. They have the same shape; none gives [0].
  init(stacking tensors: [Tensor]) {
    if tensors.count == 1 {
      self = tensors[0]
      return
    }
    let shape = tensors.first?.shape ?? []
    precondition(tensors.allSatisfy { $0.shape == shape }, "channels have other shapes")
    self = Tensor(shape: [tensors.count] + shape) { output in
      for tensor in tensors {
        let span = tensor.span
        for index in 0..<span.count { output.append(span[index]) }
      }
    }
  }
}
