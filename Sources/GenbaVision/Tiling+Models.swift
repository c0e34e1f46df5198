// The rules by which models cut pictures into tiles, as transformers 5.23 has them, with Python's double precision and
// rounding. Sizes below 1 trap.

extension Tiling {
  /// InternVL's rule, and GOT-OCR2's: the grid of tiles whose shape is nearest to the picture's, which is stretched to
  /// fill it. Of grids that are as near, the one with more tiles counts if it has less than twice the picture's pixels.
  ///
  /// `get_optimal_tiled_canvas` of `image_processing_got_ocr2.py`. A model adds the whole picture, resized to one tile,
  /// behind the tiles where there is more than one.
  ///
  /// - Parameters:
  ///   - height: Rows of the picture, at least 1; fewer trap, as all sizes and counts do.
  ///   - width: Its columns.
  ///   - tile: The size of a tile.
  ///   - minTiles: The fewest tiles of a grid.
  ///   - maxTiles: The most; fewer than `minTiles` traps.
  public static func bestRatio(
    height: Int, width: Int, tile: PixelSize, minTiles: Int = 1, maxTiles: Int = 12
  ) -> Tiling {
    checkSizes(height, width, tile.height, tile.width, minTiles, maxTiles)
    let grid = nearestGrid(
      height: height, width: width, tilePixels: Double(tile.height) * Double(tile.width), counts: minTiles...maxTiles)
    let canvas = PixelSize(height: tile.height * grid.rows, width: tile.width * grid.columns)
    return Tiling(resizes: [canvas], tile: tile, rowCount: grid.rows, columnCount: grid.columns)
  }

  /// The grid of a number of tiles in `counts` whose ratio of columns to rows is nearest to the picture's of width to
  /// height.
  private static func nearestGrid(
    height: Int, width: Int, tilePixels: Double, counts: ClosedRange<Int>
  ) -> (rows: Int, columns: Int) {
    let ratio = Double(width) / Double(height)
    let area = Double(width) * Double(height)
    // Sorted by the number of tiles, and among as many by their columns.
    var grids: [(rows: Int, columns: Int)] = []
    for count in counts {
      for columns in 1...count where count % columns == 0 { grids.append((count / columns, columns)) }
    }
    var best = (rows: 1, columns: 1)
    var bestDifference = Double.infinity
    for grid in grids {
      let difference = abs(ratio - Double(grid.columns) / Double(grid.rows))
      let isAsNear = difference == bestDifference && area > 0.5 * tilePixels * Double(grid.rows * grid.columns)
      if difference < bestDifference || isAsNear {
        bestDifference = difference
        best = grid
      }
    }
    return best
  }

  /// LLaVA-OneVision's rule: of the sizes that the model allows, the one that keeps the most of the picture's pixels and
  /// wastes the fewest; the picture is fitted into it and centred, and the whole is cut into tiles.
  ///
  /// `select_best_resolution` and `get_patch_output_size` of `image_processing_utils.py`, with the padding of
  /// `image_processing_llava_onevision.py`. A model puts the whole picture, resized to one tile, in front.
  ///
  /// - Parameters:
  ///   - height: Rows of the picture.
  ///   - width: Its columns.
  ///   - tile: The side of a tile; pinpoints that it does not divide trap.
  ///   - pinpoints: The sizes that the model allows, at least one.
  public static func anyResolution(height: Int, width: Int, tile: Int, pinpoints: [PixelSize]) -> Tiling {
    checkSizes(height, width, tile)
    precondition(
      !pinpoints.isEmpty && pinpoints.allSatisfy { $0.height % tile == 0 && $0.width % tile == 0 },
      "sizes that tiles of \(tile) pixels fill")
    let pixels = height * width
    var best = (size: pinpoints[0], effective: 0, wasted: Int.max)
    for size in pinpoints {
      let scale = min(Double(size.width) / Double(width), Double(size.height) / Double(height))
      let effective = min(Int(Double(width) * scale) * Int(Double(height) * scale), pixels)
      let wasted = size.height * size.width - effective
      if effective > best.effective || (effective == best.effective && wasted < best.wasted) {
        best = (size, effective, wasted)
      }
    }
    let canvas = best.size
    let (across, down) = (Double(canvas.width) / Double(width), Double(canvas.height) / Double(height))
    var fitted = canvas
    if across < down {
      fitted.height = min(Int((Double(height) * across).rounded(.up)), canvas.height)
    } else {
      fitted.width = min(Int((Double(width) * down).rounded(.up)), canvas.width)
    }
    return Tiling(
      resizes: [fitted], tile: PixelSize(height: tile, width: tile), rowCount: canvas.height / tile,
      columnCount: canvas.width / tile, top: -((canvas.height - fitted.height) / 2),
      left: -((canvas.width - fitted.width) / 2))
  }

  /// SmolVLM's rule, and Idefics3's: the longest edge becomes `longestEdge`, both edges the next multiple of the tile.
  /// A picture that is one tile then is not cut.
  ///
  /// `resize`, `resize_for_vision_encoder` and `split_images` of `image_processing_smolvlm.py`. A model adds the whole
  /// picture, resized to one tile, behind the tiles of a picture that is cut.
  ///
  /// - Parameters:
  ///   - height: Rows of the picture.
  ///   - width: Its columns.
  ///   - longestEdge: The longest edge after the first resize; `nil` leaves that resize out.
  ///   - tile: The side of a tile.
  public static func splitting(height: Int, width: Int, longestEdge: Int?, tile: Int) -> Tiling {
    checkSizes(height, width, longestEdge ?? 1, tile)
    var size = PixelSize(height: height, width: width)
    var resizes: [PixelSize] = []
    if let longestEdge {
      size = .smolVLM(height: height, width: width, longestEdge: longestEdge)
      resizes.append(size)
    }
    // At least one tile: rounding may leave nothing of a line of pixels.
    func up(_ length: Int) -> Int { max((length + tile - 1) / tile, 1) * tile }
    let ratio = Double(size.width) / Double(size.height)
    if size.width >= size.height {
      size.width = up(size.width)
      size.height = up(Int(Double(size.width) / ratio))
    } else {
      size.height = up(size.height)
      size.width = up(Int(Double(size.height) * ratio))
    }
    resizes.append(size)
    return Tiling(
      resizes: resizes, tile: PixelSize(height: tile, width: tile), rowCount: size.height / tile,
      columnCount: size.width / tile)
  }

  /// Gemma 3's pan and scan: crops side by side along the longer edge of a picture that is long enough, without a
  /// resize; none otherwise. The last crop may be smaller.
  ///
  /// `pan_and_scan_batched` of `image_processing_gemma3.py`. A model puts the whole picture in front, and resizes each to
  /// its size.
  ///
  /// - Parameters:
  ///   - height: Rows of the picture, at least 1; fewer trap.
  ///   - width: Its columns.
  ///   - minCropSize: The shortest side of a crop, in pixels; a picture that would give shorter ones is not cropped.
  ///   - maxNumCrops: The most crops.
  ///   - minRatioToActivate: How many times as long as the shorter edge the longer one must be.
  public static func panAndScan(
    height: Int, width: Int, minCropSize: Int = 256, maxNumCrops: Int = 4, minRatioToActivate: Double = 1.2
  ) -> Tiling {
    checkSizes(height, width, minCropSize, maxNumCrops)
    let none = Tiling(resizes: [], tile: PixelSize(height: height, width: width), rowCount: 0, columnCount: 0)
    let (long, short) = (max(height, width), min(height, width))
    let ratio = Double(long) / Double(short)
    if ratio < minRatioToActivate { return none }
    let count = min(maxNumCrops, max(2, min(long / minCropSize, Int((ratio + 0.5).rounded(.down)))))
    let length = (long + count - 1) / count
    if min(length, short) < minCropSize { return none }
    // Rounding up may leave nothing for the last crops.
    let parts = stride(from: 0, to: min(length * count, long), by: length).map { $0..<min($0 + length, long) }
    var tiling = none
    if width >= height {
      (tiling.rowCount, tiling.columnCount) = (1, parts.count)
      tiling.tiles = parts.map { Tile(rows: 0..<height, columns: $0) }
    } else {
      (tiling.rowCount, tiling.columnCount) = (parts.count, 1)
      tiling.tiles = parts.map { Tile(rows: $0, columns: 0..<width) }
    }
    return tiling
  }

  /// Phi-4-multimodal's dynamic HD: as many tiles as cover the picture, or, if those are too many, the grid of the nearest
  /// shape; the picture is fitted into it at the upper left.
  ///
  /// `dynamic_preprocess` of `image_processing_phi4_multimodal.py`. A model puts the whole, resized to one tile, in front.
  ///
  /// - Parameters:
  ///   - height: Rows of the picture, at least 1; fewer trap.
  ///   - width: Its columns.
  ///   - tile: The side of a tile, in pixels.
  ///   - maxTiles: The most tiles.
  public static func dynamicHD(height: Int, width: Int, tile: Int, maxTiles: Int = 36) -> Tiling {
    checkSizes(height, width, tile, maxTiles)
    var grid = (rows: (height + tile - 1) / tile, columns: (width + tile - 1) / tile)
    if grid.rows * grid.columns > maxTiles {
      grid = nearestGrid(height: height, width: width, tilePixels: Double(tile) * Double(tile), counts: 1...maxTiles)
    }
    let canvas = PixelSize(height: tile * grid.rows, width: tile * grid.columns)
    let (across, down) = (Double(canvas.width) / Double(width), Double(canvas.height) / Double(height))
    var fitted = canvas
    if across < down {
      fitted.height = Int(Double(height) * across)
    } else {
      fitted.width = Int(Double(width) * down)
    }
    return Tiling(
      resizes: [fitted], tile: PixelSize(height: tile, width: tile), rowCount: grid.rows, columnCount: grid.columns)
  }

  private static func checkSizes(_ sizes: Int...) {
    precondition(sizes.allSatisfy { $0 >= 1 }, "sizes of a picture and its tiles are above 0: \(sizes)")
  }
}

extension PixelSize {
  /// A picture's size when its longest edge becomes `longestEdge`, and then at most 4096: SmolVLM's and Idefics3's
  /// `get_resize_output_image_size`. The other edge becomes even, if it was not bounded by the 4096.
  public static func smolVLM(height: Int, width: Int, longestEdge: Int) -> PixelSize {
    let ratio = Double(width) / Double(height)
    func even(_ length: Double) -> Int { max((Int(length) + 1) / 2 * 2, 1) }
    var size =
      width >= height
      ? PixelSize(height: even(Double(longestEdge) / ratio), width: longestEdge)
      : PixelSize(height: longestEdge, width: even(Double(longestEdge) * ratio))
    let limit = 4096
    let bounded = Double(size.width) / Double(size.height)
    if size.width >= size.height, size.width > limit {
      size = PixelSize(height: max(Int(Double(limit) / bounded), 1), width: limit)
    } else if size.height > size.width, size.height > limit {
      size = PixelSize(height: limit, width: max(Int(Double(limit) * bounded), 1))
    }
    return size
  }
}
