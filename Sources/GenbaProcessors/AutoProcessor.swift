public import GenbaCore
public import GenbaVision

/// The processors of a model, made from the config files in its folder.
///
/// Reads what transformers' `AutoProcessor` reads, in its order: blocks nested in `processor_config.json`, then
/// `preprocessor_config.json` and `video_preprocessor_config.json`. Where a model has no file of its own for video, its
/// picture settings count for video too. Unknown keys are ignored.
///
/// ```swift
/// let qwen = try AutoProcessor(contentsOf: "Qwen2.5-VL-7B-Instruct")
/// let tensors = try qwen(images: [image])  // pixel_values, image_grid_thw
/// ```
public struct AutoProcessor: Sendable {
  /// For sound; `nil` if the model takes none.
  public let featureExtractor: (any AudioFeatureExtractor)?
  /// For pictures; `nil` if the model takes none.
  public let imageProcessor: (any ImageProcessor)?
  /// For video; `nil` if the model takes none.
  public let videoProcessor: (any VideoProcessor)?

  /// A model from its parts.
  public init(
    featureExtractor: (any AudioFeatureExtractor)? = nil, imageProcessor: (any ImageProcessor)? = nil,
    videoProcessor: (any VideoProcessor)? = nil
  ) {
    self.featureExtractor = featureExtractor
    self.imageProcessor = imageProcessor
    self.videoProcessor = videoProcessor
  }

  /// The model of a folder.
  ///
  /// - Throws: `.invalidConfiguration` if the folder or its files are missing, malformed, or for a model that Genba does
  ///   not know; the message names file and key.
  public init(contentsOf folder: String) throws(GenbaError) {
    try self.init(ModelFolder(folder))
  }

  /// The model of a preset.
  public init(_ preset: Preset) {
    do throws(GenbaError) {
      try self.init(ModelFolder(preset))
    } catch {
      preconditionFailure("a preset is a valid model folder: \(error)")
    }
  }

  private init(_ files: ModelFolder) throws(GenbaError) {
    featureExtractor = try files.featureExtractor()
    imageProcessor = try files.imageProcessor()
    videoProcessor = try files.videoProcessor()
    if featureExtractor == nil, imageProcessor == nil, videoProcessor == nil { throw files.unsupported() }
  }

  /// The model's tensors for pictures, sounds, or both.
  ///
  /// - Parameters:
  ///   - images: Pictures, one batch.
  ///   - audio: Sounds, one batch.
  ///   - dtype: The element type of pixel values.
  /// - Throws: `.mismatchedInputs` for inputs that the model does not take, and what its processors throw.
  public func callAsFunction(
    images: [Image] = [], audio: [AudioSamples] = [], dtype: PixelDType = .float32
  ) throws(GenbaError) -> TensorBundle {
    var bundle = TensorBundle()
    if !images.isEmpty {
      guard let imageProcessor else { throw GenbaError(.mismatchedInputs, "this model takes no pictures") }
      bundle.merge(try imageProcessor(images, dtype: dtype))
    }
    if !audio.isEmpty {
      guard let featureExtractor else { throw GenbaError(.mismatchedInputs, "this model takes no sound") }
      bundle.merge(try featureExtractor(audio))
    }
    return bundle
  }
}
