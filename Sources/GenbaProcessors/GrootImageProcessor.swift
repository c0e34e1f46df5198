public import GenbaCore
public import GenbaVision

/// Camera pictures for NVIDIA's GR00T N1.7: cut to a square, then as Qwen3-VL takes pictures.
///
/// Equal bit for bit to LeRobot 0.6.0's `GrootN17VLMEncodeStep` in evaluation, by either of its ways:
/// `_transform_n1_7_image_for_vlm_torch`, torchvision's antialiased bicubic resize, or for checkpoints with
/// `use_albumentations` `_transform_n1_7_image_for_vlm_albumentations`, OpenCV's `INTER_AREA`; then transformers'
/// `Qwen2VLImageProcessor` of the Cosmos-Reason2 backbone, whose settings are Qwen3-VL's.
///
/// ```swift
/// let groot = GrootImageProcessor(.n1_7)
/// let tensors = try groot([wrist, front])  // pixel_values, image_grid_thw
/// ```
public struct GrootImageProcessor: ImageProcessor, Hashable {
  /// The settings, by their names in the checkpoint's `processor_kwargs`.
  public struct Configuration: Sendable, Hashable {
    /// Rows and columns of the result of torch's way; `nil` leaves pictures as they are.
    public var imageTargetHeight: Int?, imageTargetWidth: Int?
    /// The first side of `image_crop_size`: with the target's rows it gives `cropFraction` where there is none.
    public var imageCropHeight: Int?
    /// What the shorter side is resized to before the crop; `nil` for the target's rows.
    public var shortestImageEdge: Int?
    /// How much of each side the crop keeps.
    public var cropFraction: Double?
    /// Whether `INTER_AREA` resizes, which keeps the picture's shape.
    public var useAlbumentations = false
    /// Whether pictures are padded to squares first, with black around them.
    public var letterBoxTransform = false

    /// Settings without any change to pictures.
    public init() {}

    /// What LeRobot takes for checkpoints that say nothing: 256 x 256, of which 230 are kept.
    public static let n1_7 = {
      var configuration = Configuration()
      (configuration.imageTargetHeight, configuration.imageTargetWidth) = (256, 256)
      configuration.imageCropHeight = 230
      return configuration
    }()
  }

  /// The settings.
  public let configuration: Configuration
  private let backbone: Qwen2VLImageProcessor

  /// A processor with these settings.
  public init(_ configuration: Configuration) {
    self.configuration = configuration
    backbone = Qwen2VLImageProcessor(
      QwenVisionConfiguration(minPixels: 1 << 16, maxPixels: 1 << 24, patchSize: 16, normalization: .half))
  }

  /// `pixel_values` and `image_grid_thw` of one picture a camera, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, one without pixels, and what Qwen3-VL's processor refuses.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    var prepared: [Image] = []
    for image in images {
      guard image.height > 0, image.width > 0 else {
        throw GenbaError(.mismatchedInputs, "a picture of \(image.width)x\(image.height) has no pixels")
      }
      prepared.append(Image(rgb: try prepare(image.rgbPixels)))
    }
    return try backbone(prepared, dtype: dtype)
  }

  /// uint8 [height, width, 3], as Qwen3-VL's processor is given it.
  func prepare(_ pixels: Tensor<UInt8>) throws(GenbaError) -> Tensor<UInt8> {
    guard let height = configuration.imageTargetHeight, let width = configuration.imageTargetWidth else {
      return pixels
    }
    var pixels = pixels
    if configuration.letterBoxTransform { pixels = Self.squared(pixels) }
    let edge = configuration.shortestImageEdge ?? height
    let fraction = configuration.cropFraction ?? configuration.imageCropHeight.map { Double($0) / Double(height) }
    pixels = try configuration.useAlbumentations ? Self.shrunk(pixels, to: edge) : Self.resized(pixels, edge, edge)
    if let fraction, fraction > 0, fraction < 1 {
      // torch's way rounds the sides of the crop, the other cuts them.
      let rule: FloatingPointRoundingRule = configuration.useAlbumentations ? .down : .toNearestOrEven
      let sides = pixels.shape[..<2].map { max(1, Int((Double($0) * fraction).rounded(rule))) }
      pixels = pixels.centerCropped(height: sides[0], width: sides[1], fill: 0)
    }
    return try configuration.useAlbumentations ? Self.shrunk(pixels, to: edge) : Self.resized(pixels, height, width)
  }

  /// The picture in the middle of a black square.
  private static func squared(_ pixels: Tensor<UInt8>) -> Tensor<UInt8> {
    let side = max(pixels.shape[0], pixels.shape[1])
    return pixels.centerCropped(height: side, width: side, fill: 0)
  }

  private static func resized(_ pixels: Tensor<UInt8>, _ height: Int, _ width: Int) -> Tensor<UInt8> {
    ImageResizer(fromHeight: pixels.shape[0], width: pixels.shape[1], toHeight: height, width: width)(pixels)
  }

  /// Resized by area so that the shorter side has this length.
  private static func shrunk(_ pixels: Tensor<UInt8>, to edge: Int) throws(GenbaError) -> Tensor<UInt8> {
    let (height, width) = (pixels.shape[0], pixels.shape[1])
    guard min(height, width) != edge else { return pixels }
    let scale = Double(edge) / Double(min(height, width))
    func side(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded(.toNearestOrEven))) }
    let limit = DecodeLimits().pixels
    guard side(height) <= limit / side(width) else {
      throw GenbaError(
        .limitExceeded, "a picture of \(width)x\(height) becomes \(side(width))x\(side(height)), over \(limit) pixels")
    }
    return AreaResizer(fromHeight: height, width: width, toHeight: side(height), width: side(width))(pixels)
  }
}

extension GrootImageProcessor.Configuration {
  /// The settings of a checkpoint's `processor_kwargs`. Without a target size all of the geometry is the default's, as
  /// LeRobot has it.
  init(_ block: ConfigurationFile) throws(GenbaError) {
    self = .n1_7
    if let target = try block.sides("image_target_size") {
      (imageTargetHeight, imageTargetWidth) = target
      imageCropHeight = try block.sides("image_crop_size")?.0
      shortestImageEdge = try block.integer("shortest_image_edge", in: 1...1 << 14)
      cropFraction = try block.number("crop_fraction", in: 0...1)
    }
    useAlbumentations = try block.bool("use_albumentations") ?? false
    letterBoxTransform = try block.bool("letter_box_transform") ?? false
  }
}
