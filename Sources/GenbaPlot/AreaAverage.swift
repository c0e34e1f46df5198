internal import GenbaCore

/// Pixels, or single numbers, in a tensor: where the first one is, and how far it is to the next.
struct PixelGrid<Element: TensorElement> {
  var tensor: Tensor<Element>
  var offset = 0
  var height: Int
  var width: Int
  var channels = 1
  var rowStride: Int
  var columnStride: Int
  var channelStride = 1

  /// [height, width, channels] from the element at `offset` on.
  init(interleaved tensor: Tensor<Element>, height: Int, width: Int, channels: Int, offset: Int = 0) {
    self.tensor = tensor
    self.offset = offset
    self.height = height
    self.width = width
    self.channels = channels
    (rowStride, columnStride) = (width * channels, channels)
  }

  /// [channels, height, width] from the element at `offset` on.
  init(planar tensor: Tensor<Element>, height: Int, width: Int, channels: Int, offset: Int = 0) {
    self.tensor = tensor
    self.offset = offset
    self.height = height
    self.width = width
    self.channels = channels
    (rowStride, columnStride, channelStride) = (width, 1, height * width)
  }
}

extension PixelGrid {
  /// The mean of the pixels that each target pixel covers: [rows, columns, channels].
  ///
  /// Where a target pixel is smaller than a source pixel, the source's pixels appear as squares.
  func averaged(rows: [AreaShare], columns: [AreaShare]) -> [Float] {
    let span = tensor.span
    let lineCount = columns.count * channels
    // Each source row is averaged along its length once, then added to the target rows that it touches.
    var result = [Float](repeating: 0, count: rows.count * lineCount)
    var line = [Float](repeating: 0, count: lineCount)
    var lineRow = -1
    for (row, rowShare) in rows.enumerated() {
      for (step, rowWeight) in rowShare.weights.enumerated() {
        if rowShare.first + step != lineRow {
          lineRow = rowShare.first + step
          let start = offset + lineRow * rowStride
          for (column, share) in columns.enumerated() {
            for channel in 0..<channels {
              var sum: Float = 0
              var index = start + share.first * columnStride + channel * channelStride
              for weight in share.weights {
                sum += weight * Float(span[index].doubleValue)
                index += columnStride
              }
              line[column * channels + channel] = sum
            }
          }
        }
        for index in 0..<lineCount { result[row * lineCount + index] += rowWeight * line[index] }
      }
    }
    return result
  }
}

/// The source pixels that a target pixel covers, and how much of each; the weights add up to 1.
struct AreaShare {
  var first: Int
  var weights: [Float]

  /// Shares along one axis.
  ///
  /// - Parameters:
  ///   - range: The part of the source that the target shows, in source pixels. Beyond the source, its edge goes on.
  ///   - sourceCount: Source pixels, at least 1.
  ///   - targetCount: Target pixels.
  static func shares(of range: ClosedRange<Double>, sourceCount: Int, targetCount: Int) -> [AreaShare] {
    let size = (range.upperBound - range.lowerBound) / Double(targetCount)
    return (0..<targetCount).map { target in
      let start = range.lowerBound + Double(target) * size
      let low = min(max(start, 0), Double(sourceCount))
      let high = min(max(start + size, 0), Double(sourceCount))
      let first = min(Int(low), sourceCount - 1)
      let last = min(max(Int(high.rounded(.up)) - 1, first), sourceCount - 1)
      guard high > low else { return AreaShare(first: first, weights: [1]) }
      let weights = (first...last).map { source in
        Float((min(high, Double(source + 1)) - max(low, Double(source))) / (high - low))
      }
      return AreaShare(first: first, weights: weights)
    }
  }

  /// Shares of a whole axis.
  static func shares(sourceCount: Int, targetCount: Int) -> [AreaShare] {
    shares(of: 0...Double(sourceCount), sourceCount: sourceCount, targetCount: targetCount)
  }
}
