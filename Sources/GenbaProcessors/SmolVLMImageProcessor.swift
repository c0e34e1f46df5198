public import GenbaCore
public import GenbaVision

/// Pictures for SmolVLM and Idefics3: tiles of the picture, and the whole picture behind them.
///
/// Equal bit for bit to transformers 5.23's `SmolVLMImageProcessor` and `Idefics3ImageProcessor`, given the same RGB bytes,
/// for pictures of one conversation. With torchvision 0.26, which has no Lanczos on tensors, transformers takes their
/// Pillow backend (`…Pil`, Pillow 13 here) unless it is told otherwise, and so does this; with the other ``backend``,
/// Lanczos is bicubic, as there.
///
/// ```swift
/// let tensors = try SmolVLMImageProcessor()(image)
/// tensors["pixel_values"]          // float32 [1, Σ tiles, 3, 364, 364]
/// tensors["pixel_attention_mask"]  // int64 [1, Σ tiles, 364, 364]: 1 for a pixel, 0 for padding
/// tensors["rows"]                  // int64 [1, pictures]: tiles from top to bottom; 0 for a picture that is not cut
/// tensors["cols"]                  // int64 [1, pictures]
/// ```
public struct SmolVLMImageProcessor: ImageProcessor, Hashable {
  /// Whether pictures are resized to ``longestEdge`` first.
  public var doResize = true
  /// The longest edge of a picture before it is cut.
  public var longestEdge = 4 * 364
  /// Whether pictures are cut; without it each is one tile.
  public var doImageSplitting = true
  /// A tile's side (`max_image_size`).
  public var maxImageSize = 364
  /// Whether there is a mask; as tiles have one size, nothing is padded.
  public var doPad = true
  /// The weights of resizes.
  public var resample = EncoderImageProcessor.Configuration.Resample.lanczos
  /// Whose arithmetic.
  public var backend = ImageBackend.pil
  /// Tokens of a tile (`image_seq_len` of the model's processor).
  public var imageSeqLen = 169
  /// What becomes of pixel values.
  public var normalization = Normalization.half

  /// A processor with the defaults of transformers' class.
  public init() {}

  /// Where the tiles of a picture of that size lie.
  public func tiling(height: Int, width: Int) -> Tiling {
    .splitting(height: height, width: width, longestEdge: doResize ? longestEdge : nil, tile: maxImageSize)
  }

  /// The tensors of pictures of any sizes that belong to one conversation, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures and for one without pixels; `.limitExceeded` for more than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    var grids: [PixelSize] = []
    let pictures = try images.viewed { (picture) throws(GenbaError) in
      let tiling = tiling(height: picture.height, width: picture.width)
      let isCut = doImageSplitting && tiling.tiles.count > 1
      grids.append(
        isCut ? PixelSize(height: tiling.rowCount, width: tiling.columnCount) : PixelSize(height: 0, width: 0))
      let tiles = doImageSplitting ? PictureView.tiles(of: tiling, size: picture) : []
      guard isCut || !doImageSplitting else { return tiles }
      // The whole is made of what the tiles were cut from, or without tiles, of what the first resize gave.
      let whole = doImageSplitting ? tiling.resizes : tiling.resizes.dropLast()
      return tiles
        + [PictureView(of: picture, resizes: whole + [PixelSize(height: maxImageSize, width: maxImageSize)])]
    }
    var bundle = TensorBundle()
    var normalization = normalization
    normalization.backend = backend
    let filter = backend == .pil && resample == .lanczos ? .lanczos : resample.filter
    bundle["pixel_values"] = try PlaneBatch(filter: filter, normalization: normalization)
      .padded([pictures], dtype: dtype)
    bundle.describe(normalization)
    if doPad {
      bundle.set(
        "pixel_attention_mask",
        to: Tensor<Int64>(repeating: 1, shape: [1, pictures.viewCount, maxImageSize, maxImageSize]))
    }
    bundle.set("rows", to: grids.map(\.height), shape: [1, grids.count])
    bundle.set("cols", to: grids.map(\.width), shape: [1, grids.count])
    return bundle
  }

  /// So many for each tile and for the whole picture.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? {
    let tiles = try [PixelSize(height: height, width: width)].eachSize {
      doImageSplitting ? tiling(height: $0.height, width: $0.width).tiles.count : 1
    }
    return imageSeqLen * (tiles[0] > 1 ? tiles[0] + 1 : 1)
  }
}

extension SmolVLMImageProcessor {
  /// The settings of `file`; keys that it lacks keep their defaults.
  init(_ file: ConfigurationFile, processor: ConfigurationFile?) throws(GenbaError) {
    imageSeqLen = try processor?.integer("image_seq_len", in: 1...1 << 20) ?? imageSeqLen
    doResize = try file.step("do_resize") ?? doResize
    longestEdge = try file.longestEdge("size") ?? longestEdge
    doImageSplitting = try file.bool("do_image_splitting") ?? doImageSplitting
    maxImageSize = try file.longestEdge("max_image_size") ?? maxImageSize
    doPad = try file.bool("do_pad") ?? doPad
    resample = try file.resample() ?? resample
    normalization = try file.normalization(defaults: normalization)
  }
}
