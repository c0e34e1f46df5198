import FoundationEssentials
import GenbaCore
import GenbaKernels
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import Testing

@Suite struct WhisperFeatureExtractorTests {
  private func noise(_ count: Int) -> AudioSamples {
    var state: UInt64 = 3
    let samples = (0..<count).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 33)
    }
    return AudioSamples(mono: samples, sampleRate: 16_000)
  }

  private func features(
    _ extractor: WhisperFeatureExtractor, _ clip: AudioSamples
  ) throws -> Tensor<Float> {
    try #require(try extractor(clip).tensor("input_features", as: Float.self))
  }

  /// What transformers gives for a file, and what float64 gives.
  @Test(arguments: ["whisper-large-v2", "whisper-large-v3"], ["speech-16k.wav", "long-16k.flac"])
  func featuresAreThoseOfTransformers(model: String, clip: String) throws {
    let golden = try Golden(TestAssets.golden("\(model)/\(clip).safetensors"))
    let audio = try AudioDecoder(TestAssets.media(clip)).allSamples()
    golden.expectMatches("samples", audio.samples.reshaped(to: [audio.sampleCount]), within: 0)
    let json = try FileReading.bytes(of: TestAssets.config("\(model)/preprocessor_config.json"))
    let configuration = try JSONDecoder().decode(WhisperFeatureExtractor.Configuration.self, from: Data(json))
    let extractor = try WhisperFeatureExtractor(configuration)
    for level in KernelLevel.available {
      let features = try level.run { () throws in try self.features(extractor, audio) }
      golden.expectMatches("input_features", features, within: 1.2e-4)
      golden.expectMatches("exact", features, within: 6e-5)
    }
  }

  /// From their folders: clips of unequal length, one of them longer than 30 s and one of stereo at 44.1 kHz.
  @Test(arguments: ["whisper-large-v2", "whisper-large-v3", "distil-large-v3"])
  func batchesOfModelsAreThoseOfTransformers(model: String) throws {
    let golden = try Golden(TestAssets.golden("\(model)/batch.safetensors"))
    let auto = try #require(
      try AutoProcessor(contentsOf: TestAssets.config(model)).featureExtractor as? WhisperFeatureExtractor)
    var configuration = auto.configuration
    #expect(!configuration.returnAttentionMask)
    configuration.returnAttentionMask = true
    let clips = try ["speech-16k.wav", "long-16k.flac", "machine-44k1-stereo.flac"].map {
      try AudioDecoder(TestAssets.media($0)).allSamples(sampleRate: 16_000, channels: .mono)
    }
    let tensors = try WhisperFeatureExtractor(configuration)(clips)
    golden.expectMatches("input_features", tensors["input_features"], within: 1.2e-4)
    golden.expectMatches("exact", tensors["input_features"], within: 6e-5)
    golden.expectMatches("attention_mask", tensors["attention_mask"], within: 0)
    #expect(try auto(clips)["input_features"] == tensors["input_features"])
  }

  @Test func paddingIsWhatTransformingSilenceGives() throws {
    let extractor = try WhisperFeatureExtractor(featureSize: 80)
    // On both sides of where the filling begins, and where the mirror at the end comes into sight.
    for count in [1, 119, 120, 121, 159, 160, 161, 200, 479_799, 479_800, 479_801, 479_999] {
      let clip = noise(count)
      let filled = try features(extractor, clip)
      let zeros = [Float](repeating: 0, count: 480_000 - count)
      let transformed = try features(
        extractor, AudioSamples(mono: Array(clip.samples) + zeros, sampleRate: 16_000))
      #expect(filled == transformed, "\(count) samples")
    }
  }

  @Test func emptySoundIsSilence() throws {
    let features = try features(WhisperFeatureExtractor(featureSize: 128), noise(0))
    #expect(features == Tensor(repeating: -1.5, shape: [1, 128, 3000]))
  }

  @Test func silenceIsTheConstant() throws {
    let clip = AudioSamples(mono: [Float](repeating: 0, count: 20_000), sampleRate: 16_000)
    for level in KernelLevel.available {
      let features = try level.run { () throws in try self.features(WhisperFeatureExtractor(), clip) }
      #expect(features == Tensor(repeating: -1.5, shape: [1, 80, 3000]))
    }
  }

  @Test func aBatchIsItsClips() throws {
    let extractor = try WhisperFeatureExtractor(.init(featureSize: 80, returnAttentionMask: true))
    let clips = [noise(5000), noise(0), noise(480_001), noise(16_160)]
    let batch = try extractor(clips)
    #expect(batch.names == ["input_features", "attention_mask"])
    let together = try #require(batch.tensor("input_features", as: Float.self))
    #expect(together.shape == [4, 80, 3000])
    let alone = try clips.flatMap { try Array(features(extractor, $0)) }
    #expect(Array(together) == alone)

    // Sample f · 160 of the clip is there.
    let mask = try #require(batch.tensor("attention_mask", as: Int32.self))
    #expect(mask.shape == [4, 3000])
    let sums = (0..<4).map { row in Array(mask)[(row * 3000)..<((row + 1) * 3000)].reduce(0, +) }
    #expect(sums == [32, 0, 3000, 101])
    #expect(mask[0, 31] == 1 && mask[0, 32] == 0)
  }

  @Test func whatIsCutOffStandsInTheMetadata() throws {
    let extractor = try WhisperFeatureExtractor()
    #expect(try extractor(noise(480_000)).metadata.isEmpty)
    let cut = try extractor([noise(488_000), noise(100)])
    #expect(cut.metadata == [WhisperFeatureExtractor.truncatedSecondsKey: "0.5,0.0"])
    let whole = try features(extractor, noise(480_000))
    #expect(Array(try #require(cut.tensor("input_features", as: Float.self))).starts(with: Array(whole)))
  }

  @Test func longestPadsToTheLongest() throws {
    let extractor = try WhisperFeatureExtractor(.init(returnAttentionMask: true))
    // transformers drops the mask's last frame where the hop does not divide the length, and there alone.
    let alone = try extractor([noise(16_001)], padding: .longest)
    #expect(alone["input_features"]?.shape == [1, 80, 100])
    #expect(Array(try #require(alone.tensor("attention_mask", as: Int32.self))).reduce(0, +) == 100)
    let pair = try extractor([noise(16_001), noise(32_000)], padding: .longest)
    #expect(pair["input_features"]?.shape == [2, 80, 200])
    #expect(Array(try #require(pair.tensor("attention_mask", as: Int32.self))).reduce(0, +) == 301)
    let long = try extractor([noise(480_160)], padding: .longest, truncation: false)
    #expect(long["input_features"]?.shape == [1, 80, 3001])
    #expect(long.metadata.isEmpty)
  }

  @Test func wrongSoundsAreErrorsThatSayWhatToDo() throws {
    let extractor = try WhisperFeatureExtractor()
    let wrong: [(words: String, call: () throws -> TensorBundle)] = [
      ("no clip", { try extractor([]) }),
      ("44100 Hz", { try extractor(AudioSamples(mono: [0], sampleRate: 44_100)) }),
      ("clip 1 has 8000 Hz", { try extractor([self.noise(1), AudioSamples(mono: [0], sampleRate: 8000)]) }),
      (
        "2 channels",
        { try extractor(AudioSamples(samples: Tensor(repeating: 0, shape: [2, 9]), sampleRate: 16_000)) }
      ),
      (
        "0 channels",
        { try extractor(AudioSamples(samples: Tensor(repeating: 0, shape: [0, 9]), sampleRate: 16_000)) }
      ),
      ("more than 200 are needed", { try extractor([self.noise(200)], padding: .longest) }),
      ("480001 samples", { try extractor([self.noise(480_001)], padding: .maxLength, truncation: false) }),
    ]
    for (words, call) in wrong {
      #expect("\(words)") {
        try call()
      } throws: {
        ($0 as? GenbaError)?.code == .mismatchedInputs && "\($0)".contains(words)
      }
    }
  }

  @Test func aNaNMakesItsClipNaNAndNoOther() throws {
    let extractor = try WhisperFeatureExtractor()
    var samples = Array(noise(4000).samples)
    samples[2000] = .nan
    let batch = try extractor([noise(4000), AudioSamples(mono: samples, sampleRate: 16_000)])
    let values = Array(try #require(batch.tensor("input_features", as: Float.self)))
    #expect(values[..<(80 * 3000)].allSatisfy { $0.isFinite })
    #expect(values[(80 * 3000)...].allSatisfy { $0.isNaN })
  }

  @Test func infiniteAndHugeSamplesDoNotTrap() throws {
    let extractor = try WhisperFeatureExtractor()
    for sample in [Float.infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude] {
      var samples = Array(noise(1000).samples)
      samples[500] = sample
      #expect(try features(extractor, AudioSamples(mono: samples, sampleRate: 16_000)).shape == [1, 80, 3000])
    }
  }
}
