public import GenbaCore

/// Sound for the Qwen models that hear through Whisper's encoder, named and padded as their processors in transformers
/// 5.23.0 do it: `Qwen2AudioProcessor`, `Qwen2_5OmniProcessor`, `Qwen3OmniMoeProcessor`.
///
/// ```swift
/// let qwen = try QwenAudioFeatureExtractor(.qwen2_5Omni)
/// let tensors = try qwen(audio)
/// tensors["input_features"]          // float32 [1, 128, 30000]
/// tensors["feature_attention_mask"]  // int32 [1, 30000]
/// let tokens = qwen.audioTokenCount(frames: 756)  // 189
/// ```
///
/// | model | `input_features` | longer clips |
/// |---|---|---|
/// | Qwen2-Audio | [clips, 128, 3000]: 30 s | are cut, as the bundle's metadata tell |
/// | Qwen2.5-Omni | [clips, 128, 30000]: 300 s | are cut |
/// | Qwen3-Omni | [clips, 128, frames of the longest] | are taken whole |
///
/// Frames of padding are filled in, not computed. Values are as close to the reference as ``WhisperFeatureExtractor``'s.
public struct QwenAudioFeatureExtractor: AudioFeatureExtractor {
  /// Whose processor.
  public enum Model: Sendable, Hashable, CaseIterable {
    case qwen2Audio
    case qwen2_5Omni
    case qwen3Omni
  }

  public let model: Model

  /// What computes the features.
  public let whisper: WhisperFeatureExtractor

  /// The extractor of a model with the settings of its folder.
  ///
  /// - Parameter whisper: Whether it gives a mask does not matter: these models always have one.
  public init(_ model: Model, whisper: WhisperFeatureExtractor) {
    self.model = model
    self.whisper = whisper
  }

  /// The extractor of the published checkpoints.
  public init(_ model: Model) throws(GenbaError) {
    let configuration = WhisperFeatureExtractor.Configuration(
      featureSize: 128, chunkLength: model == .qwen2Audio ? 30 : 300, returnAttentionMask: true)
    self.init(model, whisper: try WhisperFeatureExtractor(configuration))
  }

  public var samplingRate: Int { whisper.samplingRate }

  /// `input_features` and `feature_attention_mask` of a batch.
  ///
  /// - Throws: What ``WhisperFeatureExtractor`` throws; for Qwen3-Omni also `.mismatchedInputs` where no clip has more
  ///   than 200 samples, at which the reference fails too.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    let isWhole = model == .qwen3Omni
    return try whisper.features(
      clips, padding: isWhole ? .longest : .maxLength, truncation: !isWhole, maskName: "feature_attention_mask")
  }

  /// How many audio tokens stand in the text for a clip.
  ///
  /// - Parameter frames: The sum of the clip's row in `feature_attention_mask`.
  public func audioTokenCount(frames: Int) -> Int {
    guard frames > 0 else { return 0 }
    switch model {
    case .qwen2Audio, .qwen2_5Omni:
      // One convolution of stride 2, then a mean of two.
      let convolved = (frames - 1) / 2 + 1
      return convolved < 2 ? 0 : (convolved - 2) / 2 + 1
    case .qwen3Omni:
      // Three convolutions of stride 2 on pieces of 100 frames, each of which gives 13.
      let rest = frames % 100
      let restTokens = rest == 0 ? 0 : ((((rest - 1) / 2 + 1 - 1) / 2 + 1) - 1) / 2 + 1
      return restTokens + frames / 100 * 13
    }
  }
}

extension QwenAudioFeatureExtractor.Model {
  /// The model of a family, if it is one of these.
  init?(_ family: ModelFamily) {
    switch family {
    case .qwen2Audio: self = .qwen2Audio
    case .qwen2_5Omni: self = .qwen2_5Omni
    case .qwen3Omni: self = .qwen3Omni
    default: return nil
    }
  }
}
