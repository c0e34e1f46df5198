public import GenbaCore
internal import GenbaVision

/// Pictures for image encoders that take one size: CLIP, SigLIP, DINOv2 and DINOv3, ViT, ConvNeXT, BEiT.
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
  /// - Throws: `.mismatchedInputs` for no pictures, and for pictures that become different sizes, which cannot be where
  ///   the model crops or has one size; `.limitExceeded` for more pixels than fit.
  public func callAsFunction(_ images: [Image]) throws(GenbaError) -> TensorBundle {
    guard !images.isEmpty else { throw GenbaError(.mismatchedInputs, "there are no pictures to process") }
    var geometries: [EncoderGeometry] = []
    for (index, image) in images.enumerated() {
      do throws(GenbaError) {
        let geometry = try EncoderGeometry(height: image.height, width: image.width, configuration)
        let first = geometries.first ?? geometry
        guard geometry.rows.count == first.rows.count, geometry.columns.count == first.columns.count else {
          throw GenbaError(
            .mismatchedInputs,
            "this becomes \(geometry.columns.count)x\(geometry.rows.count), but the first picture \(first.columns.count)x\(first.rows.count); process them one by one"
          )
        }
        geometries.append(geometry)
      } catch {
        throw images.count > 1 ? error.inPicture(index) : error
      }
    }
    let (height, width) = (geometries[0].rows.count, geometries[0].columns.count)
    let (bytes, overflow) = (12 * height * width).multipliedReportingOverflow(by: images.count)
    let limit = DecodeLimits().frameBytes
    guard !overflow, bytes <= limit else {
      throw GenbaError(
        .limitExceeded,
        "\(images.count) pictures of \(width)x\(height) are more than \(limit) bytes; process fewer at a time")
    }
    var spent: Tensor<UInt8>?
    let pixelValues = Tensor<Float>(shape: [images.count, 3, height, width]) { output in
      for (image, geometry) in zip(images, geometries) {
        if configuration.rescalesFirst {
          appendRescaledFirst(image.rgbPixels, geometry, to: &output)
        } else {
          let pixels = geometry.view(of: image.rgbPixels, resample: configuration.resample, reusing: &spent)
          configuration.normalization.appendPlanes(of: pixels, to: &output)
          spent = pixels
        }
      }
    }
    var bundle = TensorBundle()
    bundle.set("pixel_values", to: pixelValues)
    return bundle
  }
}

extension GenbaError {
  /// The same error, of one picture among several.
  func inPicture(_ index: Int) -> GenbaError {
    var named = self
    named.message = "picture \(index): \(message)"
    return named
  }
}
