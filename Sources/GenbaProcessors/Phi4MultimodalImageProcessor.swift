public import GenbaCore
public import GenbaVision

/// Pictures for Phi-4-multimodal: tiles of the picture on a white ground, and the whole in front of them.
///
/// Equal to transformers 5.23's `Phi4MultimodalImageProcessor` with torchvision 0.26, given the same RGB bytes: the tiles
/// bit for bit, and the whole, which is resized in float32, within 1e-5.
///
/// ```swift
/// let tensors = try Phi4MultimodalImageProcessor()(image)
/// tensors["image_pixel_values"]    // float32 [pictures, most tiles, 3, 448, 448], zeros behind the last tile
/// tensors["image_sizes"]           // int64 [pictures, 2]: rows and columns of all tiles together
/// tensors["image_attention_mask"]  // float32 [pictures, most tiles, 32, 32]: 1 for a patch with a part of the picture
/// tensors["num_img_tokens"]        // int64 [pictures]
/// ```
public struct Phi4MultimodalImageProcessor: ImageProcessor, Hashable {
  /// A tile's side.
  public var size = 448
  /// Pixels along a patch's side.
  public var patchSize = 14
  /// The most tiles of a picture, the whole not counted.
  public var dynamicHD = 36
  /// The weights with which the whole is resized; tiles are cut from a bilinear resize.
  public var filter = ImageResizer.Filter.bicubic
  /// What becomes of pixel values.
  public var normalization = Normalization.half

  /// A processor with the defaults of transformers' class.
  public init() {}

  /// Where the tiles of a picture of that size lie; parts of them may be beyond it, white.
  public func tiling(height: Int, width: Int) -> Tiling {
    .dynamicHD(height: height, width: width, tile: size, maxTiles: dynamicHD)
  }

  /// The tensors of pictures of any sizes, converted to RGB first.
  ///
  /// - Throws: `.mismatchedInputs` for no pictures, and for one so narrow that fewer than 10 pixels are left of a side;
  ///   `.limitExceeded` for more than fit.
  public func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle {
    let tilings = try images.eachSize { (picture) throws(GenbaError) in try checkedTiling(picture) }
    let slots = 1 + (tilings.map(\.tiles.count).max() ?? 0)
    let shape = [images.count, slots, 3, size, size]
    try PlaneBatch.checkSize(shape, dtype)
    let masks = tilings.map { PatchMask($0, tile: size, patch: patchSize) }
    let sizes = tilings.map { PixelSize(height: $0.rowCount * size, width: $0.columnCount * size) }
    var bundle = TensorBundle()
    bundle["image_pixel_values"] = pixelValues(dtype.elementType, images, tilings, shape: shape)
    bundle.describe(normalization)
    bundle.set("image_sizes", to: sizes)
    let side = size / patchSize
    bundle.set(
      "image_attention_mask",
      to: Tensor<Float>(shape: [images.count, slots, side, side]) { output in
        for mask in masks {
          output.append(repeating: 1, count: side * side)
          mask.append(to: &output)
          output.append(repeating: 1, count: (slots - 1 - mask.tileCount) * side * side)
        }
      })
    bundle.set("num_img_tokens", to: masks.map(\.tokenCount))
    return bundle
  }

  /// `num_img_tokens`.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? {
    let tiling = try [PixelSize(height: height, width: width)].eachSize { (picture) throws(GenbaError) in
      try checkedTiling(picture)
    }
    return PatchMask(tiling[0], tile: size, patch: patchSize).tokenCount
  }

  private func checkedTiling(_ picture: PixelSize) throws(GenbaError) -> Tiling {
    let tiling = tiling(height: picture.height, width: picture.width)
    let fitted = tiling.resizes[0]
    guard min(fitted.height, fitted.width) >= 10 else {
      throw GenbaError(
        .mismatchedInputs,
        "a picture of \(picture) becomes \(fitted), and the model's reference takes no side below 10 pixels")
    }
    return tiling
  }

  private func pixelValues<Element: PixelElement>(
    _: Element.Type, _ images: [Image], _ tilings: [Tiling], shape: [Int]
  ) -> AnyTensor {
    let table = normalization.table
    return AnyTensor(
      Tensor<Element>(shape: shape) { output in
        for (image, tiling) in zip(images, tilings) {
          let canvas = canvas(image.rgbPixels, tiling)
          let resizer = FloatImageResizer(
            fromHeight: canvas.shape[0], width: canvas.shape[1], toHeight: size, width: size,
            filter: filter == .bilinear ? .bilinear : .bicubic, antialias: false)
          let whole = Tensor<Float>(shape: [3, size, size]) { resizer.append(canvas, table: table, to: &$0) }
          let values = whole.span
          for index in 0..<values.count { output.append(Element(values[index])) }
          for tile in tiling.tiles {
            normalization.appendPlanes(of: canvas, rows: tile.rows, columns: tile.columns, to: &output)
          }
          let rest = shape[1] - 1 - tiling.tiles.count
          output.append(repeating: Element(0), count: rest * 3 * size * size)
        }
      })
  }

  /// All tiles together: the picture, and white to the right or below.
  private func canvas(_ pixels: Tensor<UInt8>, _ tiling: Tiling) -> Tensor<UInt8> {
    let fitted = tiling.resizes[0]
    let resizer = ImageResizer(
      fromHeight: pixels.shape[0], width: pixels.shape[1], toHeight: fitted.height, width: fitted.width,
      filter: .bilinear)
    return resizer(pixels).window(
      rows: 0..<tiling.rowCount * size, columns: 0..<tiling.columnCount * size, fill: 255)
  }
}

/// Which patches of the tiles hold a part of the picture.
private struct PatchMask {
  private let rowCount: Int, columnCount: Int
  /// Patches along a tile's side.
  private let side: Int
  /// Patches from the top and from the left that hold a part of the picture.
  private let seenRows: Int, seenColumns: Int

  init(_ tiling: Tiling, tile: Int, patch: Int) {
    (rowCount, columnCount) = (tiling.rowCount, tiling.columnCount)
    side = tile / patch
    let fitted = tiling.resizes[0]
    seenRows = side * rowCount - (tile * rowCount - fitted.height) / patch
    seenColumns = side * columnCount - (tile * columnCount - fitted.width) / patch
  }

  var tileCount: Int { rowCount * columnCount }

  private func isSeen(_ row: Int, _ column: Int) -> Bool { row < seenRows && column < seenColumns }

  /// [tiles, side, side].
  func append(to output: inout OutputSpan<Float>) {
    for tile in 0..<tileCount {
      for row in 0..<side {
        for column in 0..<side {
          output.append(isSeen(tile / columnCount * side + row, tile % columnCount * side + column) ? 1 : 0)
        }
      }
    }
  }

  /// The whole's 256 tokens, one between it and the tiles, one for each second patch of each second row that is seen, one
  /// for the end of each of those rows, and 16 for the ends of the whole's rows.
  var tokenCount: Int {
    let rows = (0..<rowCount).flatMap { tile in stride(from: 0, to: side, by: 2).map { tile * side + $0 } }
    let columns = (0..<columnCount).flatMap { tile in stride(from: 0, to: side, by: 2).map { tile * side + $0 } }
    let seen = rows.count { $0 < seenRows }
    return 256 + 1 + seen * columns.count { $0 < seenColumns } + (seenColumns > 0 ? seen : 0) + 16
  }
}

extension Phi4MultimodalImageProcessor {
  /// The settings of `file`; keys that it lacks keep their defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    if let exact = try file.exactSize("size") {
      guard exact.height == exact.width else { throw file.wrong("size", "a square's height and width") }
      size = exact.height
    }
    patchSize = try file.integer("patch_size", in: 1...1024) ?? patchSize
    guard patchSize <= size else { throw file.wrong("patch_size", "at most the size of a tile, \(size)") }
    dynamicHD = try file.integer("dynamic_hd", in: 1...1024) ?? dynamicHD
    filter = try file.resample()?.filter ?? filter
    normalization = try file.normalization(defaults: normalization)
  }
}
