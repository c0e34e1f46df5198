import FoundationEssentials
import GenbaCore
import GenbaProcessors
import GenbaTestSupport
import Testing

@Suite struct WhisperConfigurationTests {
  private typealias Configuration = WhisperFeatureExtractor.Configuration

  private func decode(_ json: some Sequence<UInt8>) throws -> Configuration {
    try JSONDecoder().decode(Configuration.self, from: Data(json))
  }

  @Test(arguments: [("whisper-large-v2", 80), ("whisper-large-v3", 128)])
  func modelFoldersAreRead(model: String, featureSize: Int) throws {
    let configuration = try decode(
      FileReading.bytes(of: TestAssets.config("\(model)/preprocessor_config.json")))
    #expect(configuration == Configuration(featureSize: featureSize))
    #expect(configuration.nSamples == 480_000 && configuration.nbMaxFrames == 3000)
  }

  @Test func absentKeysHaveTheReferencesDefaults() throws {
    #expect(try decode("{}".utf8) == Configuration())
  }

  /// The reference computes them from the other keys, whatever the file says.
  @Test func derivedNumbersOfTheFileArePassedOver() throws {
    let configuration = try decode(#"{"chunk_length": 300, "n_samples": 1, "nb_max_frames": 2}"#.utf8)
    #expect(configuration.nSamples == 4_800_000 && configuration.nbMaxFrames == 30_000)
  }

  @Test func configurationsComeBackFromJSON() throws {
    let configuration = Configuration(
      featureSize: 128, samplingRate: 24_000, hopLength: 240, chunkLength: 300, nFFT: 600, returnAttentionMask: true)
    #expect(try decode(JSONEncoder().encode(configuration)) == configuration)
  }

  @Test func longInputsAreFilled() throws {
    let extractor = try WhisperFeatureExtractor(Configuration(featureSize: 128, chunkLength: 300))
    let features = try extractor(AudioSamples(mono: [0.5], sampleRate: 16_000))["input_features"]
    #expect(features?.shape == [1, 128, 30_000])
  }

  @Test func impossibleConfigurationsAreErrorsThatNameTheKey() {
    let impossible: [(Configuration, word: String)] = [
      (.init(featureSize: 0), "feature_size"),
      (.init(samplingRate: 0), "sampling_rate"),
      (.init(samplingRate: 8000), "sampling_rate"),
      (.init(hopLength: 0), "hop_length"),
      (.init(hopLength: -160), "hop_length"),
      (.init(chunkLength: 0), "chunk_length"),
      (.init(chunkLength: .max), "chunk_length"),
      (.init(featureSize: 1024, hopLength: 1, chunkLength: 3600), "lower chunk_length"),
      (.init(nFFT: 1), "n_fft"),
      (.init(nFFT: 1), "n_fft"),
      (.init(nFFT: .max), "n_fft"),
      (.init(paddingValue: 1), "padding_value"),
      (.init(paddingValue: .nan), "padding_value"),
      (.init(paddingSide: "left"), "padding_side"),
      (.init(dither: 0.1), "dither"),
    ]
    for (configuration, word) in impossible {
      #expect("\(word)") {
        _ = try WhisperFeatureExtractor(configuration)
      } throws: {
        ($0 as? GenbaError)?.code == .invalidConfiguration && "\($0)".contains(word)
      }
    }
  }
}
