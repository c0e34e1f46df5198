import GenbaCore
import GenbaMedia
import GenbaProcessors
import GenbaStorage
import GenbaTestSupport
import GenbaVision
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

  @Test(
    arguments: ["qwen2-vl", "qwen2.5-vl", "qwen3-vl"],
    ["photo-aloe.jpg", "photo-board.jpg", "photo-wide.jpg", "photo-1x1.jpg"])
  func picture(model: String, picture: String) throws {
    let processor = try AutoProcessor(contentsOf: TestAssets.config(model))
    try expectPicture(picture, asIn: model) { image in try processor(images: [image]) }
  }

  /// Turned by EXIF, gray, CMYK, with alpha: transformers' rules on the way to RGB.
  @Test(arguments: ["photo-exif-6.jpg", "photo-gray.jpg", "photo-cmyk.jpg", "png-rgba.png", "png-palette-trns.png"])
  func pictureOfAnotherKind(_ picture: String) throws {
    let processor = try AutoProcessor(contentsOf: TestAssets.config("qwen2.5-vl"))
    try expectPicture(picture, asIn: "qwen2.5-vl") { image in try processor(images: [image]) }
  }

  /// A picture that the budget of transformers' class makes smaller.
  @Test func pictureOverTheBudget() throws {
    let processor = Qwen2VLImageProcessor(.qwen2VLImage)
    try expectPicture("photo-large.jpg", asIn: "qwen2-vl-class-defaults") { image in try processor(image) }
  }

  /// qwen_vl_utils' frames, sizes and float resize, and transformers' processor behind them.
  @Test(arguments: ["qwen2.5-vl", "qwen3-vl"], ["line-h264.mp4", "line-vfr.mp4", "line-odd.mp4"])
  func clipAsQwenVLUtilsFetchesIt(model: String, clip: String) throws {
    let golden = try Golden(TestAssets.golden("qwen-vl-utils/\(model)-\(clip).safetensors"))
    let processor = try #require(try AutoProcessor(contentsOf: TestAssets.config(model)).videoProcessor)
    var decoder = try VideoDecoder(TestAssets.media(clip), layout: .nhwc)
    let metadata = decoder.metadata
    let facts = VideoFacts(
      numFrames: try #require(metadata.numFrames), averageFPS: try #require(metadata.averageFPS),
      height: metadata.height, width: metadata.width)
    let plan = try processor.plan(for: facts, sampling: .qwenVLUtils)
    golden.expectMatches("frame_indices", Tensor(plan.frameIndices.map(Int64.init)), within: 0)
    golden.expectMatches("sampled_fps", Tensor([plan.sampledFPS]), within: 0)
    decoder.announce(plan.frameIndices)
    let tensors = try processor(plan) { index throws(GenbaError) in try decoder.frame(at: index) }
    golden.expectMatches("video_grid_thw", tensors["video_grid_thw"], within: 0)
    golden.expectMatches("pixel_values_videos", tensors["pixel_values_videos"], within: 0)
  }

  @Test(arguments: ["qwen2-vl", "qwen2.5-vl", "qwen3-vl"], ["line-h264.mp4", "line-vfr.mp4", "line-odd.mp4"])
  func clip(model: String, clip: String) throws {
    let golden = try Golden(TestAssets.golden("\(model)/\(clip).safetensors"))
    let processor = try #require(try AutoProcessor(contentsOf: TestAssets.config(model)).videoProcessor)
    var decoder = try VideoDecoder(TestAssets.media(clip), layout: .nhwc)
    let metadata = decoder.metadata
    let facts = VideoFacts(
      numFrames: try #require(metadata.numFrames), averageFPS: try #require(metadata.averageFPS),
      height: metadata.height, width: metadata.width)
    golden.expectMatches("total_num_frames", Tensor([Int64(facts.numFrames)]), within: 0)
    golden.expectMatches("fps", Tensor([facts.averageFPS]), within: 0)

    let plan = try processor.plan(for: facts, sampling: .hf)
    golden.expectMatches("frame_indices", Tensor(plan.frameIndices.map(Int64.init)), within: 0)
    golden.expectMatches("sampled_fps", Tensor([plan.sampledFPS]), within: 0)
    golden.expectMatches("video_grid_thw", Tensor(plan.gridTHW.map(Int64.init), shape: [1, 3]), within: 0)
    if model == "qwen3-vl" { golden.expectMatches("timestamps", Tensor(plan.timestampsSeconds), within: 0) }

    var checksums: [Int64] = []
    let tensors = try processor(plan) { index throws(GenbaError) in
      let frame = try decoder.frame(at: index)
      var checksum = CRC32()
      checksum.update(AnyTensor(frame.pixels).bytes)
      checksums.append(Int64(checksum.value))
      return frame
    }
    golden.expectMatches("frame_crc32", Tensor(checksums), within: 0)
    golden.expectMatches("video_grid_thw", tensors["video_grid_thw"], within: 0)
    golden.expectMatches("pixel_values_videos", tensors["pixel_values_videos"], within: 0)
    #expect((tensors["second_per_grid_ts"] != nil) == (model == "qwen2.5-vl"))
    if model == "qwen2.5-vl" {
      golden.expectMatches("second_per_grid_ts", tensors["second_per_grid_ts"], within: 0)
    }
  }

  private func expectPicture(
    _ picture: String, asIn folder: String, sourceLocation: SourceLocation = #_sourceLocation,
    processor: (Image) throws -> TensorBundle
  ) throws {
    let golden = try Golden(TestAssets.golden("\(folder)/\(picture).safetensors"))
    let image = try ImageDecoder.decode(TestAssets.media(picture))
    golden.expectMatches("rgb", image.convertedToRGB().tensor, within: 0, sourceLocation: sourceLocation)
    let tensors = try processor(image)
    golden.expectMatches("image_grid_thw", tensors["image_grid_thw"], within: 0, sourceLocation: sourceLocation)
    golden.expectMatches("pixel_values", tensors["pixel_values"], within: 0, sourceLocation: sourceLocation)
  }
}
