internal import GenbaCore
public import GenbaVision

/// The settings of a Qwen vision processor, as its config file has them.
public struct QwenVisionConfiguration: Sendable, Hashable, Codable {
  /// Whether pictures are resized; without it their sides must be multiples of the patch and merge size already.
  public var doResize = true
  /// The filter of the resize (`resample`: 2 bilinear, 3 bicubic, 1 Lanczos, for which transformers with torchvision
  /// 0.26 takes bicubic).
  public var filter = ImageResizer.Filter.bicubic
  /// The fewest pixels after resizing (`size.shortest_edge` or `min_pixels`).
  public var minPixels: Int
  /// The most pixels after resizing (`size.longest_edge` or `max_pixels`).
  public var maxPixels: Int
  /// Pixels along a patch's side.
  public var patchSize: Int
  /// Patches along the side of a square that becomes one token.
  public var mergeSize = 2
  /// Frames in a patch.
  public var temporalPatchSize = 2
  /// What becomes of pixel values.
  public var normalization: Normalization

  /// Frames per second to sample from a video; `nil` where the config has none.
  public var fps: Double?
  /// Frames to sample from a video, whatever its length; `nil` where the config has none.
  public var numFrames: Int?
  /// The fewest frames to sample, where there are so many.
  public var minFrames = 4
  /// The most frames to sample.
  public var maxFrames = 768
  /// Whether the pixels of each frame are bounded as qwen_vl_utils bounds them (`cap_pixels_per_frame`).
  public var capPixelsPerFrame = false
  /// The tokens that this bound is made from.
  public var maxVideoTokens: Int

  /// Settings with these; the others are those that the model classes share.
  public init(
    minPixels: Int, maxPixels: Int, patchSize: Int, normalization: Normalization, fps: Double? = nil,
    maxVideoTokens: Int = 128_000
  ) {
    self.minPixels = minPixels
    self.maxPixels = maxPixels
    self.patchSize = patchSize
    self.normalization = normalization
    self.fps = fps
    self.maxVideoTokens = maxVideoTokens
  }

  /// The defaults of transformers 5.23's class `Qwen2VLImageProcessor`.
  public static let qwen2VLImage = QwenVisionConfiguration(
    minPixels: 56 * 56, maxPixels: 28 * 28 * 1280, patchSize: 14, normalization: .clip)
  /// The defaults of transformers 5.23's class `Qwen2VLVideoProcessor`.
  public static let qwen2VLVideo = QwenVisionConfiguration(
    minPixels: 128 * 28 * 28, maxPixels: 768 * 28 * 28, patchSize: 14, normalization: .clip)
  /// The defaults of transformers 5.23's class `Qwen3VLVideoProcessor`.
  public static let qwen3VLVideo = QwenVisionConfiguration(
    minPixels: 128 * 32 * 32, maxPixels: 768 * 32 * 32, patchSize: 16, normalization: .half, fps: 2,
    maxVideoTokens: 768)

  /// What height and width after resizing are multiples of.
  public var factor: Int { patchSize * mergeSize }

  var patchify: Patchify {
    Patchify(
      patchSize: patchSize, mergeSize: mergeSize, temporalPatchSize: temporalPatchSize, normalization: normalization)
  }

  /// These settings, with the frames that are asked for instead of the config's.
  func asking(_ request: SamplingRequest) -> QwenVisionConfiguration {
    var asked = self
    (asked.fps, asked.numFrames) = request.over(fps: fps, numFrames: numFrames)
    return asked
  }

  /// The settings of `file`; keys that it lacks keep the values of `defaults`.
  init(_ file: ConfigurationFile, defaults: QwenVisionConfiguration) throws(GenbaError) {
    self = defaults
    let pixels = 1...1 << 40
    minPixels = try file.pixelCount("min_pixels", orSize: "shortest_edge", in: pixels) ?? minPixels
    maxPixels = try file.pixelCount("max_pixels", orSize: "longest_edge", in: pixels) ?? maxPixels
    patchSize = try file.integer("patch_size", in: 1...256) ?? patchSize
    mergeSize = try file.integer("merge_size", in: 1...64) ?? mergeSize
    temporalPatchSize = try file.integer("temporal_patch_size", in: 1...64) ?? temporalPatchSize
    doResize = try file.step("do_resize") ?? doResize
    if let resample = try file.integer("resample", in: 1...3) { filter = resample == 2 ? .bilinear : .bicubic }
    normalization = try file.normalization(defaults: normalization)
    fps = try file.number("fps", in: 1e-6...1e6) ?? fps
    numFrames = try file.integer("num_frames", in: 1...1 << 24)
    minFrames = try file.integer("min_frames", in: 1...1 << 24) ?? minFrames
    maxFrames = try file.integer("max_frames", in: 1...1 << 24) ?? maxFrames
    capPixelsPerFrame = try file.bool("cap_pixels_per_frame") ?? capPixelsPerFrame
    maxVideoTokens = try file.integer("max_video_tokens", in: 1...1 << 32) ?? maxVideoTokens
  }
}

extension ConfigurationFile {
  /// A budget of pixels: under its own key, or else in `size`, which must then have it. `nil` without either.
  func pixelCount(
    _ key: String, orSize sizeKey: String, in range: ClosedRange<Int>
  ) throws(GenbaError) -> Int? {
    if let count = try integer(key, in: range) { return count }
    guard let size = try block("size") else { return nil }
    guard let count = try size.integer(sizeKey, in: range) else { throw size.wrong(sizeKey, "a number of pixels") }
    return count
  }

  /// What becomes of pixel values, three channels.
  func normalization(defaults: Normalization) throws(GenbaError) -> Normalization {
    let mean = try numbers("image_mean") ?? defaults.imageMean
    let std = try numbers("image_std") ?? defaults.imageStd
    guard mean.count == 3 else { throw wrong("image_mean", "three numbers") }
    guard std.count == 3, std.allSatisfy({ $0 > 0 }) else { throw wrong("image_std", "three numbers above 0") }
    var normalization = Normalization(
      doRescale: try step("do_rescale") ?? defaults.doRescale,
      rescaleFactor: try number("rescale_factor", in: 1e-9...1e9) ?? defaults.rescaleFactor,
      doNormalize: try step("do_normalize") ?? defaults.doNormalize, imageMean: mean, imageStd: std)
    normalization.rescaleOffset = defaults.rescaleOffset
    return normalization
  }
}
