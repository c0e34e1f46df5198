public import GenbaCore
internal import GenbaVision

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
  public func callAsFunction(_ images: [Image]) throws(GenbaError) -> TensorBundle {
    guard !images.isEmpty else { throw GenbaError(.mismatchedInputs, "there are no pictures to process") }
    let patchify = configuration.patchify
    var grids: [Int64] = []
    var sizes: [(height: Int, width: Int)] = []
    var patchCount = 0
    for (index, image) in images.enumerated() {
      let size: (height: Int, width: Int)
      do {
        size = try configuration.resizedSize(height: image.height, width: image.width)
      } catch {
        var named = error
        if images.count > 1 { named.message = "picture \(index): \(error.message)" }
        throw named
      }
      let (gridHeight, gridWidth) = (size.height / patchify.patchSize, size.width / patchify.patchSize)
      grids += [1, Int64(gridHeight), Int64(gridWidth)]
      sizes.append(size)
      patchCount += gridHeight * gridWidth
    }
    let elements = 3 * patchify.temporalPatchSize * patchify.patchSize * patchify.patchSize
    try Self.checkSize(patchCount: patchCount, elements: elements)
    var spent: Tensor<UInt8>?
    let pixelValues = Tensor<Float>(shape: [patchCount, elements]) { output in
      for (image, size) in zip(images, sizes) {
        let resizer = ImageResizer(
          fromHeight: image.height, width: image.width, toHeight: size.height, width: size.width,
          filter: configuration.filter)
        let resized = resizer(image.rgbPixels, reusing: &spent)
        patchify.append([resized], to: &output)
        spent = resized
      }
    }
    var bundle = TensorBundle()
    bundle.set("pixel_values", to: pixelValues)
    bundle.set("image_grid_thw", to: Tensor(grids, shape: [images.count, 3]))
    return bundle
  }

  /// Throws if a tensor of so many patches is larger than one call may return.
  static func checkSize(patchCount: Int, elements: Int) throws(GenbaError) {
    let (bytes, overflow) = (patchCount * elements).multipliedReportingOverflow(by: 4)
    let limit = DecodeLimits().frameBytes
    guard !overflow, bytes <= limit else {
      throw GenbaError(
        .limitExceeded,
        "\(patchCount) patches of \(elements) floats are more than \(limit) bytes; process fewer pictures or frames at a time"
      )
    }
  }
}

extension QwenVisionConfiguration {
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
