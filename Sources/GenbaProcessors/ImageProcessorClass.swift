internal import GenbaCore

/// The image processors that Genba knows, by the name of their class in transformers.
enum ImageProcessorClass: String, CaseIterable {
  case beit = "BeitImageProcessor"
  case bit = "BitImageProcessor"
  case clip = "CLIPImageProcessor"
  case convNext = "ConvNextImageProcessor"
  case dinov3 = "DINOv3ViTImageProcessor"
  case qwen2VL = "Qwen2VLImageProcessor"
  case siglip = "SiglipImageProcessor"
  case siglip2 = "Siglip2ImageProcessor"
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
  func processor(_ block: ConfigurationFile) throws(GenbaError) -> any ImageProcessor {
    switch self {
    case .qwen2VL:
      return Qwen2VLImageProcessor(try QwenVisionConfiguration(block, defaults: .qwen2VLImage))
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
    EncoderImageProcessor(try .init(block, defaults: defaults, defaultToSquare: defaultToSquare))
  }
}
