public import GenbaCore
public import GenbaVision

/// Pictures for Qwen2-VL, Qwen2.5-VL and Qwen3-VL.
///
/// Equal bit for bit to transformers 5.23's `Qwen2VLImageProcessor` with torchvision 0.26, given the same RGB bytes:
/// ``SmartResize``, torchvision's uint8 resize, normalisation in float32, patches.
///
/// ```swift
/// let processor = Qwen2VLImageProcessor(.qwen2VLImage)
/// let tensors = try processor(image)
/// tensors["pixel_values"]    // float32 [Σ h·w, 3 · 2 · 14 · 14]
/// tensors["image_grid_thw"]  // int64 [pictures, 3]: 1, h, w in patches
/// ```
public struct Qwen2VLImageProcessor: ImageProcessor, Hashable {
  /// The settings.
  public let configuration: QwenVisionConfiguration

  /// A processor with these settings.
  public init(_ configuration: QwenVisionConfiguration) { self.configuration = configuration }

  /// `pixel_values` and `image_grid_thw` of pictures of any sizes, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, for sides more than 200 times as long as each other, and without
  ///   resizing for sides that the patches do not divide; `.limitExceeded` for more pixels than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    let sizes = try images.eachSize { (picture) throws(GenbaError) in
      try configuration.resizedSize(height: picture.height, width: picture.width)
    }
    let grids = sizes.map { [1, $0.height / configuration.patchSize, $0.width / configuration.patchSize] }
    let elements = 3 * configuration.temporalPatchSize * configuration.patchSize * configuration.patchSize
    let shape = [grids.reduce(0) { $0 + $1[1] * $1[2] }, elements]
    try PlaneBatch.checkSize(shape, dtype)
    var bundle = TensorBundle()
    bundle["pixel_values"] = pixelValues(dtype.elementType, images, sizes, shape: shape)
    configuration.describe(&bundle)
    bundle.set("image_grid_thw", to: grids.flatMap(\.self), shape: [images.count, 3])
    return bundle
  }

  /// One for each square of patches that are merged.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? {
    let size = try configuration.resizedSize(height: height, width: width)
    return size.height / configuration.factor * (size.width / configuration.factor)
  }

  private func pixelValues<Element: PixelElement>(
    _: Element.Type, _ images: [Image], _ sizes: [(height: Int, width: Int)], shape: [Int]
  ) -> AnyTensor {
    let patchify = configuration.patchify
    var spent: Tensor<UInt8>?
    return AnyTensor(
      Tensor<Element>(shape: shape) { output in
        for (image, size) in zip(images, sizes) {
          let resizer = ImageResizer(
            fromHeight: image.height, width: image.width, toHeight: size.height, width: size.width,
            filter: configuration.filter)
          let resized = resizer(image.rgbPixels, reusing: &spent)
          patchify.append([resized], to: &output)
          spent = resized
        }
      })
  }
}

extension QwenVisionConfiguration {
  /// Writes down what ``SeenPictures`` needs to make pictures of patches again.
  func describe(_ bundle: inout TensorBundle) {
    bundle.describe(normalization)
    bundle.metadata["merge_size"] = "\(mergeSize)"
    bundle.metadata["temporal_patch_size"] = "\(temporalPatchSize)"
  }

  /// The size of a picture after resizing.
  func resizedSize(height: Int, width: Int) throws(GenbaError) -> (height: Int, width: Int) {
    if doResize {
      return try SmartResize(factor: factor, minPixels: minPixels, maxPixels: maxPixels)(height: height, width: width)
    }
    guard height > 0, width > 0, height % factor == 0, width % factor == 0 else {
      throw GenbaError(
        .mismatchedInputs,
        "a picture of \(width)x\(height) cannot be cut into squares of \(factor) pixels, and do_resize is off")
    }
    return (height, width)
  }
}
