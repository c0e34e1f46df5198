public import GenbaCore
public import GenbaVision

/// Pictures for Segment Anything: the longest edge of one length, and zeros to the right and below.
///
/// Equal bit for bit to transformers 5.23's `SamImageProcessor` with torchvision 0.26, given the same RGB bytes, without
/// its segmentation maps.
///
/// ```swift
/// let tensors = try SamImageProcessor()(image)
/// tensors["pixel_values"]          // float32 [pictures, 3, 1024, 1024]
/// tensors["original_sizes"]        // int64 [pictures, 2]: rows and columns of each picture
/// tensors["reshaped_input_sizes"]  // int64 [pictures, 2]: the same after resizing, without the padding
/// ```
public struct SamImageProcessor: ImageProcessor, Hashable {
  /// Whether pictures are resized.
  public var doResize = true
  /// The length of the longest edge after resizing.
  public var longestEdge = 1024
  /// What pictures are padded to; `nil` leaves them as they are.
  public var padSize: PixelSize? = PixelSize(height: 1024, width: 1024)
  /// The weights of the resize.
  public var filter = ImageResizer.Filter.bilinear
  /// What becomes of pixel values.
  public var normalization = Normalization.imageNet

  /// A processor with the defaults of transformers' class.
  public init() {}

  /// `_get_preprocess_shape`: halves are rounded up.
  public func resizedSize(height: Int, width: Int) -> PixelSize {
    guard doResize else { return PixelSize(height: height, width: width) }
    let scale = Double(longestEdge) / Double(max(height, width))
    return PixelSize(height: Int(Double(height) * scale + 0.5), width: Int(Double(width) * scale + 0.5))
  }

  /// The tensors of pictures of any sizes, converted to RGB first. Without padding, pictures that become different sizes
  /// are `pixel_values.0`, `pixel_values.1` and so on.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, and for one that vanishes or is larger than the padding.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    var resizedSizes: [PixelSize] = []
    let pictures = try images.viewed { (picture) throws(GenbaError) in
      let resized = resizedSize(height: picture.height, width: picture.width)
      let padded = padSize ?? resized
      guard resized.height <= padded.height, resized.width <= padded.width else {
        throw GenbaError(
          .mismatchedInputs, "a picture of \(picture) becomes \(resized), which \(padded) of padding cannot hold")
      }
      resizedSizes.append(resized)
      return [PictureView(of: picture, resizes: doResize ? [resized] : [], seen: .topLeft(padded))]
    }
    var bundle = TensorBundle()
    try PlaneBatch(filter: filter, normalization: normalization, background: .zeros)
      .set(&bundle, pictures, dtype: dtype)
    bundle.set("original_sizes", to: pictures.map(\.size))
    bundle.set("reshaped_input_sizes", to: resizedSizes)
    return bundle
  }
}

extension Tiling.Tile {
  /// The first rows and columns.
  static func topLeft(_ size: PixelSize) -> Tiling.Tile {
    Tiling.Tile(rows: 0..<size.height, columns: 0..<size.width)
  }
}

extension SamImageProcessor {
  /// The settings of `file`; keys that it lacks keep their defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    doResize = try file.step("do_resize") ?? doResize
    longestEdge = try file.longestEdge("size") ?? longestEdge
    padSize = try file.exactSize("pad_size") ?? padSize
    if try file.bool("do_pad") == false { padSize = nil }
    filter = try file.resample()?.filter ?? filter
    normalization = try file.normalization(defaults: normalization)
  }
}
