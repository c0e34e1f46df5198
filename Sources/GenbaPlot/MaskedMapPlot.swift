public import GenbaCore

/// A picture of a number for each pixel, such as a disparity or a depth, with a colour bar in its unit.
///
/// Pixels without a value are hatched, and the caption says how many have one. The range goes from the 1st to the 99th
/// percentile, so that single wrong values do not wash out the rest.
///
/// ```swift
/// let picture = MaskedMapPlot(title: "press", unit: "px")(disparity.pixels, mask: disparity.validMask)
/// ```
public struct MaskedMapPlot: Sendable {
  /// The longer side of the map in the picture, in pixels.
  public var size: Int
  /// The colours of the values.
  public var colorMap: ColorMap
  /// The first line, left.
  public var title: String?
  /// What the values count, above the colour bar.
  public var unit: String

  /// A plot; sizes below 200 trap.
  public init(size: Int = 900, colorMap: ColorMap = .viridis, title: String? = nil, unit: String) {
    precondition(size >= 200, "a map of \(size) pixels cannot be read")
    self.size = size
    self.colorMap = colorMap
    self.title = title
    self.unit = unit
  }

  /// The picture, uint8 RGB, of float32 [height, width] and its mask; shapes that differ, or hold nothing, trap.
  public func callAsFunction(_ values: Tensor<Float>, mask: Tensor<Bool>) -> Image {
    precondition(
      values.rank == 2 && values.shape == mask.shape && values.count > 0,
      "a map of shape \(values.shape) with a mask of shape \(mask.shape)")
    let (rows, columns) = (values.shape[0], values.shape[1])
    let scale = Double(size) / Double(max(rows, columns))
    let rect = PixelRect(
      left: Self.margin, top: PlotLayout.top, width: max(200, Int((Double(columns) * scale).rounded())),
      height: max(80, Int((Double(rows) * scale).rounded())))
    var canvas = Canvas(
      width: rect.right + PlotLayout.right, height: rect.bottom + Self.margin)
    let (numbers, valid) = (values.span, mask.span)
    var known: [Float] = []
    for index in 0..<numbers.count where valid[index] && numbers[index].isFinite { known.append(numbers[index]) }
    let share = Int((100 * Double(known.count) / Double(values.count)).rounded())
    PlotLayout.drawTitle(
      on: &canvas, title, caption: "\(columns)x\(rows), \(share) % valid", left: Self.margin, right: PlotLayout.right)
    let range = Self.range(of: &known)
    let table = colorMap.table
    let step = 255 / (range.upperBound - range.lowerBound)
    for y in 0..<rect.height {
      // The pixel in whose middle the map is looked at: values are never mixed with what is invalid.
      let row = min(y * rows / rect.height, rows - 1)
      for x in 0..<rect.width {
        let index = row * columns + min(x * columns / rect.width, columns - 1)
        if valid[index] && numbers[index].isFinite {
          let place = min(max((Double(numbers[index]) - range.lowerBound) * step, 0), 255)
          canvas[rect.left + x, rect.top + y] = table[Int(place.rounded())]
        } else {
          canvas[rect.left + x, rect.top + y] = (x + y) % 8 < 2 ? Color(0x9A9A9A) : Color(0xE4E4E4)
        }
      }
    }
    let panel = PlotPanel(rect: rect, xRange: 0...1, yRange: range)
    canvas.outline(rect, Theme.frame)
    panel.drawColorBar(on: &canvas, colorMap, range: range, title: unit)
    return canvas.image
  }

  private static let margin = 24

  /// From the 1st to the 99th percentile, and never empty.
  private static func range(of known: inout [Float]) -> ClosedRange<Double> {
    guard !known.isEmpty else { return 0...1 }
    known.sort()
    let low = Double(known[(known.count - 1) / 100])
    let high = Double(known[(known.count - 1) * 99 / 100])
    return high - low > 1e-6 * abs(high) + 1e-9 ? low...high : low - 0.5...low + 0.5
  }
}
