import FoundationEssentials
import GenbaCore
import GenbaProcessors
import GenbaTestSupport
import GenbaVision
import Testing

/// Model folders, good and bad.
@Suite struct AutoProcessorTests {
  /// A processor of a folder that holds these files, and of nothing afterwards.
  private func processor(of files: [String: String]) throws -> AutoProcessor {
    let folder = try TemporaryFolder()
    for (name, content) in files {
      try Data(content.utf8).write(to: URL(filePath: "\(folder.path)/\(name)"))
    }
    return try AutoProcessor(contentsOf: folder.path)
  }

  private func expectInvalid(
    _ files: [String: String], naming words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: GenbaError.self, sourceLocation: sourceLocation) { try processor(of: files) }
    #expect(error?.code == .invalidConfiguration, sourceLocation: sourceLocation)
    for word in words {
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")", sourceLocation: sourceLocation)
    }
  }

  @Test func modelFoldersAreRead() throws {
    for (name, minPixels, maxPixels, patchSize) in [
      ("qwen2-vl", 3136, 12_845_056, 14), ("qwen2.5-vl", 3136, 12_845_056, 14), ("qwen3-vl", 65_536, 16_777_216, 16),
    ] {
      let processor = try AutoProcessor(contentsOf: TestAssets.config(name))
      let image = try #require(processor.imageProcessor as? Qwen2VLImageProcessor)
      #expect(image.configuration.minPixels == minPixels && image.configuration.maxPixels == maxPixels)
      #expect(image.configuration.patchSize == patchSize)
      #expect(processor.featureExtractor == nil)
    }
  }

  /// Without a file of its own, video has the pictures' settings.
  @Test func picturesSettingsStandInForVideos() throws {
    let processor = try AutoProcessor(contentsOf: TestAssets.config("qwen2.5-vl"))
    let video = try #require(processor.videoProcessor as? Qwen2VLVideoProcessor)
    #expect(video.configuration.minPixels == 3136 && video.configuration.maxPixels == 12_845_056)
    #expect(video.configuration.fps == nil && video.emitsSecondPerGrid)
    let plan = try video.plan(
      for: VideoFacts(numFrames: 30, averageFPS: 10, height: 224, width: 280), sampling: .hf)
    #expect(plan.gridTHW == [3, 16, 20])
    let older = try AutoProcessor(contentsOf: TestAssets.config("qwen2-vl"))
    #expect((older.videoProcessor as? Qwen2VLVideoProcessor)?.emitsSecondPerGrid == false)
  }

  @Test func qwen3HasAVideoFile() throws {
    let processor = try AutoProcessor(contentsOf: TestAssets.config("qwen3-vl"))
    let video = try #require(processor.videoProcessor as? Qwen3VLVideoProcessor)
    #expect(video.configuration.minPixels == 4096 && video.configuration.maxPixels == 25_165_824)
    #expect(video.configuration.fps == 2 && video.configuration.patchSize == 16)
  }

  /// The one file that transformers 5 writes, with a block for each part; it counts before older files.
  @Test func nestedBlocksComeFirst() throws {
    let nested = """
      {"processor_class": "Qwen2_5_VLProcessor",
       "image_processor": {"image_processor_type": "Qwen2VLImageProcessor", "patch_size": 16,
         "size": {"shortest_edge": 1000, "longest_edge": 2000}},
       "video_processor": {"video_processor_type": "Qwen2VLVideoProcessor", "min_frames": 8}}
      """
    let older = #"{"image_processor_type": "Qwen2VLImageProcessor", "patch_size": 14}"#
    let processor = try processor(of: ["processor_config.json": nested, "preprocessor_config.json": older])
    let image = try #require(processor.imageProcessor as? Qwen2VLImageProcessor)
    #expect(image.configuration.patchSize == 16 && image.configuration.minPixels == 1000)
    let video = try #require(processor.videoProcessor as? Qwen2VLVideoProcessor)
    #expect(video.configuration.minFrames == 8 && video.emitsSecondPerGrid)
    #expect(video.configuration.maxPixels == 768 * 28 * 28)
  }

  /// Old and new names of classes, keys that are null, keys that nobody knows, and budgets in both places.
  @Test func manyFormsAreAccepted() throws {
    let dump = """
      {"image_processor_type": "Qwen2VLImageProcessorFast", "processor_class": "Qwen3VLProcessor", "crop_size": null,
       "data_format": "channels_first", "min_pixels": 5000, "max_pixels": null, "patch_size": 16, "resample": 3,
       "size": {"longest_edge": 1310720, "shortest_edge": 4096}, "rescale_factor": 0.00392156862745098,
       "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "of the future": [{}, 1e9, "x"]}
      """
    let processor = try processor(of: ["preprocessor_config.json": dump])
    let image = try #require(processor.imageProcessor as? Qwen2VLImageProcessor)
    #expect(image.configuration.minPixels == 5000 && image.configuration.maxPixels == 1_310_720)
    #expect(image.configuration.normalization == .half)
    #expect(processor.videoProcessor is Qwen3VLVideoProcessor)
    for name in ["Qwen2_5_VLImageProcessor", "Qwen2VLImageProcessorPil"] {
      let old = try self.processor(of: ["preprocessor_config.json": #"{"feature_extractor_type": "\#(name)"}"#])
      #expect((old.imageProcessor as? Qwen2VLImageProcessor)?.configuration == .qwen2VLImage)
    }
    let integer = #"{"image_processor_type": "Qwen2VLImageProcessor", "size": 224, "min_pixels": 1, "max_pixels": 9}"#
    #expect(try self.processor(of: ["preprocessor_config.json": integer]).imageProcessor != nil)
  }

  /// Where no file names the family, the model's own config does.
  @Test func theModelsConfigTellsTheFamily() throws {
    let files = [
      "preprocessor_config.json": #"{"image_processor_type": "Qwen2VLImageProcessor"}"#,
      "config.json": #"{"model_type": "qwen2_5_vl"}"#,
    ]
    let video = try processor(of: files).videoProcessor
    #expect((video as? Qwen2VLVideoProcessor)?.emitsSecondPerGrid == true)
  }

  /// Settings of models with tiles and padding that cannot be: each error names file and key. Unknown keys are ignored.
  @Test func settingsOfTilesAreChecked() throws {
    let file = "preprocessor_config.json"
    for (name, keys, words) in [
      ("GotOcr2", #""size": {"width": 448}"#, ["size"]), ("GotOcr2", #""min_patches": 13"#, ["min_patches", "12"]),
      ("LlavaOnevision", #""image_grid_pinpoints": [[384, 400]]"#, ["image_grid_pinpoints", "384"]),
      ("LlavaOnevision", #""image_grid_pinpoints": []"#, ["image_grid_pinpoints"]),
      ("LlavaOnevision", #""image_grid_pinpoints": [[384]]"#, ["image_grid_pinpoints", "[height, width]"]),
      ("Gemma3", #""pan_and_scan_max_num_crops": 0"#, ["pan_and_scan_max_num_crops"]),
      ("SmolVLM", #""size": {"height": 5}"#, ["size.longest_edge"]),
      ("Idefics3", #""max_image_size": {}"#, ["max_image_size.longest_edge"]),
      ("Pixtral", #""patch_size": {"height": 16}"#, ["patch_size"]),
      ("Phi4Multimodal", #""size": {"height": 448, "width": 224}"#, ["size", "square"]),
      ("Phi4Multimodal", #""patch_size": 449"#, ["patch_size"]),
      ("DPT", #""do_pad": true"#, ["size_divisor"]), ("Sam", #""size": {"shortest_edge": 9}"#, ["size.longest_edge"]),
      ("CLIP", #""do_pad": true"#, ["do_pad"]),
    ] {
      let json = #"{"image_processor_type": "\#(name)ImageProcessor", "of the future": [1], \#(keys)}"#
      let error = #expect(throws: GenbaError.self, "\(name) \(keys)") { try processor(of: [file: json]) }
      #expect(error?.code == .invalidConfiguration)
      for word in [file] + words { #expect(error?.description.contains(word) == true, "\(error?.description ?? "")") }
    }
    for name in [
      "GotOcr2", "LlavaOnevision", "Gemma3", "SmolVLM", "Idefics3", "Pixtral", "Phi4Multimodal", "DPT", "Sam",
    ] {
      let json = #"{"image_processor_type": "\#(name)ImageProcessorFast", "of the future": {"size": 3}, "size": null}"#
      #expect(try processor(of: [file: json]).imageProcessor != nil)
    }
  }

  @Test func badFoldersAreErrorsThatNameFileAndKey() {
    let missing = #expect(throws: GenbaError.self) { try AutoProcessor(contentsOf: "/no/such/folder") }
    #expect(missing?.code == .invalidConfiguration && missing?.source.path == "/no/such/folder")
    expectInvalid([:], naming: "preprocessor_config.json")
    let file = "preprocessor_config.json"
    func qwen(_ keys: String) -> [String: String] {
      [file: #"{"image_processor_type": "Qwen2VLImageProcessor", \#(keys)}"#]
    }
    expectInvalid([file: "{\"patch_size\": 14"], naming: file, "JSON")
    expectInvalid([file: "[1, 2]"], naming: file, "object")
    expectInvalid([file: String(repeating: "[", count: 100_000)], naming: file, "JSON")
    expectInvalid([file: "{}"], naming: "image_processor_type")
    expectInvalid(
      [file: #"{"image_processor_type": "VitMatteImageProcessor"}"#], naming: file, "image_processor_type",
      "VitMatteImageProcessor", "Qwen2VLImageProcessor")
    expectInvalid(
      [file: #"{"feature_extractor_type": "CpmAntFeatureExtractor"}"#], naming: "CpmAntFeatureExtractor",
      "WhisperFeatureExtractor")
    expectInvalid(
      qwen(#""processor_class": "Emu3Processor""#), naming: "processor_class", "Emu3Processor")
    expectInvalid(qwen(#""patch_size": "14""#), naming: file, "patch_size")
    expectInvalid(qwen(#""patch_size": 0"#), naming: "patch_size")
    expectInvalid(qwen(#""patch_size": 1e300"#), naming: "patch_size")
    expectInvalid(qwen(#""merge_size": 1.5"#), naming: "merge_size")
    expectInvalid(qwen(#""size": 224"#), naming: "\"size\"")
    expectInvalid(qwen(#""size": {"shortest_edge": 5}"#), naming: "size.longest_edge")
    expectInvalid(qwen(#""image_mean": [0.5]"#), naming: "image_mean")
    expectInvalid(qwen(#""image_std": [0.5, 0, 0.5]"#), naming: "image_std")
    expectInvalid(qwen(#""image_std": "x""#), naming: "image_std")
    expectInvalid(qwen(#""resample": 0"#), naming: "resample")
    expectInvalid(qwen(#""do_resize": 1"#), naming: "do_resize")
    expectInvalid(
      [file: #"{"image_processor_type": "Qwen2VLImageProcessor"}"#, "video_preprocessor_config.json": "nothing"],
      naming: "video_preprocessor_config.json")
  }

  @Test func inputsThatTheModelDoesNotTakeAreErrors() throws {
    let picture = Image(rgb: Tensor(repeating: 0, shape: [28, 28, 3]))
    let whisper = try AutoProcessor(contentsOf: TestAssets.config("whisper-large-v3"))
    let error = #expect(throws: GenbaError.self) { try whisper(images: [picture]) }
    #expect(error?.code == .mismatchedInputs)
    let qwen = try AutoProcessor(contentsOf: TestAssets.config("qwen2-vl"))
    let sound = AudioSamples(mono: [0, 0], sampleRate: 16_000)
    #expect(throws: GenbaError.self) { try qwen(audio: [sound]) }
  }
}
