import GenbaCore
import GenbaKernels
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import Testing

/// Models that hear Kaldi's filter banks, from their folders.
@Suite struct KaldiModelTests {
  /// A model's folder, and how far its values may be from the reference's.
  ///
  /// Normalizing a band divides it by its deviation, and its rounding with it. The references of AST, Speech2Text and BEATs are
  /// torchaudio's in float32; those of the others compute in float64.
  private static let tolerances = [
    "ast-finetuned-audioset-10-10-0.4593": 2e-4, "seamless-m4t": 2e-5, "w2v-bert-2.0": 2e-5,
    "s2t-small-librispeech-asr": 1e-3, "phi-4-multimodal": 5e-6, "beats": 2e-4,
  ]

  private func extractor(_ model: String) throws -> any AudioFeatureExtractor {
    try #require(try AutoProcessor(contentsOf: TestAssets.config(model)).featureExtractor)
  }

  private func noise(_ count: Int) -> AudioSamples {
    var state: UInt64 = 5
    let samples = (0..<count).map { _ -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 33)
    }
    return AudioSamples(mono: samples, sampleRate: 16_000)
  }

  @Test(arguments: tolerances, ["one", "batch"])
  func featuresAreThoseOfTransformers(model: (key: String, value: Double), name: String) throws {
    let golden = try Golden(TestAssets.golden("\(model.key)/\(name).safetensors"))
    let extractor = try extractor(model.key)
    let files = name == "one" ? ["speech-16k.wav"] : ["speech-16k.wav", "machine-44k1-stereo.flac"]
    let clips = try files.map {
      try AudioDecoder(TestAssets.media($0)).allSamples(sampleRate: 16_000, channels: .mono)
    }
    for level in KernelLevel.available {
      let tensors = try level.run { () throws in try extractor(clips) }
      let names = golden.bundle.names.filter { $0.hasSuffix(".shape") }.map { String($0.dropLast(6)) }
      #expect(Set(tensors.names) == Set(names))
      for name in names {
        let isFeature = name.hasPrefix("input_") || name.hasSuffix("_features") || name == "fbank"
        golden.expectMatches(name, tensors[name], within: isFeature ? model.value : 0)
      }
    }
  }

  /// A clip's features do not depend on its company, but for the padding.
  @Test(arguments: tolerances.keys.filter { !$0.hasPrefix("phi") && $0 != "beats" })
  func aBatchIsItsClips(model: String) throws {
    let extractor = try extractor(model)
    let clips = [noise(9000), noise(16_160)]
    let name = model.hasPrefix("ast") ? "input_values" : "input_features"
    let batch = try #require(try extractor(clips).tensor(name, as: Float.self))
    for (index, clip) in clips.enumerated() {
      let alone = try #require(try extractor(clip).tensor(name, as: Float.self))
      // The last row of the shorter may hold padding of the batch.
      let rows = alone.shape[1] - (model.hasPrefix("ast") ? 0 : 1)
      for row in 0..<rows {
        for column in 0..<alone.shape[2] { #expect(batch[index, row, column] == alone[0, row, column]) }
      }
    }
  }

  @Test func tooShortSoundsAreErrorsThatSayHowMuchIsNeeded() throws {
    for (model, needed) in [
      ("ast-finetuned-audioset-10-10-0.4593", 400), ("seamless-m4t", 560), ("s2t-small-librispeech-asr", 400),
      ("phi-4-multimodal", 400),
    ] {
      let extractor = try extractor(model)
      let error = #expect(throws: GenbaError.self) { try extractor([noise(20_000), noise(needed - 1)]) }
      #expect(error?.code == .mismatchedInputs && error?.message.contains("clip 1") == true)
      #expect(error?.message.contains("\(needed)") == true)
      let fits = try extractor(noise(needed))
      #expect(fits.count > 0)
      #expect(throws: GenbaError.self) { try extractor([]) }
    }
  }

  /// A clip is filled before its frames are cut: the frames at its end see silence, and those behind it nothing else.
  @Test func beatsHearsSilenceBehindAClip() throws {
    let extractor = try BEATsFeatureExtractor()
    let batch = try extractor([noise(9000), noise(16_000), noise(0)])
    let filled = AudioSamples(mono: Array(noise(9000).samples) + [Float](repeating: 0, count: 7000), sampleRate: 16_000)
    let alone = try #require(try extractor(filled).tensor("fbank", as: Float.self))
    let features = try #require(batch.tensor("fbank", as: Float.self))
    #expect(Array(Array(features)[..<alone.count]) == Array(alone))
    #expect(features[2, 0, 0] == features[0, 97, 5])
    let mask = try #require(batch.tensor("padding_mask", as: Bool.self))
    // 163 samples a frame: 56 of the clip's frames hold some of its 9000.
    #expect(!mask[0, 55] && mask[0, 56] && !mask[1, 97] && mask[2, 0])
  }

  @Test func longClipsAreCutForAST() throws {
    let tensors = try ASTFeatureExtractor()(noise(400 + 160 * 1100))
    #expect(tensors["input_values"]?.shape == [1, 1024, 128])
  }

  @Test func silenceAndNaNDoNotTrap() throws {
    let silent = AudioSamples(mono: [Float](repeating: 0, count: 4000), sampleRate: 16_000)
    let broken = AudioSamples(mono: [Float](repeating: .nan, count: 4000), sampleRate: 16_000)
    for model in Self.tolerances.keys {
      let extractor = try extractor(model)
      let tensors = try extractor([silent, broken, noise(9000)])
      #expect(tensors.count > 0)
    }
  }

  /// From `_compute_audio_embed_size`.
  @Test func phi4TokenCounts() throws {
    let extractor = try Phi4MultimodalFeatureExtractor()
    for (frames, tokens) in [0: 0, 1: 1, 8: 1, 9: 2, 753: 95, 3000: 375] {
      #expect(extractor.audioTokenCount(frames: frames) == tokens)
    }
  }
}
