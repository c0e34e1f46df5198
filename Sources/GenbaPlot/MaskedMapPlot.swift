public import GenbaCore

/// A picture of a number for each pixel, such as a disparity or a confidence, with a colour bar in its unit.
///
/// Pixels without a value are a checkerboard, and the note under the map says how many have one. The range goes from the
/// 1st to the 99th percentile, so that single wrong values do not wash out the rest.
///
/// ```swift
/// let picture = MaskedMapPlot(title: "press", quantity: "disparity", unit: "px")(
///   disparity.pixels, mask: disparity.validMask)
/// ```
public struct MaskedMapPlot: Sendable {
  /// The longer side of the map in the picture, in pixels.
  public var size: Int
  /// The colours of the values.
  public var colorMap: ColorMap
  /// The first line, left.
  public var title: String?
  /// What the values are, beside the map's size in the first line; `nil` for nothing.
  public var quantity: String?
  /// What the values count, above the colour bar.
  public var unit: String

  /// A plot; sizes below 200 trap.
  public init(
    size: Int = 900, colorMap: ColorMap = .viridis, title: String? = nil, quantity: String? = nil, unit: String
  ) {
    precondition(size >= 200, "a map of \(size) pixels cannot be read")
    self.size = size
    self.colorMap = colorMap
    self.title = title
    self.quantity = quantity
    self.unit = unit
  }

  /// The picture, uint8 RGB, of float32 [height, width] and its mask; shapes that differ, or hold nothing, trap.
  public func callAsFunction(_ values: Tensor<Float>, mask: Tensor<Bool>) -> Image {
    precondition(
      values.rank == 2 && values.shape == mask.shape && values.count > 0,
      "a map of shape \(values.shape) with a mask of shape \(mask.shape)")
    let (rows, columns) = (values.shape[0], values.shape[1])
    let scale = Double(size) / Double(max(rows, columns))
    let panel = SurfacePanel(
      rect: PixelRect(
        left: Self.margin, top: PlotLayout.top, width: max(200, Int((Double(columns) * scale).rounded())),
        height: max(80, Int((Double(rows) * scale).rounded()))))
    var canvas = Canvas(width: panel.rect.right + PlotLayout.right, height: panel.rect.bottom + 36)
    let caption = "\(columns) × \(rows)" + (quantity.map { " · \($0)" } ?? "")
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: Self.margin, right: PlotLayout.right)
    let (numbers, valid) = (Array(values), Array(mask))
    let known = numbers.indices.filter { valid[$0] && numbers[$0].isFinite }.map { numbers[$0] }.sorted()
    let range = Self.range(of: known)
    let table = colorMap.table
    let step = 255 / (range.upperBound - range.lowerBound)
    panel.draw(on: &canvas, height: rows, width: columns) { index in
      guard valid[index] && numbers[index].isFinite else { return nil }
      let place = min(max((Double(numbers[index]) - range.lowerBound) * step, 0), 255)
      return table[Int(place.rounded())]
    }
    panel.drawNote(on: &canvas, validShare: Double(known.count) / Double(values.count))
    PlotPanel(rect: panel.rect, xRange: 0...1, yRange: range).drawColorBar(
      on: &canvas, colorMap, range: range, title: unit)
    return canvas.image
  }

  private static let margin = 24

  /// From the 1st to the 99th percentile, and never empty.
  private static func range(of sorted: [Float]) -> ClosedRange<Double> {
    guard !sorted.isEmpty else { return 0...1 }
    let low = Double(sorted[(sorted.count - 1) / 100])
    let high = Double(sorted[(sorted.count - 1) * 99 / 100])
    return high - low > 1e-6 * abs(high) + 1e-9 ? low...high : low - 0.5...low + 0.5
  }
}
