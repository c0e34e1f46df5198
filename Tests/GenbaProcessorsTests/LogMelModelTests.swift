import FoundationEssentials
import GenbaCore
import GenbaKernels
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import Testing

/// Models with a log-mel of their own, or with Whisper's in another shape, from their folders.
@Suite struct LogMelModelTests {
  /// A model's folder, and how far its values may be from the reference's. Parakeet divides each band by its deviation,
  /// and its rounding with it; Gemma 3n's are logarithms of magnitudes down to 1e-5, which the reference computes in float32
  /// (numpy 2 has a float32 FFT); CLAP's are decibels, computed in float64 on both sides.
  private static let tolerances = [
    "parakeet-ctc-1.1b": 5e-4, "granite-speech": 1.2e-4, "gemma-3n": 3e-4, "voxtral-mini": 1.2e-4,
    "clap-htsat-fused": 1e-5, "clap-htsat-unfused": 1e-5,
  ]

  private func extractor(_ model: String) throws -> any AudioFeatureExtractor {
    try #require(try AutoProcessor(contentsOf: TestAssets.config(model)).featureExtractor)
  }

  private func silence(_ count: Int, rate: Int = 16_000) -> AudioSamples {
    AudioSamples(mono: [Float](repeating: 0, count: count), sampleRate: rate)
  }

  private func files(_ model: String, _ name: String) -> [String] {
    if name == "one" { return ["speech-16k.wav"] }
    if model.hasPrefix("voxtral") { return ["long-16k.flac", "speech-16k.wav"] }
    if model.hasPrefix("clap") { return ["long-16k.flac", "machine-44k1-stereo.flac"] }
    return ["speech-16k.wav", "machine-44k1-stereo.flac"]
  }

  /// The extractor, with CLAP's choices those that the reference drew.
  private func extractor(_ model: String, _ golden: Golden) throws -> any AudioFeatureExtractor {
    let extractor = try extractor(model)
    guard let clap = extractor as? ClapFeatureExtractor else { return extractor }
    let choices = try #require(golden.tensor("choices", as: Int64.self))
    // Front, middle and back of a fused clip ask for ever larger frames.
    let drawn = Array(choices).map { Int($0) }
    return try ClapFeatureExtractor(clap.configuration) { range in
      drawn.first { range.contains($0) } ?? range.lowerBound
    }
  }

  @Test(arguments: tolerances, ["one", "batch"])
  func featuresAreThoseOfTransformers(model: (key: String, value: Double), name: String) throws {
    let golden = try Golden(TestAssets.golden("\(model.key)/\(name).safetensors"))
    let extractor = try extractor(model.key, golden)
    let clips = try files(model.key, name).map {
      try AudioDecoder(TestAssets.media($0)).allSamples(sampleRate: extractor.samplingRate, channels: .mono)
    }
    for level in KernelLevel.available {
      let tensors = try level.run { () throws in try extractor(clips) }
      let names = golden.bundle.names.filter { $0.hasSuffix(".shape") }.map { String($0.dropLast(6)) }
      #expect(Set(tensors.names) == Set(names).subtracting(["audio_embed_sizes", "float64"]))
      for name in tensors.names {
        golden.expectMatches(name, tensors[name], within: name == "input_features" ? model.value : 0)
      }
      if model.key == "gemma-3n" { golden.expectMatches("float64", tensors["input_features"], within: 6e-5) }
      if let granite = extractor as? GraniteSpeechFeatureExtractor {
        let tokens = clips.map { Int64(granite.audioTokenCount(sampleCount: $0.sampleCount)) }
        golden.expectMatches("audio_embed_sizes", Tensor(tokens), within: 0)
      }
    }
  }

  /// Gemma 4 from a folder that holds nothing but its class: its defaults. Logarithms of magnitudes from 1e-3 on.
  @Test(arguments: ["one", "batch"]) func gemma4(name: String) throws {
    let golden = try Golden(TestAssets.golden("gemma-4-class-defaults/\(name).safetensors"))
    let folder = try TemporaryFolder()
    try #"{"feature_extractor_type": "Gemma4AudioFeatureExtractor"}"#.write(
      toFile: folder.path + "/preprocessor_config.json", atomically: true, encoding: .utf8)
    let extractor = try #require(try AutoProcessor(contentsOf: folder.path).featureExtractor)
    let clips = try files("gemma", name).map {
      try AudioDecoder(TestAssets.media($0)).allSamples(sampleRate: 16_000, channels: .mono)
    }
    let tensors = try extractor(clips)
    golden.expectMatches("input_features", tensors["input_features"], within: 6e-5)
    golden.expectMatches("input_features_mask", tensors["input_features_mask"], within: 0)
    let short = #expect(throws: GenbaError.self) { try extractor(AudioSamples(mono: [], sampleRate: 16_000)) }
    #expect(short?.code == .mismatchedInputs)
  }

  @Test func tooShortSoundsAreErrors() throws {
    for (model, needed) in [
      ("parakeet-ctc-1.1b", 320), ("granite-speech", 257), ("gemma-3n", 513), ("voxtral-mini", 1),
      ("clap-htsat-fused", 1), ("clap-htsat-unfused", 1),
    ] {
      let extractor = try extractor(model)
      let rate = extractor.samplingRate
      let error = #expect(throws: GenbaError.self) { try extractor([silence(needed - 1, rate: rate)]) }
      #expect(error?.code == .mismatchedInputs && error?.message.contains("\(needed)") == true, "\(model)")
      let fits = try extractor(silence(needed, rate: rate))
      #expect(fits.count > 0)
      #expect(throws: GenbaError.self) { try extractor([]) }
      let broken = AudioSamples(mono: [Float](repeating: .nan, count: 4000), sampleRate: rate)
      let nan = try extractor([broken, silence(4000, rate: rate)])
      #expect(nan.count == fits.count)
    }
  }

  /// The mask's last frame is the one whose first sample is the clip's last.
  @Test func gemmaMasksByFirstSamples() throws {
    let extractor = try Gemma3nAudioFeatureExtractor()
    for (count, heard) in [(1, 1), (160, 1), (161, 2), (1600, 10), (1601, 11)] {
      let tensors = try extractor([silence(4000), silence(count)])
      let mask = try #require(tensors.tensor("input_features_mask", as: Bool.self))
      #expect((0..<mask.shape[1]).count { mask[1, $0] } == heard, "\(count) samples")
    }
    let cut = try extractor(silence(488_000))
    #expect(cut["input_features"]?.shape == [1, 2997, 128])
    #expect(cut.metadata[WhisperFeatureExtractor.truncatedSecondsKey] == "0.5")
  }

  @Test func gemmaNormalizesBandsAndKnowsBothPreemphases() throws {
    var configuration = Gemma3nAudioFeatureExtractor.Configuration()
    configuration.perBinMean = [Double](repeating: 1, count: 128)
    configuration.perBinStddev = [Double](repeating: 2, count: 128)
    configuration.preemphasisHTKFlavor = false
    let features = try #require(
      try Gemma3nAudioFeatureExtractor(configuration)(silence(640)).tensor("input_features", as: Float.self))
    // ln 1e-5, less 1, by 2.
    #expect(features.shape == [1, 1, 128] && abs(features[0, 0, 5] + 6.256_462_5) < 1e-6)
    configuration.perBinMean = [0]
    #expect(throws: GenbaError.self) { try Gemma3nAudioFeatureExtractor(configuration) }
  }

  @Test func voxtralCountsPieces() throws {
    let extractor = try VoxtralFeatureExtractor()
    for (samples, tokens) in [1: 375, 480_000: 375, 480_001: 750, 4_800_000: 3750] {
      #expect(extractor.audioTokenCount(sampleCount: samples) == tokens)
    }
  }

  /// A ramp of loudness: pieces begin where they are told, and without a choice in the middle.
  @Test func clapPiecesBeginWhereTheyAreTold() throws {
    var configuration = ClapFeatureExtractor.Configuration()
    (configuration.maxLengthSeconds, configuration.truncation) = (1, .randTrunc)
    let ramp = (0..<96_000).map { Float($0) / 96_000 * ($0 % 2 == 0 ? 1 : -1) }
    let clip = AudioSamples(mono: ramp, sampleRate: 48_000)
    let told = try ClapFeatureExtractor(configuration) { range in
      #expect(range == 0..<48_001)
      return 4800
    }
    let piece = AudioSamples(mono: Array(ramp[4800..<52_800]), sampleRate: 48_000)
    let features = try told(clip)
    #expect(features["input_features"] == (try told(piece)["input_features"]))
    #expect(features["input_features"]?.shape == [1, 1, 101, 64])
    let middle = AudioSamples(mono: Array(ramp[24_000..<72_000]), sampleRate: 48_000)
    let untold = try ClapFeatureExtractor(configuration)
    #expect(try untold(clip)["input_features"] == untold(middle)["input_features"])
  }

  /// A little longer than the model hears, but not by a frame: the whole, four times.
  @Test func clapPaddingsAndSeams() throws {
    var configuration = ClapFeatureExtractor.Configuration()
    configuration.maxLengthSeconds = 1
    let tone = (0..<48_100).map { Float($0 % 97) / 97 }
    let nearly = try ClapFeatureExtractor(configuration)(AudioSamples(mono: tone, sampleRate: 48_000))
    #expect(nearly["input_features"]?.shape == [1, 4, 101, 64])
    let short = AudioSamples(mono: Array(tone.prefix(30_000)), sampleRate: 48_000)
    let fillings: [(ClapFeatureExtractor.Padding, [Float])] = [
      (.pad, Array(tone.prefix(30_000)) + [Float](repeating: 0, count: 18_000)),
      (.repeatPad, Array(tone.prefix(30_000)) + [Float](repeating: 0, count: 18_000)),
      (.repeat, Array(tone.prefix(30_000)) + Array(tone.prefix(18_000))),
    ]
    for (padding, filled) in fillings {
      configuration.padding = padding
      let extractor = try ClapFeatureExtractor(configuration)
      let whole = try extractor(AudioSamples(mono: filled, sampleRate: 48_000))
      let padded = try extractor(short)
      #expect(padded["input_features"] == whole["input_features"], "\(padding)")
      #expect(padded.tensor("is_longer", as: Bool.self)?[0, 0] == true)
    }
  }

  @Test func impossibleConfigurationsAreErrors() {
    var parakeet = ParakeetFeatureExtractor.Configuration()
    parakeet.winLength = 1024
    #expect(throws: GenbaError.self) { try ParakeetFeatureExtractor(parakeet) }
    var granite = GraniteSpeechFeatureExtractor.Configuration()
    granite.hopLength = 0
    #expect(throws: GenbaError.self) { try GraniteSpeechFeatureExtractor(granite) }
    var clap = ClapFeatureExtractor.Configuration()
    (clap.frequencyMin, clap.frequencyMax) = (8000, 8000)
    #expect(throws: GenbaError.self) { try ClapFeatureExtractor(clap) }
    var gemma = Gemma3nAudioFeatureExtractor.Configuration()
    gemma.melFloor = 0
    #expect(throws: GenbaError.self) { try Gemma3nAudioFeatureExtractor(gemma) }
  }
}
