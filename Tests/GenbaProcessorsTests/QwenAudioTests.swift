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
}
