extension Tiling {
  /// Tiles of one size that cover a picture and overlap their neighbours, without a resize.
  ///
  /// Along each axis there are as few tiles as the overlap allows. The last one ends at the picture's edge, and so
  /// overlaps the one before it by more. Along an axis on which the picture is smaller than a tile, there is one tile,
  /// which reaches beyond the picture.
  ///
  /// - Parameters:
  ///   - height: Rows of the picture, at least 1; fewer trap, as columns do.
  ///   - width: Its columns.
  ///   - tile: The size of a tile.
  ///   - overlap: Pixels that neighbours share at least; less than 0, or as much as a tile has, traps.
  public static func overlapping(height: Int, width: Int, tile: PixelSize, overlap: Int) -> Tiling {
    precondition(
      min(height, width) >= 1 && overlap >= 0 && overlap < min(tile.height, tile.width),
      "tiles of \(tile) that overlap by \(overlap) on a picture of \(width)x\(height)")
    let rows = starts(length: height, tile: tile.height, step: tile.height - overlap)
    let columns = starts(length: width, tile: tile.width, step: tile.width - overlap)
    var tiling = Tiling(resizes: [], tile: tile, rowCount: rows.count, columnCount: columns.count)
    tiling.tiles = rows.flatMap { row in
      columns.map { column in Tile(rows: row..<row + tile.height, columns: column..<column + tile.width) }
    }
    return tiling
  }

  private static func starts(length: Int, tile: Int, step: Int) -> [Int] {
    guard length > tile else { return [0] }
    return Array(stride(from: 0, to: length - tile, by: step)) + [length - tile]
  }
}
