public import GenbaCore
public import GenbaVision

/// Pictures for Pixtral and Mistral Small: at most so long, in whole patches, padded with zeros to the batch's largest.
///
/// Equal bit for bit to transformers 5.23's `PixtralImageProcessor` with torchvision 0.26, given the same RGB bytes.
///
/// ```swift
/// let tensors = try PixtralImageProcessor()([wide, tall])
/// tensors["pixel_values"]  // float32 [pictures, 3, most rows, most columns]
/// tensors["image_sizes"]   // int64 [pictures, 2]: rows and columns of each, without the padding
/// ```
public struct PixtralImageProcessor: ImageProcessor, Hashable {
  /// Whether pictures are resized.
  public var doResize = true
  /// The most rows and columns.
  public var maxSize = PixelSize(height: 1024, width: 1024)
  /// A patch, or the square of patches that becomes one token: what rows and columns become multiples of.
  public var patchSize = PixelSize(height: 16, width: 16)
  /// Whether pictures of a batch are padded to one size.
  public var doPad = true
  /// The weights of the resize.
  public var filter = ImageResizer.Filter.bicubic
  /// What becomes of pixel values.
  public var normalization = Normalization.clip

  /// A processor with the defaults of transformers' class.
  public init() {}

  /// `get_resize_output_image_size`: never enlarged, but up to the next whole patch.
  public func resizedSize(height: Int, width: Int) -> PixelSize {
    guard doResize else { return PixelSize(height: height, width: width) }
    var (height, width) = (height, width)
    let ratio = max(Double(height) / Double(maxSize.height), Double(width) / Double(maxSize.width))
    if ratio > 1 {
      height = Int((Double(height) / ratio).rounded(.down))
      width = Int((Double(width) / ratio).rounded(.down))
    }
    // Python's (0 - 1) // n + 1 is 0: a side that vanishes is refused.
    return PixelSize(
      height: (height + patchSize.height - 1) / patchSize.height * patchSize.height,
      width: (width + patchSize.width - 1) / patchSize.width * patchSize.width)
  }

  /// The tensors of pictures of any sizes, converted to RGB first. Without padding, pictures that become different sizes
  /// are `pixel_values.0`, `pixel_values.1` and so on.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, and for one that vanishes; `.limitExceeded` for more than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    let sizes = try images.eachSize { (picture) throws(GenbaError) in
      resizedSize(height: picture.height, width: picture.width)
    }
    let largest = PixelSize(height: sizes.map(\.height).max() ?? 0, width: sizes.map(\.width).max() ?? 0)
    let pictures = try images.viewed { (picture) throws(GenbaError) in
      let resized = resizedSize(height: picture.height, width: picture.width)
      return [
        PictureView(
          of: picture, resizes: doResize ? [resized] : [], seen: .topLeft(doPad ? largest : resized))
      ]
    }
    var bundle = TensorBundle()
    try PlaneBatch(filter: filter, normalization: normalization, background: .zeros)
      .set(&bundle, pictures, dtype: dtype)
    bundle.set("image_sizes", to: sizes)
    return bundle
  }

  /// One for each ``patchSize``.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? {
    let size = try [PixelSize(height: height, width: width)].eachSize {
      resizedSize(height: $0.height, width: $0.width)
    }
    return size[0].height / patchSize.height * (size[0].width / patchSize.width)
  }
}

extension PixtralImageProcessor {
  /// The settings of `file`; keys that it lacks keep their defaults.
  ///
  /// - Parameter processor: The model's `processor_config.json`, whose patch and merge size count before those of `file`.
  init(_ file: ConfigurationFile, processor: ConfigurationFile?, isPixtralProcessor: Bool) throws(GenbaError) {
    doResize = try file.step("do_resize") ?? doResize
    if file.isObject("size"), let edge = try file.block("size")?.integer("longest_edge", in: 1...1 << 16) {
      maxSize = PixelSize(height: edge, width: edge)
    } else {
      maxSize = try file.exactSize("size") ?? maxSize
    }
    patchSize = try file.exactSize("patch_size") ?? patchSize
    if isPixtralProcessor {
      let patch = try processor?.integer("patch_size", in: 1...1024) ?? 16
      let side = patch * (try processor?.integer("spatial_merge_size", in: 1...64) ?? 1)
      patchSize = PixelSize(height: side, width: side)
    }
    doPad = try file.bool("do_pad") ?? doPad
    filter = try file.resample()?.filter ?? filter
    normalization = try file.normalization(defaults: normalization)
  }
}
