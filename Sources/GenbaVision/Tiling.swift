public import GenbaCore

/// How a picture is cut into tiles: what it is resized to first, and where each tile lies then.
///
/// The rules of models with tiles, by name, and overlapping tiles for the inspection of large pictures:
///
/// ```swift
/// let tiling = Tiling.overlapping(height: 3000, width: 4000, tile: PixelSize(height: 640, width: 640), overlap: 64)
/// for (tile, pixels) in zip(tiling.tiles, tiling.cut(rgb)) { print(tile.rows, tile.columns, pixels.shape) }
/// ```
public struct Tiling: Sendable, Hashable {
  /// A tile's place on the resized picture. It may reach beyond the picture.
  public struct Tile: Sendable, Hashable {
    /// Rows of pixels.
    public var rows: Range<Int>
    /// Columns of pixels.
    public var columns: Range<Int>

    /// A tile at these rows and columns.
    public init(rows: Range<Int>, columns: Range<Int>) {
      self.rows = rows
      self.columns = columns
    }

    /// Its rows and columns, counted.
    public var size: PixelSize { PixelSize(height: rows.count, width: columns.count) }
  }

  /// What the picture is resized to, one size after the other; empty where it stays as it is. ``tiles`` lie on the last.
  public var resizes: [PixelSize]
  /// Tiles from top to bottom.
  public var rowCount: Int
  /// Tiles from left to right.
  public var columnCount: Int
  /// The tiles, row by row.
  public var tiles: [Tile]

  /// Equal tiles side by side.
  ///
  /// - Parameters:
  ///   - resizes: What the picture is resized to first.
  ///   - tile: The size of a tile.
  ///   - rowCount: Tiles from top to bottom.
  ///   - columnCount: Tiles from left to right.
  ///   - top: The first row of the first tile; below 0 where the picture is padded above.
  ///   - left: The first column of the first tile.
  public init(
    resizes: [PixelSize], tile: PixelSize, rowCount: Int, columnCount: Int, top: Int = 0, left: Int = 0
  ) {
    self.resizes = resizes
    self.rowCount = rowCount
    self.columnCount = columnCount
    tiles = (0..<rowCount * columnCount).map { index in
      let row = top + index / columnCount * tile.height
      let column = left + index % columnCount * tile.width
      return Tile(rows: row..<row + tile.height, columns: column..<column + tile.width)
    }
  }

  /// The tiles' pixels, uint8 [rows, columns, channels] each, of a picture [height, width, channels].
  ///
  /// - Parameters:
  ///   - pixels: The picture, of the size that the tiling was made for.
  ///   - filter: The weights of its resizes, with torchvision's arithmetic.
  ///   - fill: What is beyond the picture.
  public func cut(
    _ pixels: Tensor<UInt8>, filter: ImageResizer.Filter = .bicubic, fill: UInt8 = 0
  ) -> [Tensor<UInt8>] {
    var pixels = pixels
    for size in resizes {
      let resizer = ImageResizer(
        fromHeight: pixels.shape[0], width: pixels.shape[1], toHeight: size.height, width: size.width,
        channels: pixels.shape[2], filter: filter)
      pixels = resizer(pixels)
    }
    return tiles.map { pixels.window(rows: $0.rows, columns: $0.columns, fill: fill) }
  }
}
