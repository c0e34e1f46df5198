public import GenbaCore
public import GenbaVision

/// Pictures for transformers' own pi0.
///
/// Equal bit for bit to transformers 5.23's `PI0ImageProcessor`: resized to fit, bicubic with antialiasing, normalised,
/// then padded below and to the right with 0, which is middle gray. LeRobot's pi0 is another one:
/// ``LeRobotImageProcessor``.
///
/// ```swift
/// let tensors = try PI0ImageProcessor()(images)
/// tensors["pixel_values"]  // float32 [pictures, 3, 224, 224]
/// ```
public struct PI0ImageProcessor: ImageProcessor, Hashable {
  /// What pictures are resized to fit into.
  public var maxHeight = 224, maxWidth = 224
  /// Rows and columns of the result; at least as many as pictures are resized to.
  public var padHeight = 224, padWidth = 224
  /// What becomes of pixel values.
  public var normalization = Normalization.half

  /// The defaults of the class.
  public init() {}

  /// `pixel_values` of pictures of any sizes, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, and for one that would vanish.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    guard !images.isEmpty else { throw GenbaError(.mismatchedInputs, "there are no pictures to process") }
    let fit = EncoderImageProcessor.Configuration.Size.fit(maxHeight: maxHeight, maxWidth: maxWidth)
    var sizes: [PixelSize] = []
    for (index, image) in images.enumerated() {
      let isEmpty = image.height == 0 || image.width == 0
      let size = isEmpty ? PixelSize(height: 0, width: 0) : fit.resized(height: image.height, width: image.width)
      guard size.height > 0, size.width > 0 else {
        throw GenbaError(
          .mismatchedInputs,
          "picture \(index) of \(image.width)x\(image.height) becomes less than a pixel high or wide; torch refuses it too"
        )
      }
      sizes.append(size)
    }
    let pixelValues = Tensor<Float>(shape: [images.count, 3, padHeight, padWidth]) { output in
      for (image, size) in zip(images, sizes) {
        let resizer = ImageResizer(
          fromHeight: image.height, width: image.width, toHeight: size.height, width: size.width)
        let planes = normalization.planes(of: resizer(image.rgbPixels))
        let source = planes.span
        for row in 0..<3 * size.height {
          for index in row * size.width..<(row + 1) * size.width { output.append(source[index]) }
          output.append(repeating: 0, count: padWidth - size.width)
          if row % size.height == size.height - 1 {
            output.append(repeating: 0, count: (padHeight - size.height) * padWidth)
          }
        }
      }
    }
    var bundle = TensorBundle()
    bundle["pixel_values"] = dtype.rounding(pixelValues)
    return bundle
  }
}

extension PI0ImageProcessor {
  /// The settings of a config file; keys that it lacks keep the class's values.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    let sides = 1...1 << 14
    if let size = try file.block("size") {
      guard let height = try size.integer("max_height", in: sides), let width = try size.integer("max_width", in: sides)
      else { throw file.wrong("size", "a max_height and a max_width") }
      (maxHeight, maxWidth) = (height, width)
    }
    if let size = try file.block("pad_size") {
      padHeight = try size.integer("height", in: sides) ?? padHeight
      padWidth = try size.integer("width", in: sides) ?? padWidth
    }
    guard padHeight >= maxHeight, padWidth >= maxWidth else {
      throw file.wrong("pad_size", "at least as large as what pictures are resized to, \(maxWidth)x\(maxHeight)")
    }
    for (key, value) in [("do_resize", true), ("do_pad", true), ("do_center_crop", false)] {
      guard try file.bool(key) ?? value == value else { throw file.wrong(key, "\(value), as pi0 has it") }
    }
    if try file.integer("resample", in: 0...5) ?? 3 != 3 { throw file.wrong("resample", "3, as pi0 has it") }
    normalization = try file.normalization(defaults: normalization)
  }
}
