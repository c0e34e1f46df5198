import GenbaCore
import GenbaVision
import Testing

/// Tilings by hand; that they are the models' own is in the goldens of the processors.
@Suite struct TilingTests {
  private let square = PixelSize(height: 448, width: 448)

  @Test func theNearestShapeIsChosen() {
    let wide = Tiling.bestRatio(height: 500, width: 1000, tile: square)
    #expect([wide.rowCount, wide.columnCount] == [1, 2] && wide.resizes == [PixelSize(height: 448, width: 896)])
    #expect(wide.tiles[1] == Tiling.Tile(rows: 0..<448, columns: 448..<896))
    // The same shape, with more than half of the pixels of 2 by 4 tiles.
    let large = Tiling.bestRatio(height: 1000, width: 2000, tile: square)
    #expect([large.rowCount, large.columnCount] == [2, 4])
    let column = Tiling.bestRatio(height: 5000, width: 10, tile: square, maxTiles: 6)
    #expect([column.rowCount, column.columnCount] == [6, 1])
  }

  @Test func aPictureIsCentredInTheBestResolution() {
    let pinpoints = [PixelSize(height: 100, width: 300), PixelSize(height: 200, width: 200)]
    let tiling = Tiling.anyResolution(height: 150, width: 180, tile: 100, pinpoints: pinpoints)
    #expect(tiling.resizes == [PixelSize(height: 167, width: 200)])
    #expect(tiling.tiles[0] == Tiling.Tile(rows: -16..<84, columns: 0..<100))
    #expect(tiling.tiles.count == 4)
  }

  @Test func smolVLMResizesTwice() {
    let tiling = Tiling.splitting(height: 480, width: 640, longestEdge: 1536, tile: 384)
    #expect(tiling.resizes == [PixelSize(height: 1152, width: 1536), PixelSize(height: 1152, width: 1536)])
    #expect([tiling.rowCount, tiling.columnCount] == [3, 4])
    let line = Tiling.splitting(height: 1, width: 4000, longestEdge: 1456, tile: 364)
    #expect([line.rowCount, line.columnCount] == [1, 4])
    #expect(PixelSize.smolVLM(height: 100, width: 333, longestEdge: 5000) == PixelSize(height: 1230, width: 4096))
  }

  @Test func longPicturesAreCropped() {
    #expect(Tiling.panAndScan(height: 900, width: 1000).tiles.isEmpty)
    #expect(Tiling.panAndScan(height: 255, width: 1000).tiles.isEmpty)
    let crops = Tiling.panAndScan(height: 1001, width: 300)
    #expect(crops.tiles.map(\.rows) == [0..<334, 334..<668, 668..<1001])
    #expect(crops.tiles.allSatisfy { $0.columns == 0..<300 } && crops.rowCount == 3 && crops.columnCount == 1)
    // Rounding up leaves nothing for the last of four crops.
    #expect(Tiling.panAndScan(height: 1, width: 5, minCropSize: 1, maxNumCrops: 4).tiles.count == 3)
  }

  @Test func dynamicHDCoversThePictureOrFitsIt() {
    let small = Tiling.dynamicHD(height: 500, width: 1000, tile: 448)
    #expect([small.rowCount, small.columnCount] == [2, 3] && small.resizes == [PixelSize(height: 672, width: 1344)])
    let large = Tiling.dynamicHD(height: 4000, width: 8000, tile: 448, maxTiles: 8)
    #expect([large.rowCount, large.columnCount] == [2, 4])
  }

  /// Every pixel is in a tile, neighbours share enough, and no tile could be left out.
  @Test(arguments: [(1, 1), (640, 640), (641, 639), (3000, 4001), (100, 5000)])
  func overlappingTilesCoverThePicture(height: Int, width: Int) {
    let tile = PixelSize(height: 640, width: 512)
    let tiling = Tiling.overlapping(height: height, width: width, tile: tile, overlap: 64)
    #expect(tiling.tiles.count == tiling.rowCount * tiling.columnCount && tiling.resizes.isEmpty)
    #expect(tiling.tiles.allSatisfy { $0.size == tile })
    let columns = (0..<tiling.columnCount).map { tiling.tiles[$0].columns }
    #expect(columns.first?.lowerBound == 0)
    #expect(columns.last?.upperBound == max(width, 512))
    for (left, right) in zip(columns, columns.dropFirst()) { #expect(left.upperBound - right.lowerBound >= 64) }
    let needed = width <= 512 ? 1 : (width - 64 + 447) / 448
    #expect(tiling.columnCount == needed)
  }

  @Test func tilesAreThePicturesPixels() {
    let pixels = Tensor<UInt8>(shape: [5, 7, 1]) { for index in 0..<35 { $0.append(UInt8(index + 1)) } }
    let tiling = Tiling.overlapping(height: 5, width: 7, tile: PixelSize(height: 6, width: 4), overlap: 1)
    let tiles = tiling.cut(pixels, fill: 99)
    #expect(tiles.map(\.shape) == [[6, 4, 1], [6, 4, 1]])
    #expect(tiles[0][4, 3, 0] == 32 && tiles[1][0, 0, 0] == 4 && tiles[1][5, 0, 0] == 99)
  }

  @Test func badCallsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Tiling.overlapping(height: 10, width: 10, tile: PixelSize(height: 4, width: 4), overlap: 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tiling.anyResolution(height: 9, width: 9, tile: 100, pinpoints: [PixelSize(height: 150, width: 100)])
    }
  }
}
