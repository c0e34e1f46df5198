public import GenbaCore
internal import GenbaKernels

/// Whose arithmetic a processor of transformers computes with; most models' default is torchvision.
public enum ImageBackend: String, Sendable, Hashable, Codable, CaseIterable {
  /// torchvision's, in transformers' `TorchvisionBackend`.
  case torchvision
  /// Pillow's and numpy's, in transformers' `PilBackend`.
  case pil
}

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
  /// Whose arithmetic; the last bits differ.
  public var backend = ImageBackend.torchvision

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

  /// float32 [channels, 256]: what becomes of each value of each channel, bit for bit as transformers 5.23 computes it.
  public var table: Tensor<Float> {
    Tensor(shape: [imageMean.count, 256]) { output in
      for (mean, std) in zip(imageMean, imageStd) {
        for value in 0..<256 {
          switch backend {
          case .torchvision: output.append(fused(Float(value), mean: mean, std: std))
          case .pil: output.append(stepwise(Float(value), mean: mean, std: std))
          }
        }
      }
    }
  }

  /// `TorchvisionBackend.rescale_and_normalize`: mean and deviation are divided by the rescale factor in float32 when both
  /// steps are on and there is no offset, then (x - mean) / std.
  private func fused(_ x: Float, mean: Double, std: Double) -> Float {
    let isFused = doRescale && doNormalize && rescaleOffset == 0
    let scale = isFused ? Float(1 / rescaleFactor) : 1
    let rescaled = doRescale && !isFused ? x * Float(rescaleFactor) + Float(rescaleOffset) : x
    return doNormalize ? (rescaled - Float(mean) * scale) / (Float(std) * scale) : rescaled
  }

  /// `rescale` and `normalize` of `image_transforms.py`: a product in float64, rounded to float32, then (x - mean) / std.
  private func stepwise(_ x: Float, mean: Double, std: Double) -> Float {
    let rescaled = doRescale ? Float(Double(x) * rescaleFactor + rescaleOffset) : x
    return doNormalize ? (rescaled - Float(mean)) / Float(std) : rescaled
  }

  /// [channels, 256]: ``table``, each value rounded to `Element`.
  public func table<Element: PixelElement>(of _: Element.Type) -> Tensor<Element> {
    let table = table
    let values = table.span
    return Tensor(shape: table.shape) { output in
      for index in 0..<values.count { output.append(Element(values[index])) }
    }
  }
}

extension Normalization {
  /// What is around a picture where more rows or columns are asked for than it has.
  public enum Background: Sendable, Hashable, Codable {
    /// Pixels with this value in every channel, normalised like the picture's: 0 is black, 255 white.
    case pixels(UInt8)
    /// Zeros, after the normalisation.
    case zeros

    /// What it is in each channel, by the channel's part of `table`, [channels, 256].
    func value<Element: PixelElement>(channel: Int, table: Span<Element>) -> Element {
      switch self {
      case .pixels(let value): table[256 * channel + Int(value)]
      case .zeros: Element(0)
      }
    }
  }

  /// float32 [channels, height, width] of uint8 [height, width, channels]; other channels than the mean has trap.
  ///
  /// ```swift
  /// let pixelValues = Normalization.clip.planes(of: rgb)  // [3, 224, 224] of uint8 [224, 224, 3]
  /// ```
  public func planes(of pixels: Tensor<UInt8>) -> Tensor<Float> {
    Tensor(shape: [imageMean.count] + pixels.shape.prefix(2)) { output in appendPlanes(of: pixels, to: &output) }
  }

  /// Appends [channels, rows, columns] of a part of uint8 [height, width, channels] to `output`: one picture, or one
  /// tile, of a batch. Too little room, and other channels than the mean has, trap.
  ///
  /// ```swift
  /// let pixelValues = Tensor<Float16>(shape: [2, 3, 224, 224]) { output in
  ///   for picture in pictures { Normalization.half.appendPlanes(of: picture, to: &output) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - pixels: The picture.
  ///   - rows: Which rows; `nil` for all. They may reach beyond the picture.
  ///   - columns: Which columns, in the same way.
  ///   - background: What is beyond the picture.
  ///   - output: Where the values go.
  public func appendPlanes<Element: PixelElement>(
    of pixels: Tensor<UInt8>, rows: Range<Int>? = nil, columns: Range<Int>? = nil, background: Background = .pixels(0),
    to output: inout OutputSpan<Element>
  ) {
    precondition(
      pixels.rank == 3 && pixels.shape[2] == imageMean.count,
      "pixels of shape \(pixels.shape) and \(imageMean.count) means")
    let table = table(of: Element.self)
    let values = table.span
    NormalizePlanes.run(
      pixels.span, height: pixels.shape[0], width: pixels.shape[1], channels: pixels.shape[2],
      rows: rows ?? 0..<pixels.shape[0], columns: columns ?? 0..<pixels.shape[1], table: values,
      background: { background.value(channel: $0, table: values) }, into: &output)
  }

  /// Appends patches one after the other, row by row, each [patchSize, patchSize, channels], of the upper left part of
  /// uint8 [height, width, channels]: SigLIP 2 NaFlex's layout. Patches beyond the picture, and too little room, trap.
  public func appendPatches<Element: PixelElement>(
    of pixels: Tensor<UInt8>, patchSize: Int, rowCount: Int, columnCount: Int, to output: inout OutputSpan<Element>
  ) {
    precondition(
      pixels.rank == 3 && pixels.shape[2] == imageMean.count,
      "pixels of shape \(pixels.shape) and \(imageMean.count) means")
    let table = table(of: Element.self)
    for row in 0..<rowCount {
      for column in 0..<columnCount {
        NormalizePlanes.runInterleaved(
          pixels.span, width: pixels.shape[1], channels: pixels.shape[2],
          rows: row * patchSize..<(row + 1) * patchSize, columns: column * patchSize..<(column + 1) * patchSize,
          table: table.span, into: &output)
      }
    }
  }
}
