import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import Testing

/// From a file to a model's tensors, against what transformers makes of the same file.
@Suite struct RecordingToTensorsTests {
  @Test(
    arguments: [("whisper-large-v2", 80), ("whisper-large-v3", 128)],
    ["speech-16k.wav", "long-16k.flac", "machine-44k1-stereo.flac"])
  func sound(model: (name: String, mels: Int), clip: String) throws {
    let golden = try Golden(TestAssets.golden("\(model.name)/\(clip).safetensors"))
    let extractor = try WhisperFeatureExtractor(featureSize: model.mels)
    let audio = try AudioDecoder(TestAssets.media(clip)).allSamples(
      sampleRate: extractor.samplingRate, channels: .mono)
    golden.expectMatches("samples", audio.samples.reshaped(to: [audio.sampleCount]), within: 0)
    let features = try extractor(audio)["input_features"]
    golden.expectMatches("input_features", features, within: 1.2e-4)
    golden.expectMatches("exact", features, within: 6e-5)
  }
}
