public import GenbaCore
public import GenbaVision

/// Pictures for image encoders that take one size: CLIP, SigLIP and PaliGemma, DINOv2 and DINOv3, ViT, ConvNeXT, BEiT,
/// DPT and Depth Anything.
///
/// Equal bit for bit to transformers 5.23's processors with torchvision 0.26, given the same RGB bytes: resize, centre
/// crop, rescale, normalise. DINOv3 resizes in float32; its values are within 5e-6.
///
/// ```swift
/// let processor = EncoderImageProcessor(.clip)
/// let tensors = try processor(image)
/// tensors["pixel_values"]  // float32 [pictures, 3, 224, 224]
/// ```
public struct EncoderImageProcessor: ImageProcessor, Hashable {
  /// The settings.
  public let configuration: Configuration

  /// A processor with these settings.
  public init(_ configuration: Configuration) { self.configuration = configuration }

  /// `pixel_values`, [pictures, 3, height, width], of pictures that are converted to RGB first.
  ///
  /// Where the model neither crops nor has one size, pictures may become different sizes: each is a tensor of its own
  /// then, `pixel_values.0`, `pixel_values.1` and so on, [3, height, width], as transformers gives a list.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, and for a picture that vanishes; `.limitExceeded` for more pixels
  ///   than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    let pictures = try images.viewed { (size) throws(GenbaError) in [try configuration.view(of: size)] }
    var bundle = TensorBundle()
    if configuration.rescalesFirst {
      bundle["pixel_values"] = try rescaledFirst(pictures, dtype)
      bundle.describe(configuration.normalization)
    } else {
      let batch = PlaneBatch(
        filter: configuration.resample.filter, normalization: configuration.normalization,
        background: configuration.sizeDivisor == nil ? .pixels(0) : .zeros)
      try batch.set(&bundle, pictures, dtype: dtype)
    }
    return bundle
  }

  /// The same for every picture.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? { configuration.imageSeqLength }
}

extension GenbaError {
  /// The same error, of one picture among several.
  func inPicture(_ index: Int) -> GenbaError {
    var named = self
    named.message = "picture \(index): \(message)"
    return named
  }
}
