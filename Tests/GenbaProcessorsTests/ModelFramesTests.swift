import GenbaAudio
import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import Testing

/// The frames of models' front ends, streamed.
@Suite struct ModelFramesTests {
  private func noise(_ count: Int, rate: Int = 16_000) -> AudioSamples {
    var random = SeededRandom(state: 3)
    return AudioSamples(mono: (0..<count).map { _ in Float.random(in: -0.5...0.5, using: &random) }, sampleRate: rate)
  }

  /// The frames in blocks of random sizes, joined.
  private func streamed<Feature: FrameFeature>(_ feature: Feature, _ sound: AudioSamples) throws -> [[Float]]
  where Feature.Element == Float {
    var stream = FeatureStream(feature)
    var random = SeededRandom(state: 9)
    let samples = Array(sound.samples)
    var rows: [[Float]] = []
    func take(_ frames: Tensor<Float>) {
      let values = Array(frames)
      let count = frames.shape[feature.frameAxis]
      let width = count == 0 ? 0 : values.count / count
      for frame in 0..<count {
        rows.append(
          (0..<width).map { feature.frameAxis == 0 ? values[frame * width + $0] : values[$0 * count + frame] })
      }
    }
    var start = 0
    while start < samples.count {
      let end = min(start + Int.random(in: 0...900, using: &random), samples.count)
      take(try stream.push(AudioSamples(mono: Array(samples[start..<end]), sampleRate: sound.sampleRate)))
      start = end
    }
    take(try stream.finish())
    return rows
  }

  private func expectSame<Feature: FrameFeature>(_ feature: Feature, _ name: String, rate: Int = 16_000) throws
  where Feature.Element == Float {
    for count in [1100, 5003, 9001] {
      let sound = noise(count, rate: rate)
      let whole = try feature.frames(of: sound)
      let rows = try streamed(feature, sound)
      let width = rows[0].count
      let expected = (0..<rows.count).map { frame in
        (0..<width).map { feature.frameAxis == 0 ? whole[frame, $0] : whole[$0, frame] }
      }
      #expect(rows == expected && whole.count == rows.count * width, "\(name), \(count) samples")
    }
  }

  @Test func blocksOfAnySize() throws {
    try expectSame(WhisperFeatureExtractor(featureSize: 80).frames, "Whisper")
    try expectSame(ParakeetFeatureExtractor().frames, "Parakeet")
    try expectSame(GraniteSpeechFeatureExtractor().frames, "Granite")
    try expectSame(Gemma3nAudioFeatureExtractor().frames, "Gemma 3n")
    var lead = Gemma3nAudioFeatureExtractor.Configuration()
    lead.preemphasisHTKFlavor = false
    try expectSame(Gemma3nAudioFeatureExtractor(lead).frames, "Gemma 3n, not HTK")
    try expectSame(Gemma4AudioFeatureExtractor().frames, "Gemma 4")
    try expectSame(ClapFeatureExtractor().frames, "CLAP", rate: 48_000)
    try expectSame(ASTFeatureExtractor().fbank, "AST")
    try expectSame(BEATsFeatureExtractor().fbank, "BEATs")
    try expectSame(SeamlessM4TFeatureExtractor().fbank, "Seamless")
    try expectSame(Speech2TextFeatureExtractor().fbank, "Speech2Text")
    try expectSame(Phi4MultimodalFeatureExtractor().fbank, "Phi-4")
  }

  /// What a stream gives becomes the model's input by the rule that needs the whole sound.
  @Test func whispersRuleCanBeAppliedAtTheEnd() throws {
    let whisper = try WhisperFeatureExtractor(featureSize: 80)
    let sound = noise(32_000)
    let features = try #require(
      try whisper([sound], padding: .longest).tensor("input_features", as: Float.self))
    let rows = try streamed(whisper.frames, sound).dropLast()
    let loudest = rows.joined().max() ?? 0
    for (frame, row) in rows.enumerated() {
      for (band, value) in row.enumerated() {
        #expect(features[0, band, frame] == (max(value, loudest - 8) + 4) * 0.25)
      }
    }
  }
}
