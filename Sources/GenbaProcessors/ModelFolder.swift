internal import GenbaCore
internal import Glibc

/// The config files of a model folder or a preset, and which processors they ask for.
struct ModelFolder {
  private let path: String
  private let processor: ConfigurationFile?
  private let preprocessor: ConfigurationFile?
  private let video: ConfigurationFile?

  /// Class names that work, as errors list them.
  static let supportedClasses = [
    "WhisperFeatureExtractor", "Qwen2VLImageProcessor", "Qwen2VLVideoProcessor", "Qwen3VLVideoProcessor",
  ]

  init(_ path: String) throws(GenbaError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw GenbaError(
        .invalidConfiguration, "there is no such model folder; give the folder that holds preprocessor_config.json",
        source: .init(path: path))
    }
    let prefix = path.hasSuffix("/") ? path : path + "/"
    try self.init(path) { (name) throws(GenbaError) in try ConfigurationFile.read(prefix + name) }
    guard processor != nil || preprocessor != nil || video != nil else {
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
    video = try read("video_preprocessor_config.json")
  }

  /// The model's name, from whichever file has it: `Qwen2_5_VLProcessor`.
  private func processorClass() throws(GenbaError) -> String {
    for file in [processor, preprocessor, video] {
      if let name = try file?.string("processor_class") { return name }
    }
    return ""
  }

  private func imageBlock() throws(GenbaError) -> ConfigurationFile? {
    if let nested = try processor?.block("image_processor") { nested } else { preprocessor }
  }

  /// The class that processes pictures, without the endings that name its backend.
  private func imageClass() throws(GenbaError) -> String? {
    guard let block = try imageBlock() else { return nil }
    for key in ["image_processor_type", "feature_extractor_type"] {
      if let name = try block.string(key) { return Self.withoutBackend(name) }
    }
    return nil
  }

  /// `Qwen2VLImageProcessor` of `Qwen2VLImageProcessorFast`. Old files name one class for each family.
  private static func withoutBackend(_ name: String) -> String {
    var name = name
    for ending in ["Fast", "Pil"] where name.hasSuffix(ending) { name.removeLast(ending.count) }
    return name == "Qwen2_5_VLImageProcessor" ? "Qwen2VLImageProcessor" : name
  }

  func imageProcessor() throws(GenbaError) -> (any ImageProcessor)? {
    guard let block = try imageBlock(), try imageClass() == "Qwen2VLImageProcessor" else { return nil }
    return Qwen2VLImageProcessor(try QwenVisionConfiguration(block, defaults: .qwen2VLImage))
  }

  private func videoBlock() throws(GenbaError) -> ConfigurationFile? {
    // A picture's file stands in for a video's.
    if let nested = try processor?.block("video_processor") { nested } else { video ?? preprocessor }
  }

  private func videoClass(_ block: ConfigurationFile) throws(GenbaError) -> String? {
    if let name = try block.string("video_processor_type") { return name }
    let suffix = "ImageProcessor"
    guard let name = try imageClass(), name.hasSuffix(suffix) else { return nil }
    return name.dropLast(suffix.count) + "VideoProcessor"
  }

  func videoProcessor() throws(GenbaError) -> (any VideoProcessor)? {
    guard let block = try videoBlock() else { return nil }
    switch try videoClass(block) {
    case "Qwen2VLVideoProcessor":
      return Qwen2VLVideoProcessor(
        try QwenVisionConfiguration(block, defaults: .qwen2VLVideo),
        emitsSecondPerGrid: try processorClass() == "Qwen2_5_VLProcessor")
    case "Qwen3VLVideoProcessor":
      return Qwen3VLVideoProcessor(try QwenVisionConfiguration(block, defaults: .qwen3VLVideo))
    default:
      return nil
    }
  }

  func featureExtractor() throws(GenbaError) -> (any AudioFeatureExtractor)? {
    // An Omni model keeps pictures and sound in one file, so the key is asked for whatever else the file holds.
    let nested = try processor?.block("feature_extractor")
    guard let block = nested ?? preprocessor, let name = try block.string("feature_extractor_type"),
      Self.withoutBackend(name) == "WhisperFeatureExtractor"
    else { return nil }
    do throws(GenbaError) {
      return try WhisperFeatureExtractor(WhisperFeatureExtractor.Configuration(block))
    } catch {
      throw error.at(path: block.path)
    }
  }

  /// The error for a folder whose classes are none of those that work.
  func unsupported() -> GenbaError {
    var names: [String] = []
    for file in [processor, preprocessor, video] {
      for key in ["image_processor_type", "feature_extractor_type", "video_processor_type", "processor_class"] {
        if let name = try? file?.string(key), !names.contains(name) { names.append(name) }
      }
    }
    let asked = names.isEmpty ? "name no processor class" : "ask for \(names.joined(separator: ", "))"
    return GenbaError(
      .invalidConfiguration,
      "the config files here \(asked); the classes that work are \(Self.supportedClasses.joined(separator: ", "))",
      source: .init(path: path))
  }
}
