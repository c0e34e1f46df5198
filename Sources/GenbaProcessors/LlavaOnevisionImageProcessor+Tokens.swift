public import GenbaCore
internal import GenbaVision

extension LlavaOnevisionImageProcessor {
  /// Those of the whole, those of the tiles without their padding, and one at the end of each of the tiles' rows; as
  /// `_get_number_of_features` of transformers 5.23's `LlavaOnevisionProcessor` counts them.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? {
    let tilings = try [PixelSize(height: height, width: width)].eachSize {
      tiling(height: $0.height, width: $0.width)
    }
    let side = Int(Double(numImageTokens).squareRoot())
    var (rows, columns) = (side * tilings[0].rowCount, side * tilings[0].columnCount)
    // Python rounds to 7 digits before it truncates, so that 9.9999999 is 10.
    func truncated(_ length: Double) -> Int { Int((length * 1e7).rounded(.toNearestOrEven) / 1e7) }
    if Double(width) / Double(height) > Double(columns) / Double(rows) {
      rows -= (rows - truncated(Double(height) * (Double(columns) / Double(width)))) / 2 * 2
    } else {
      columns -= (columns - truncated(Double(width) * (Double(rows) / Double(height)))) / 2 * 2
    }
    let ratio = (Double(rows * columns) / Double(anyresMax * side * side)).squareRoot()
    if ratio > 1.1 {
      rows = Int((Double(rows) / ratio).rounded(.down))
      columns = Int((Double(columns) / ratio).rounded(.down))
    }
    return rows * columns + rows + numImageTokens
  }
}
