public import GenbaCore

/// Turns sound into one model's audio input.
public protocol AudioFeatureExtractor: Sendable {
  /// The sample rate that the model was trained with, in hertz. Sound of another rate is an error: resample it while
  /// decoding, `allSamples(sampleRate:)`.
  var samplingRate: Int { get }

  /// How many channels the model hears: 1, unless it says otherwise.
  var channelCount: Int { get }

  /// The model's tensors for a batch of clips, each of ``channelCount`` channels.
  ///
  /// - Throws: `.mismatchedInputs` for another sample rate or number of channels.
  func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle
}

extension AudioFeatureExtractor {
  public var channelCount: Int { 1 }

  /// The model's tensors for one clip: a batch of one.
  public func callAsFunction(_ clip: AudioSamples) throws(GenbaError) -> TensorBundle { try self([clip]) }
}
