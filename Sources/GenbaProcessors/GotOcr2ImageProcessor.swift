public import GenbaCore
public import GenbaVision

/// Pictures for InternVL, and others that take GOT-OCR2's tiles: a grid of tiles in the picture's shape, and the whole
/// picture behind them.
///
/// Equal bit for bit to transformers 5.23's `GotOcr2ImageProcessor` with torchvision 0.26, given the same RGB bytes.
///
/// ```swift
/// var processor = GotOcr2ImageProcessor()
/// processor.cropToPatches = true  // as InternVLProcessor asks for
/// let tensors = try processor(image)
/// tensors["pixel_values"]  // float32 [Σ tiles, 3, 384, 384], the tiles row by row
/// tensors["num_patches"]   // int64 [pictures]: tiles of each
/// ```
public struct GotOcr2ImageProcessor: ImageProcessor, Hashable {
  /// Whether pictures are cut into tiles; without it each is one tile.
  public var cropToPatches = false
  /// The fewest tiles of a grid.
  public var minPatches = 1
  /// The most tiles of a grid.
  public var maxPatches = 12
  /// Whether a picture that is not cut is resized to a tile.
  public var doResize = true
  /// A tile.
  public var size = PixelSize(height: 384, width: 384)
  /// The weights of resizes.
  public var filter = ImageResizer.Filter.bicubic
  /// Tokens of a tile (`image_seq_length` of the model's processor).
  public var imageSeqLength = 256
  /// What becomes of pixel values.
  public var normalization = Normalization.clip

  /// A processor with the defaults of transformers' class.
  public init() {}

  /// Where the tiles of a picture of that size lie.
  public func tiling(height: Int, width: Int) -> Tiling {
    .bestRatio(height: height, width: width, tile: size, minTiles: minPatches, maxTiles: maxPatches)
  }

  /// `pixel_values` and `num_patches` of pictures of any sizes, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures and for one without pixels; `.limitExceeded` for more than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    let pictures = try images.viewed { (picture) throws(GenbaError) in views(of: picture) }
    var bundle = TensorBundle()
    try PlaneBatch(filter: filter, normalization: normalization).set(&bundle, pictures, dtype: dtype)
    bundle.set("num_patches", to: pictures.map(\.views.count))
    return bundle
  }

  /// So many for each tile.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? {
    imageSeqLength * (try [PixelSize(height: height, width: width)].eachSize { views(of: $0).count })[0]
  }

  private func views(of picture: PixelSize) -> [PictureView] {
    guard cropToPatches else { return [PictureView(of: picture, resizes: doResize ? [size] : [])] }
    let tiles = PictureView.tiles(of: tiling(height: picture.height, width: picture.width), size: picture)
    return tiles.count == 1 ? tiles : tiles + [PictureView(of: picture, resizes: [size])]
  }
}

extension GotOcr2ImageProcessor {
  /// The settings of `file`; keys that it lacks keep their defaults.
  init(_ file: ConfigurationFile, processor: ConfigurationFile?) throws(GenbaError) {
    imageSeqLength = try processor?.integer("image_seq_length", in: 1...1 << 20) ?? imageSeqLength
    cropToPatches = try file.bool("crop_to_patches") ?? cropToPatches
    minPatches = try file.integer("min_patches", in: 1...1024) ?? minPatches
    maxPatches = try file.integer("max_patches", in: 1...1024) ?? maxPatches
    guard minPatches <= maxPatches else { throw file.wrong("min_patches", "at most max_patches, \(maxPatches)") }
    doResize = try file.step("do_resize") ?? doResize
    size = try file.exactSize("size") ?? size
    filter = try file.resample()?.filter ?? filter
    normalization = try file.normalization(defaults: normalization)
  }
}
