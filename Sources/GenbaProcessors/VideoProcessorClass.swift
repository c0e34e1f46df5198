internal import GenbaCore

/// The video processors that Genba knows, by the name of their class in transformers.
enum VideoProcessorClass: String, CaseIterable {
  case internVL = "InternVLVideoProcessor"
  case llavaOnevision = "LlavaOnevisionVideoProcessor"
  case qwen2VL = "Qwen2VLVideoProcessor"
  case qwen3VL = "Qwen3VLVideoProcessor"
  case smolVLM = "SmolVLMVideoProcessor"
  case timesformer = "TimesformerVideoProcessor"
  case videoMAE = "VideoMAEVideoProcessor"
  case vivit = "VivitVideoProcessor"
  case vjepa2 = "VJEPA2VideoProcessor"

  /// The class that stands behind a picture's class where a folder has no settings of its own for video; transformers
  /// puts one word for the other.
  ///
  /// Checkpoints differ in capitals: `ViViTImageProcessor`.
  init?(imageClassName name: String) {
    guard let ending = ["ImageProcessor", "FeatureExtractor"].first(where: { name.hasSuffix($0) }) else { return nil }
    let wanted = (name.dropLast(ending.count) + "VideoProcessor").lowercased()
    guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == wanted }) else { return nil }
    self = found
  }

  /// Whether the folder's settings of pictures are for clips alone.
  var takesFramesAsPictures: Bool { self == .videoMAE || self == .vivit || self == .timesformer }

  /// The processor with the settings of a block, if it is one of those that take whole frames.
  func encoder(_ block: ConfigurationFile) throws(GenbaError) -> EncoderVideoProcessor? {
    switch self {
    case .qwen2VL, .qwen3VL: return nil
    case .internVL: return EncoderVideoProcessor(try .init(block, defaults: .internVL))
    case .llavaOnevision: return EncoderVideoProcessor(try .init(block, defaults: .llavaOnevision))
    case .smolVLM: return EncoderVideoProcessor(try .init(block, defaults: .smolVLM))
    case .timesformer: return EncoderVideoProcessor(try .init(block, defaults: .timesformer))
    case .videoMAE: return EncoderVideoProcessor(try .init(block, defaults: .videoMAE))
    case .vivit: return EncoderVideoProcessor(try .init(block, defaults: .vivit))
    case .vjepa2: return EncoderVideoProcessor(try .vjepa2(block))
    }
  }
}
