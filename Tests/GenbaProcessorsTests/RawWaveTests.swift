import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import Testing

/// Models that hear the samples themselves.
@Suite struct RawWaveTests {
  private func extractor(_ model: String) throws -> any AudioFeatureExtractor {
    try #require(try AutoProcessor(contentsOf: TestAssets.config(model)).featureExtractor)
  }

  private func clips(_ extractor: any AudioFeatureExtractor, _ files: [String]) throws -> [AudioSamples] {
    try files.map { file in
      try AudioDecoder(TestAssets.media(file)).allSamples(
        sampleRate: extractor.samplingRate, channels: extractor.channelCount == 1 ? .mono : .keep)
    }
  }

  @Test(
    arguments: ["wav2vec2-base-960h", "hubert-large-ls960-ft", "moonshine-base", "encodec-24khz", "encodec-48khz"],
    ["one", "batch"])
  func samplesAreThoseOfTransformers(model: String, name: String) throws {
    let golden = try Golden(TestAssets.golden("\(model)/\(name).safetensors"))
    let extractor = try extractor(model)
    let files =
      extractor.channelCount == 2
      ? ["machine-44k1-stereo.flac", "notify.oga"] : ["speech-16k.wav", "machine-44k1-stereo.flac"]
    let tensors = try extractor(clips(extractor, name == "one" ? Array(files.prefix(1)) : files))
    let names = golden.bundle.names.filter { $0.hasSuffix(".crc32") || $0.hasSuffix(".shape") }
    #expect(Set(tensors.names) == Set(names.map { String($0.dropLast(6)) }).subtracting(["exact"]))
    let isNormalized = model.hasPrefix("wav2vec2") || model.hasPrefix("hubert")
    // Vorbis decodes to within float32's last digits.
    let tolerance = isNormalized ? 2e-5 : model == "encodec-48khz" && name == "batch" ? 3e-6 : 0
    golden.expectMatches("input_values", tensors["input_values"], within: tolerance)
    if model.hasPrefix("hubert") { golden.expectMatches("exact", tensors["input_values"], within: 2e-6) }
    for mask in ["attention_mask", "padding_mask"] where tensors[mask] != nil {
      golden.expectMatches(mask, tensors[mask], within: 0)
    }
  }

  /// Closed form: two samples of -1 and 3 have mean 1 and variance 4.
  @Test func meanAndVarianceAreTheClips() throws {
    var configuration = Wav2Vec2FeatureExtractor.Configuration()
    let pair = [[-1, 3], [-1, 3, -1, 3, -1, 3, -1, 3, -1, 3]].map { AudioSamples(mono: $0, sampleRate: 16_000) }
    let padded = try #require(
      try Wav2Vec2FeatureExtractor(configuration)(pair).tensor("input_values", as: Float.self))
    // With its eight zeros, the first has mean 0.2 and variance 0.96.
    expectClose(
      [padded[0, 0], padded[0, 1], padded[0, 2], padded[1, 0]].map { Double($0) },
      [-1.2 / 0.96.squareRoot(), 2.8 / 0.96.squareRoot(), -0.2 / 0.96.squareRoot(), -1], within: 1e-6)
    configuration.returnAttentionMask = true
    configuration.padToMultipleOf = 8
    let masked = try Wav2Vec2FeatureExtractor(configuration)(pair)
    let values = try #require(masked.tensor("input_values", as: Float.self))
    #expect(values.shape == [2, 16])
    #expect(abs(values[0, 0] + 1) < 1e-6 && abs(values[0, 1] - 1) < 1e-6 && values[0, 2] == 0)
    let mask = try #require(masked.tensor("attention_mask", as: Int32.self))
    #expect(mask[0, 1] == 1 && mask[0, 2] == 0 && mask[1, 9] == 1 && mask[1, 10] == 0)
  }

  @Test func emptyAndBrokenSoundsDoNotTrap() throws {
    let empty = AudioSamples(mono: [], sampleRate: 16_000)
    let bad = AudioSamples(mono: [.nan, .infinity, 0], sampleRate: 16_000)
    for model in ["wav2vec2-base-960h", "hubert-large-ls960-ft", "moonshine-base"] {
      let extractor = try extractor(model)
      let (nothing, both) = (try extractor([empty]), try extractor([empty, bad]))
      #expect(nothing["input_values"]?.shape == [1, 0])
      #expect(both["input_values"]?.shape == [2, 3])
    }
    let silent = AudioSamples(mono: [], sampleRate: 24_000)
    let (encodec, stereo) = (try extractor("encodec-24khz"), try extractor("encodec-48khz"))
    #expect(throws: GenbaError.self) { try encodec([silent]) }
    #expect(throws: GenbaError.self) { try encodec([]) }
    let mono = AudioSamples(mono: [0], sampleRate: 48_000)
    let error = #expect(throws: GenbaError.self) { try stereo([mono]) }
    #expect(error?.message.contains("hears 2") == true)
  }

  @Test func chunksEndWhereTheLastBegins() throws {
    var configuration = EncodecFeatureExtractor.Configuration()
    (configuration.chunkLengthSeconds, configuration.overlap) = (1, 0.5)
    let extractor = try EncodecFeatureExtractor(configuration)
    for (count, length) in [(1, 24_000), (12_000, 24_000), (12_001, 36_000), (24_000, 36_000), (24_001, 48_000)] {
      let clip = AudioSamples(mono: [Float](repeating: 1, count: count), sampleRate: 24_000)
      #expect(try extractor(clip)["input_values"]?.shape == [1, 1, length], "\(count) samples")
    }
  }

  @Test func impossibleConfigurationsAreErrors() {
    for (keyPath, value) in [(\EncodecFeatureExtractor.Configuration.overlap, 1.0), (\.chunkLengthSeconds, 0)] {
      var configuration = EncodecFeatureExtractor.Configuration()
      configuration[keyPath: keyPath] = value
      #expect(throws: GenbaError.self) { try EncodecFeatureExtractor(configuration) }
    }
    var configuration = Wav2Vec2FeatureExtractor.Configuration()
    configuration.samplingRate = 0
    #expect(throws: GenbaError.self) { try Wav2Vec2FeatureExtractor(configuration) }
  }

  /// From `_get_feat_extract_output_lengths` of the reference's models.
  @Test func frameCounts() {
    let wav2Vec2 = [0: 0, 399: 0, 400: 1, 719: 1, 720: 2, 16_000: 49, 120_874: 377]
    for (samples, frames) in wav2Vec2 {
      #expect(WaveEncoder.wav2Vec2.frameCount(sampleCount: samples) == frames, "\(samples) samples")
    }
    let moonshine = [0: 0, 894: 0, 895: 1, 1278: 1, 1279: 2, 16_000: 40, 120_874: 313]
    for (samples, frames) in moonshine {
      #expect(WaveEncoder.moonshine.frameCount(sampleCount: samples) == frames, "\(samples) samples")
    }
  }
}
