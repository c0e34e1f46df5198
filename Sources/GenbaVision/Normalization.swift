public import GenbaCore
internal import GenbaKernels

/// What becomes of pixel values 0 … 255 on their way into a model: rescaled, then normalised.
public struct Normalization: Sendable, Hashable, Codable {
  /// Whether values are multiplied by ``rescaleFactor``.
  public var doRescale: Bool
  /// 1/255 in nearly every model.
  public var rescaleFactor: Double
  /// What is added after that; -1 in ViViT, 0 elsewhere. Where it is not 0, mean and deviation are applied in a step of
  /// their own.
  public var rescaleOffset = 0.0
  /// Whether ``imageMean`` is subtracted and ``imageStd`` divided by.
  public var doNormalize: Bool
  /// For each channel, in units after rescaling.
  public var imageMean: [Double]
  /// For each channel, in units after rescaling; not 0.
  public var imageStd: [Double]

  /// OpenAI CLIP's mean and standard deviation, which Qwen2-VL and Qwen2.5-VL took over.
  public static let clip = Normalization(
    imageMean: [0.48145466, 0.4578275, 0.40821073], imageStd: [0.26862954, 0.26130258, 0.27577711])
  /// 0.5 and 0.5: values from -1 to 1 (SigLIP, Qwen3-VL).
  public static let half = Normalization(imageMean: [0.5, 0.5, 0.5], imageStd: [0.5, 0.5, 0.5])

  /// ImageNet's mean and standard deviation (DINOv2, DINOv3).
  public static let imageNet = Normalization(imageMean: [0.485, 0.456, 0.406], imageStd: [0.229, 0.224, 0.225])

  /// A normalisation; a mean and a standard deviation of different lengths, or a deviation of 0, trap.
  public init(
    doRescale: Bool = true, rescaleFactor: Double = 1 / 255.0, doNormalize: Bool = true, imageMean: [Double],
    imageStd: [Double]
  ) {
    precondition(imageMean.count == imageStd.count, "\(imageMean.count) means and \(imageStd.count) deviations")
    precondition(imageStd.allSatisfy { $0 != 0 }, "a deviation of 0 cannot be divided by")
    self.doRescale = doRescale
    self.rescaleFactor = rescaleFactor
    self.doNormalize = doNormalize
    self.imageMean = imageMean
    self.imageStd = imageStd
  }

  /// float32 [channels, 256]: what becomes of each value of each channel, bit for bit as transformers 5.23's
  /// torchvision backend computes it: mean and deviation divided by the rescale factor in float32 when both steps are
  /// on and there is no offset, then (x - mean) / std.
  public var table: Tensor<Float> {
    let isFused = doRescale && doNormalize && rescaleOffset == 0
    return Tensor(shape: [imageMean.count, 256]) { output in
      for (mean, std) in zip(imageMean, imageStd) {
        let scale = isFused ? Float(1 / rescaleFactor) : 1
        let (mean, std) = (Float(mean) * scale, Float(std) * scale)
        for value in 0..<256 {
          var x = Float(value)
          if doRescale && !isFused { x = x * Float(rescaleFactor) + Float(rescaleOffset) }
          output.append(doNormalize ? (x - mean) / std : x)
        }
      }
    }
  }

  /// float32 [channels, height, width] of uint8 [height, width, channels]; other channels than the mean has trap.
  ///
  /// ```swift
  /// let pixelValues = Normalization.clip.planes(of: rgb)  // [3, 224, 224] of uint8 [224, 224, 3]
  /// ```
  public func planes(of pixels: Tensor<UInt8>) -> Tensor<Float> {
    precondition(
      pixels.rank == 3 && pixels.shape[2] == imageMean.count,
      "pixels of shape \(pixels.shape) and \(imageMean.count) means")
    return Tensor(shape: [pixels.shape[2], pixels.shape[0], pixels.shape[1]]) { output in
      appendPlanes(of: pixels, to: &output)
    }
  }

  /// Appends ``planes(of:)`` to `output`, one picture of a batch; too little room traps too.
  ///
  /// ```swift
  /// let pixelValues = Tensor<Float>(shape: [2, 3, 224, 224]) { output in
  ///   for picture in pictures { Normalization.half.appendPlanes(of: picture, to: &output) }
  /// }
  /// ```
  public func appendPlanes(of pixels: Tensor<UInt8>, to output: inout OutputSpan<Float>) {
    precondition(
      pixels.rank == 3 && pixels.shape[2] == imageMean.count,
      "pixels of shape \(pixels.shape) and \(imageMean.count) means")
    let table = table
    NormalizePlanes.run(
      pixels.span, height: pixels.shape[0], width: pixels.shape[1], channels: pixels.shape[2], table: table.span,
      into: &output)
  }
}
