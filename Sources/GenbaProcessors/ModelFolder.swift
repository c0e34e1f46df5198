internal import GenbaCore
internal import Glibc

/// The models that Genba knows, by the name of their processor's class in transformers.
enum ModelFamily: String, CaseIterable {
  case clip = "CLIPProcessor"
  case siglip = "SiglipProcessor"
  case siglip2 = "Siglip2Processor"
  case whisper = "WhisperProcessor"
  case qwen2VL = "Qwen2VLProcessor"
  case qwen2_5VL = "Qwen2_5_VLProcessor"
  case qwen3VL = "Qwen3VLProcessor"
  case qwen2Audio = "Qwen2AudioProcessor"
  case qwen2_5Omni = "Qwen2_5OmniProcessor"
  case qwen3Omni = "Qwen3OmniMoeProcessor"
  case wav2Vec2 = "Wav2Vec2Processor"
  case wav2Vec2WithLM = "Wav2Vec2ProcessorWithLM"
  case moonshineStreaming = "MoonshineStreamingProcessor"
  case seamlessM4T = "SeamlessM4TProcessor"
  case wav2Vec2Bert = "Wav2Vec2BertProcessor"
  case speech2Text = "Speech2TextProcessor"
  case phi4Multimodal = "Phi4MultimodalProcessor"
  case voxtral = "VoxtralProcessor"
  case parakeet = "ParakeetProcessor"
  case graniteSpeech = "GraniteSpeechProcessor"
  case gemma3n = "Gemma3nProcessor"
  case clap = "ClapProcessor"
  case gemma3 = "Gemma3Processor"
  case idefics3 = "Idefics3Processor"
  case internVL = "InternVLProcessor"
  case llavaOnevision = "LlavaOnevisionProcessor"
  case paliGemma = "PaliGemmaProcessor"
  case pixtral = "PixtralProcessor"
  case sam = "SamProcessor"
  case smolVLM = "SmolVLMProcessor"

  /// The family of a `model_type` in a model's `config.json`.
  init?(modelType: String) {
    switch modelType {
    case "clip": self = .clip
    case "siglip": self = .siglip
    case "siglip2": self = .siglip2
    case "whisper": self = .whisper
    case "qwen2_vl": self = .qwen2VL
    case "qwen2_5_vl": self = .qwen2_5VL
    case "qwen3_vl", "qwen3_vl_moe": self = .qwen3VL
    case "qwen2_audio": self = .qwen2Audio
    case "qwen2_5_omni": self = .qwen2_5Omni
    case "qwen3_omni_moe": self = .qwen3Omni
    case "voxtral": self = .voxtral
    case "moonshine_streaming": self = .moonshineStreaming
    case "gemma3": self = .gemma3
    case "idefics3": self = .idefics3
    case "internvl": self = .internVL
    case "llava_onevision": self = .llavaOnevision
    case "mistral3": self = .pixtral
    case "paligemma": self = .paliGemma
    case "sam": self = .sam
    case "smolvlm": self = .smolVLM
    default: return nil
    }
  }
}

/// The config files of a model folder or a preset, and which processors they ask for.
struct ModelFolder {
  private let path: String
  let processor: ConfigurationFile?
  let preprocessor: ConfigurationFile?
  private let videoFile: ConfigurationFile?
  /// The model's own `model_type`, where there is a `config.json`.
  let modelType: String?
  /// The model's own `config.json`.
  let config: ConfigurationFile?
  /// The robot policy that it says it is.
  let policy: RobotPolicy?
  /// `nil` where no file says; the classes of its parts decide then.
  let family: ModelFamily?

  init(_ path: String) throws(GenbaError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw GenbaError(
        .invalidConfiguration, "there is no such model folder; give the folder that holds preprocessor_config.json",
        source: .init(path: path))
    }
    let prefix = path.hasSuffix("/") ? path : path + "/"
    try self.init(path) { (name) throws(GenbaError) in try ConfigurationFile.read(prefix + name) }
    guard processor != nil || preprocessor != nil || videoFile != nil || policy != nil else {
      throw GenbaError(
        .invalidConfiguration,
        "this folder has no preprocessor_config.json, processor_config.json or video_preprocessor_config.json",
        source: .init(path: path))
    }
  }

  init(_ preset: Preset) throws(GenbaError) {
    try self.init(preset.name) { (name) throws(GenbaError) in
      try preset.files[name].map { (bytes) throws(GenbaError) in
        try ConfigurationFile(bytes, path: "\(preset.name)/\(name)")
      }
    }
  }

  private init(
    _ path: String, read: (_ name: String) throws(GenbaError) -> ConfigurationFile?
  ) throws(GenbaError) {
    self.path = path
    processor = try read("processor_config.json")
    preprocessor = try read("preprocessor_config.json")
    videoFile = try read("video_preprocessor_config.json")
    config = try read("config.json")
    modelType = try config?.string("model_type")
    policy = try config?.string("type").flatMap { RobotPolicy(rawValue: $0) }
    family = try Self.family(of: [processor, preprocessor, videoFile], modelType: modelType)
  }

  private static func family(
    of files: [ConfigurationFile?], modelType: String?
  ) throws(GenbaError) -> ModelFamily? {
    for file in files {
      // GR00T's class is none of transformers'.
      guard let file, !file.isObject("processor_kwargs"), let name = try file.string("processor_class") else {
        continue
      }
      guard let family = ModelFamily(rawValue: name) else {
        throw file.unsupported("processor_class", name, supported: ModelFamily.allCases.map(\.rawValue))
      }
      return family
    }
    return modelType.flatMap { ModelFamily(modelType: $0) }
  }

  private static let pictureClasses = ImageProcessorClass.allCases.map(\.rawValue)

  /// The class that a block names under the first of these keys that it has, without the endings that name a backend.
  ///
  /// - Throws: `.invalidConfiguration` for a class that is none of those supported.
  func className(
    _ keys: [String], in block: ConfigurationFile, supported: [String]
  ) throws(GenbaError) -> String? {
    for key in keys {
      guard var name = try block.string(key) else { continue }
      for ending in ["Fast", "Pil"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
      if let picture = ImageProcessorClass(name: name) { name = picture.rawValue }
      guard supported.contains(name) else { throw block.unsupported(key, name, supported: supported) }
      return name
    }
    return nil
  }

  /// The block of pictures and its class, if the files have one.
  func image() throws(GenbaError) -> (class: ImageProcessorClass, block: ConfigurationFile)? {
    let nested = try processor?.block("image_processor")
    guard let block = nested ?? preprocessor else { return nil }
    // Old files of some models say feature_extractor_type for pictures too.
    let keys = ["image_processor_type", "feature_extractor_type"]
    if try videoClass(standingIn: block)?.takesFramesAsPictures == true { return nil }
    let name = try className(keys, in: block, supported: Self.pictureClasses + SoundClass.allCases.map(\.rawValue))
    return name.flatMap { ImageProcessorClass(name: $0) }.map { ($0, block) }
  }

  func imageProcessor() throws(GenbaError) -> (any ImageProcessor)? {
    if let policy = try policyImageProcessor() { return policy }
    guard let (imageClass, block) = try image() else { return nil }
    return try imageClass.processor(block, family: family, processor: processor)
  }

  func videoProcessor() throws(GenbaError) -> (any VideoProcessor)? {
    guard let (videoClass, block) = try video() else { return nil }
    if let encoder = try videoClass?.encoder(block) { return encoder }
    if let family, let omni = try QwenOmniVideoProcessor(block, family) { return omni }
    if videoClass == .qwen3VL || videoClass == nil && family == .qwen3VL {
      return Qwen3VLVideoProcessor(try QwenVisionConfiguration(block, defaults: .qwen3VLVideo))
    }
    return Qwen2VLVideoProcessor(
      try QwenVisionConfiguration(block, defaults: .qwen2VLVideo), emitsSecondPerGrid: family == .qwen2_5VL)
  }

  /// The block of clips and its class, `nil` where the family alone tells it.
  private func video() throws(GenbaError) -> (class: VideoProcessorClass?, block: ConfigurationFile)? {
    if let own = try processor?.block("video_processor") ?? videoFile {
      let name = try className(
        ["video_processor_type"], in: own, supported: VideoProcessorClass.allCases.map(\.rawValue))
      if name == nil, family == nil { return nil }
      return (name.flatMap { VideoProcessorClass(rawValue: $0) }, own)
    }
    // A picture's settings stand in for a video's.
    guard let block = try processor?.block("image_processor") ?? preprocessor,
      let videoClass = try videoClass(standingIn: block)
    else { return nil }
    return (family == .qwen3VL ? .qwen3VL : videoClass, block)
  }

  /// The class of clips that goes by the settings of pictures in `block`.
  private func videoClass(standingIn block: ConfigurationFile) throws(GenbaError) -> VideoProcessorClass? {
    for key in ["image_processor_type", "feature_extractor_type"] {
      guard var name = try block.string(key) else { continue }
      for ending in ["Fast", "Pil"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
      if let picture = ImageProcessorClass(name: name) { name = picture.rawValue }
      return VideoProcessorClass(imageClassName: name)
    }
    return nil
  }

  /// The error for a folder whose files name no class at all.
  func unsupported() -> GenbaError {
    GenbaError(
      .invalidConfiguration,
      "the config files here name no class of a processor, under image_processor_type, feature_extractor_type or video_processor_type; what works is "
        + (VideoProcessorClass.allCases.map(\.rawValue) + Self.pictureClasses + SoundClass.allCases.map(\.rawValue))
        .joined(separator: ", "),
      source: .init(path: path))
  }
}
