import GenbaCore
import GenbaKernels
import GenbaMedia
import GenbaProcessors
import GenbaTestSupport
import Testing

/// Sound of the Qwen models, and what else an Omni model takes, from their folders.
@Suite struct QwenAudioTests {
  private static let models = ["qwen2-audio", "qwen2.5-omni", "qwen3-omni"]

  private func clip(_ name: String) throws -> AudioSamples {
    try AudioDecoder(TestAssets.media(name)).allSamples(sampleRate: 16_000, channels: .mono)
  }

  @Test(arguments: models, [["speech-16k.wav"], ["speech-16k.wav", "machine-44k1-stereo.flac"]])
  func featuresAreThoseOfTheProcessors(model: String, files: [String]) throws {
    let name = files.count == 1 ? files[0] : "batch"
    let golden = try Golden(TestAssets.golden("\(model)/\(name).safetensors"))
    let processor = try AutoProcessor(contentsOf: TestAssets.config(model))
    let clips = try files.map { try clip($0) }
    for level in KernelLevel.available {
      let tensors = try level.run { () throws in try processor(audio: clips) }
      #expect(tensors.names == ["input_features", "feature_attention_mask"])
      golden.expectMatches("input_features", tensors["input_features"], within: 1.2e-4)
      golden.expectMatches("feature_attention_mask", tensors["feature_attention_mask"], within: 0)
    }
    let extractor = try #require(processor.featureExtractor as? QwenAudioFeatureExtractor)
    let mask = try #require(try extractor(clips).tensor("feature_attention_mask", as: Int32.self))
    let tokens = (0..<clips.count).map { clip in
      extractor.audioTokenCount(frames: (0..<mask.shape[1]).reduce(0) { $0 + Int(mask[clip, $1]) })
    }
    let total = golden.tensor("token_count", as: Int64.self)?[0]
    #expect(tokens.reduce(0, +) == total.map(Int.init))
  }

  /// From transformers' formulas, Python's division.
  @Test func tokenCounts() throws {
    let counts: [(QwenAudioFeatureExtractor.Model, [Int: Int])] = [
      (.qwen2Audio, [0: 0, 1: 0, 2: 0, 3: 1, 4: 1, 5: 1, 6: 1, 7: 2, 3000: 750]),
      (.qwen2_5Omni, [756: 189, 502: 125, 30_000: 7500]),
      (.qwen3Omni, [0: 0, 1: 1, 8: 1, 9: 2, 99: 13, 100: 13, 101: 14, 200: 26, 755: 98, 3000: 390]),
    ]
    for (model, expected) in counts {
      let extractor = try QwenAudioFeatureExtractor(model)
      for (frames, tokens) in expected {
        #expect(extractor.audioTokenCount(frames: frames) == tokens, "\(model), \(frames) frames")
      }
    }
  }

  @Test func qwen3TakesLongClipsWholeAndOthersCutThem() throws {
    let long = AudioSamples(mono: [Float](repeating: 0.1, count: 4_800_160), sampleRate: 16_000)
    let whole = try QwenAudioFeatureExtractor(.qwen3Omni)(long)
    #expect(whole["input_features"]?.shape == [1, 128, 30_001] && whole.metadata.isEmpty)
    let cut = try QwenAudioFeatureExtractor(.qwen2_5Omni)(long)
    #expect(cut["input_features"]?.shape == [1, 128, 30_000])
    #expect(cut.metadata[WhisperFeatureExtractor.truncatedSecondsKey] == "0.01")
    let short = AudioSamples(mono: [Float](repeating: 0.1, count: 200), sampleRate: 16_000)
    #expect(throws: GenbaError.self) { try QwenAudioFeatureExtractor(.qwen3Omni)(short) }
  }

  @Test(arguments: ["qwen2.5-omni", "qwen3-omni"])
  func omniModelsSee(model: String) throws {
    let processor = try AutoProcessor(contentsOf: TestAssets.config(model))
    let image = try ImageDecoder.decode(TestAssets.media("photo-street.jpg"))
    let picture = try Golden(TestAssets.golden("\(model)/photo-street.jpg.safetensors"))
    let tensors = try processor(images: [image])
    picture.expectMatches("pixel_values", tensors["pixel_values"], within: 0)
    picture.expectMatches("image_grid_thw", tensors["image_grid_thw"], within: 0)

    let golden = try Golden(TestAssets.golden("\(model)/line-h264.mp4.safetensors"))
    var decoder = try VideoDecoder(TestAssets.media("line-h264.mp4"), layout: .nhwc)
    let (metadata, video) = (decoder.metadata, try #require(processor.videoProcessor))
    let facts = VideoFacts(
      numFrames: try #require(metadata.numFrames), averageFPS: try #require(metadata.averageFPS),
      height: metadata.height, width: metadata.width)
    let frames = try video(video.plan(for: facts, sampling: .hf)) { (index) throws(GenbaError) in
      try decoder.frame(at: index)
    }
    #expect(frames.names == ["pixel_values_videos", "video_grid_thw", "video_second_per_grid"])
    for name in frames.names { golden.expectMatches(name, frames[name], within: 0) }
  }

  /// Frames of a clip, frames per second that are asked for, samples of the sound at 16 kHz.
  private static let orders: [(Int, Double?, Int)] = [
    (6, 2, 48_000), (6, 2, 8_000), (6, 2, 200_000), (60, 2, 480_000), (61, 2, 479_000), (2, 2, 160_000),
    (20, 1, 160_000), (40, 5, 128_000), (8, 0.25, 512_000), (4, 2, 1_600), (30, nil, 240_000), (12, 0.3, 90_000),
  ]

  /// The order in which a clip and its own sound stand in the text, and the seconds per temporal patch, asked for or not.
  @Test(arguments: ["qwen2.5-omni", "qwen3-omni"])
  func placeholdersAreThoseOfTheProcessors(model: String) throws {
    let processor = try AutoProcessor(contentsOf: TestAssets.config(model))
    let video = try #require(processor.videoProcessor as? QwenOmniVideoProcessor)
    let golden = try Golden(TestAssets.golden("\(model)/placeholders.safetensors"))
    let sound = QwenAudioFeatureExtractor.Model.qwen2_5Omni
    let qwen = try QwenAudioFeatureExtractor(model == "qwen3-omni" ? .qwen3Omni : sound)
    for (frames, fps, samples) in Self.orders {
      let facts = VideoFacts(numFrames: frames, averageFPS: 24, height: 64, width: 96)
      let plan = try video.plan(
        for: facts, sampling: .all, request: fps.map { SamplingRequest(fps: $0) } ?? SamplingRequest())
      let name = "\(frames).\(fps.map { "\($0)" } ?? "None").\(samples)"
      let heard = try #require(golden.tensor("\(name).frames", as: Int64.self))[0]
      let runs = video.placeholders(for: plan, audioTokenCount: qwen.audioTokenCount(frames: Int(heard)))
      let numbers = runs.flatMap { run -> [Int64] in
        switch run {
        case .video(let count): [0, Int64(count)]
        case .audio(let count): [1, Int64(count)]
        }
      }
      golden.expectMatches("\(name).placeholders", AnyTensor(Tensor(numbers).reshaped(to: [runs.count, 2])), within: 0)
      let pixels = Tensor<UInt8>(repeating: 0, shape: [64, 96, 3])
      let tensors = try video(plan) { _ in
        Frame(pixels: pixels, layout: .nhwc, ptsSeconds: 0, durationSeconds: 0)
      }
      golden.expectMatches("\(name).seconds", tensors["video_second_per_grid"], within: 0)
    }
    // Frames that were chosen without asking for a rate, as qwen_omni_utils chooses them: the reference is told none.
    let facts = VideoFacts(numFrames: 100, averageFPS: 25, height: 64, width: 96)
    let plan = try video.plan(for: facts, sampling: .qwenVLUtils)
    let runs = video.placeholders(for: plan, audioTokenCount: 10_000)
    #expect(runs.dropFirst().first == .audio(model == "qwen3-omni" ? 26 : 50))
  }
}
