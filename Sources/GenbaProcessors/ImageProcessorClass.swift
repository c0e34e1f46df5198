internal import GenbaCore

/// The image processors that Genba knows, by the name of their class in transformers.
enum ImageProcessorClass: String, CaseIterable {
  case beit = "BeitImageProcessor"
  case bit = "BitImageProcessor"
  case clip = "CLIPImageProcessor"
  case convNext = "ConvNextImageProcessor"
  case dinov3 = "DINOv3ViTImageProcessor"
  case dpt = "DPTImageProcessor"
  case gemma3 = "Gemma3ImageProcessor"
  case gotOcr2 = "GotOcr2ImageProcessor"
  case idefics3 = "Idefics3ImageProcessor"
  case llavaOnevision = "LlavaOnevisionImageProcessor"
  case phi4Multimodal = "Phi4MultimodalImageProcessor"
  case pi0 = "PI0ImageProcessor"
  case pixtral = "PixtralImageProcessor"
  case qwen2VL = "Qwen2VLImageProcessor"
  case sam = "SamImageProcessor"
  case siglip = "SiglipImageProcessor"
  case siglip2 = "Siglip2ImageProcessor"
  case smolVLM = "SmolVLMImageProcessor"
  case vit = "ViTImageProcessor"

  /// The class of a name from a config file, old or new, without the endings that tell backends apart.
  init?(name: String) {
    var name = name
    for ending in ["Fast", "Pil"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    // What transformers called them before version 4.26.
    if name.hasSuffix("FeatureExtractor") { name = name.dropLast("FeatureExtractor".count) + "ImageProcessor" }
    // Older files of Qwen2.5-VL name a class of their own for the same thing.
    if name == "Qwen2_5_VLImageProcessor" { name = "Qwen2VLImageProcessor" }
    self.init(rawValue: name)
  }

  /// The processor with the settings of a block.
  ///
  /// - Parameters:
  ///   - family: The model's, whose own processor may ask for more than the block does.
  ///   - processor: The model's `processor_config.json`.
  func processor(
    _ block: ConfigurationFile, family: ModelFamily?, processor: ConfigurationFile?
  ) throws(GenbaError) -> any ImageProcessor {
    switch self {
    case .gotOcr2:
      var tiles = try GotOcr2ImageProcessor(block, processor: processor)
      // InternVLProcessor always asks for tiles, whatever the file says.
      if family == .internVL { tiles.cropToPatches = true }
      return tiles
    case .llavaOnevision: return try LlavaOnevisionImageProcessor(block, processor: processor)
    case .gemma3: return try Gemma3ImageProcessor(block, processor: processor)
    case .smolVLM, .idefics3: return try SmolVLMImageProcessor(block, processor: processor)
    case .phi4Multimodal: return try Phi4MultimodalImageProcessor(block)
    case .pixtral:
      return try PixtralImageProcessor(block, processor: processor, isPixtralProcessor: family == .pixtral)
    case .sam: return try SamImageProcessor(block)
    case .dpt: return try encoder(block, .dpt, defaultToSquare: true)
    case .qwen2VL:
      return Qwen2VLImageProcessor(try QwenVisionConfiguration(block, defaults: .qwen2VLImage))
    case .pi0:
      return try PI0ImageProcessor(block)
    case .siglip2:
      return try Siglip2ImageProcessor(block)
    case .beit: return try encoder(block, .beit, defaultToSquare: true)
    case .bit, .clip: return try encoder(block, .clip, defaultToSquare: false)
    case .convNext: return try encoder(block, .convNext, defaultToSquare: false)
    case .dinov3: return try encoder(block, .dinov3, defaultToSquare: true)
    case .siglip: return try encoder(block, .siglip, defaultToSquare: false)
    case .vit: return try encoder(block, .vit, defaultToSquare: true)
    }
  }

  private func encoder(
    _ block: ConfigurationFile, _ defaults: EncoderImageProcessor.Configuration, defaultToSquare: Bool
  ) throws(GenbaError) -> EncoderImageProcessor {
    // Video processors, which read the same settings, never look at this.
    if self != .dpt, try block.bool("do_pad") == true {
      throw block.wrong("do_pad", "false; Genba does not pad for this class yet")
    }
    return EncoderImageProcessor(try .init(block, defaults: defaults, defaultToSquare: defaultToSquare))
  }
}
