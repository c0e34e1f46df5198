public import GenbaCore
public import GenbaVision

/// Pictures for SigLIP 2 NaFlex: as many patches as fit the model, in the picture's own shape.
///
/// Equal bit for bit to transformers 5.23's `Siglip2ImageProcessor` with torchvision 0.26, given the same RGB bytes.
///
/// ```swift
/// let processor = Siglip2ImageProcessor()
/// let tensors = try processor(image)
/// tensors["pixel_values"]          // float32 [pictures, 256, 16 · 16 · 3], zeros behind the last patch
/// tensors["pixel_attention_mask"]  // int32 [pictures, 256]: 1 for a patch, 0 for none
/// tensors["spatial_shapes"]        // int64 [pictures, 2]: rows and columns of patches
/// ```
public struct Siglip2ImageProcessor: ImageProcessor, Hashable {
  /// Whether pictures are resized; without it, what is left of whole patches is cut off.
  public var doResize = true
  /// With what weights.
  public var filter = ImageResizer.Filter.bilinear
  /// Pixels along a patch's side.
  public var patchSize = 16
  /// The most patches, and the length of the output.
  public var maxNumPatches = 256
  /// What becomes of pixel values.
  public var normalization = Normalization.half

  /// A processor with the defaults of transformers' class, which are the checkpoints'.
  public init() {}

  /// `pixel_values`, `pixel_attention_mask` and `spatial_shapes` of pictures of any sizes, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, for pictures without pixels, so long that a row of patches is too
  ///   many, or, without resizing, of more patches than the model takes; `.limitExceeded` for more pixels than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    let shapes = try images.eachSize { (picture) throws(GenbaError) in
      try spatialShape(height: picture.height, width: picture.width)
    }
    let shape = [images.count, maxNumPatches, 3 * patchSize * patchSize]
    try PlaneBatch.checkSize(shape, dtype)
    let mask = shapes.flatMap { shape in (0..<maxNumPatches).map { Int32($0 < shape.rows * shape.columns ? 1 : 0) } }
    var bundle = TensorBundle()
    bundle["pixel_values"] = pixelValues(dtype.elementType, images, shapes, shape: shape)
    bundle.describe(normalization)
    bundle.set("pixel_attention_mask", to: Tensor(mask, shape: [images.count, maxNumPatches]))
    bundle.set("spatial_shapes", to: shapes.flatMap { [$0.rows, $0.columns] }, shape: [images.count, 2])
    return bundle
  }

  /// One for each patch that holds a part of the picture.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? {
    let shape = try spatialShape(height: height, width: width)
    return shape.rows * shape.columns
  }

  private func pixelValues<Element: PixelElement>(
    _: Element.Type, _ images: [Image], _ shapes: [(rows: Int, columns: Int)], shape: [Int]
  ) -> AnyTensor {
    var spent: Tensor<UInt8>?
    return AnyTensor(
      Tensor<Element>(shape: shape) { output in
        for (image, patches) in zip(images, shapes) {
          let resizer = ImageResizer(
            fromHeight: image.height, width: image.width,
            toHeight: doResize ? patches.rows * patchSize : image.height,
            width: doResize ? patches.columns * patchSize : image.width, filter: filter)
          let resized = resizer(image.rgbPixels, reusing: &spent)
          normalization.appendPatches(
            of: resized, patchSize: patchSize, rowCount: patches.rows, columnCount: patches.columns, to: &output)
          output.append(
            repeating: Element(0), count: (maxNumPatches - patches.rows * patches.columns) * shape[2])
          spent = resized
        }
      })
  }

  /// Rows and columns of patches of a picture of that size.
  func spatialShape(height: Int, width: Int) throws(GenbaError) -> (rows: Int, columns: Int) {
    let shape = doResize ? fitted(height: height, width: width) : (height / patchSize, width / patchSize)
    guard shape.0 > 0, shape.1 > 0, shape.0 * shape.1 <= maxNumPatches else {
      throw GenbaError(
        .mismatchedInputs,
        "a picture of \(width)x\(height) becomes \(shape.1)x\(shape.0) patches of \(patchSize) pixels, but the model takes 1 to \(maxNumPatches)"
      )
    }
    return shape
  }

  /// transformers' `get_image_size_for_max_num_patches`: the largest scale, found by halving, at which the patches are
  /// not too many.
  private func fitted(height: Int, width: Int) -> (Int, Int) {
    func patches(_ scale: Double, _ side: Int) -> Int {
      max(1, Int((Double(side) * scale / Double(patchSize)).rounded(.up)))
    }
    var (low, high) = (1e-5 / 10, 100.0)
    while high - low >= 1e-5 {
      let scale = (low + high) / 2
      if patches(scale, height) * patches(scale, width) <= maxNumPatches { low = scale } else { high = scale }
    }
    return (patches(low, height), patches(low, width))
  }
}

extension Siglip2ImageProcessor {
  /// The settings of `file`; keys that it lacks keep their defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    doResize = try file.step("do_resize") ?? doResize
    filter = try file.resample()?.filter ?? filter
    patchSize = try file.integer("patch_size", in: 1...256) ?? patchSize
    maxNumPatches = try file.integer("max_num_patches", in: 1...1 << 20) ?? maxNumPatches
    normalization = try file.normalization(defaults: normalization)
  }
}
