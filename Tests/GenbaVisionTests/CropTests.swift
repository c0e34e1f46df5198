import GenbaCore
import GenbaVision
import Testing

/// Moves of whole pixels, against where each pixel must come from.
@Suite struct CropTests {
  private let pixels = Tensor<Int32>((0..<5 * 7 * 2).map { Int32($0) }, shape: [5, 7, 2])

  private func expected(_ rows: Range<Int>, _ columns: Range<Int>, fill: Int32) -> Tensor<Int32> {
    var values: [Int32] = []
    for row in rows {
      for column in columns {
        for channel in 0..<2 {
          let isInside = (0..<5).contains(row) && (0..<7).contains(column)
          values.append(isInside ? pixels[row, column, channel] : fill)
        }
      }
    }
    return Tensor(values, shape: [rows.count, columns.count, 2])
  }

  @Test func aWindowMayReachOutside() {
    for (rows, columns) in [
      (0..<5, 0..<7), (1..<3, 2..<7), (-2..<3, 4..<9), (-3..<8, -1..<8), (6..<8, 0..<2), (1..<2, -9 ..< -4),
    ] {
      #expect(
        pixels.window(rows: rows, columns: columns, fill: -1) == expected(rows, columns, fill: -1),
        "\(rows), \(columns)")
    }
  }

  @Test func aCropIsItsPixels() {
    #expect(pixels.cropped(rows: 1..<4, columns: 2..<3) == expected(1..<4, 2..<3, fill: 0))
    #expect(pixels.cropped(rows: 2..<2, columns: 0..<7).shape == [0, 7, 2])
  }

  /// Odd differences: one pixel more is cut off below and to the right, and one more is added there.
  @Test func theMiddleIsCutAsTransformersDoes() {
    #expect(pixels.centerCropped(height: 2, width: 4, fill: 9) == expected(1..<3, 1..<5, fill: 9))
    #expect(pixels.centerCropped(height: 8, width: 10, fill: 9) == expected(-1..<7, -1..<9, fill: 9))
    #expect(pixels.centerCropped(height: 8, width: 3, fill: 9) == expected(-1..<7, 2..<5, fill: 9))
  }

  @Test func cropsBeyondThePictureTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor<UInt8>(repeating: 0, shape: [5, 7, 3]).cropped(rows: 0..<6, columns: 0..<7)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor<UInt8>(repeating: 0, shape: [5, 7]).window(rows: 0..<1, columns: 0..<1, fill: 0)
    }
  }
}
