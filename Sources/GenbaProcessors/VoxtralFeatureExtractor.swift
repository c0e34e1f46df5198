public import GenbaCore

/// Sound for Voxtral, as transformers 5.23.0's `VoxtralProcessor` computes it: Whisper's features of whole clips, cut
/// into pieces of 30 seconds.
///
/// ```swift
/// let audio = try AudioDecoder("press.wav").allSamples(sampleRate: 16_000, channels: .mono)
/// let voxtral = try VoxtralFeatureExtractor()
/// let tensors = try voxtral(audio)
/// tensors["input_features"]  // float32 [pieces of all clips, 128, 3000]
/// let tokens = voxtral.audioTokenCount(sampleCount: audio.sampleCount)  // 375 for each piece
/// ```
///
/// Each clip is filled with silence to a multiple of 30 seconds. The loudest value, which bounds the softest, is the whole
/// clip's, and frames at the seams see both sides.
public struct VoxtralFeatureExtractor: AudioFeatureExtractor {
  /// What computes the features.
  public let whisper: WhisperFeatureExtractor

  /// The extractor with the settings of a model folder.
  public init(whisper: WhisperFeatureExtractor) { self.whisper = whisper }

  /// The extractor of the published checkpoints.
  public init() throws(GenbaError) {
    try self.init(whisper: WhisperFeatureExtractor(featureSize: 128))
  }

  public var samplingRate: Int { whisper.samplingRate }

  /// `input_features` of a batch: the pieces of the first clip, then those of the next.
  ///
  /// - Throws: `.mismatchedInputs` for no clip, empty clips, another sample rate or more than one channel.
  public func callAsFunction(_ clips: [AudioSamples]) throws(GenbaError) -> TensorBundle {
    try check(clips)
    try check(clips, minimum: 1)
    let (bands, frames) = (whisper.configuration.featureSize, whisper.configuration.nbMaxFrames)
    let pieces = clips.map { pieceCount(sampleCount: $0.sampleCount) }
    var bundle = TensorBundle()
    bundle.set(
      "input_features",
      to: Tensor<Float>(shape: [pieces.reduce(0, +), bands, frames]) { output in
        for (clip, count) in zip(clips, pieces) {
          let whole = whisper.features(of: clip, paddedTo: count * whisper.configuration.nSamples)
          let span = whole.span
          for piece in 0..<count {
            for band in 0..<bands {
              let start = (band * count + piece) * frames
              for index in start..<start + frames { output.append(span[index]) }
            }
          }
        }
      })
    return bundle
  }

  /// How many pieces of 30 seconds a clip becomes.
  public func pieceCount(sampleCount: Int) -> Int {
    (sampleCount + whisper.configuration.nSamples - 1) / whisper.configuration.nSamples
  }

  /// How many audio tokens stand in the text for a clip: one for 8 frames.
  public func audioTokenCount(sampleCount: Int) -> Int {
    pieceCount(sampleCount: sampleCount) * whisper.configuration.nbMaxFrames / 8
  }
}
