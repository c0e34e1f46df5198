internal import GenbaCore

/// Rows of numbers as curves, a strip for each, on one horizontal axis.
///
/// Where a pixel column stands for many numbers, a light band reaches from the lowest to the highest of them, and a
/// dark one shows their root mean square around zero.
struct CurveStrips {
  /// float32 [rows, columns].
  var values: Tensor<Float>
  var xRange: ClosedRange<Double>
  var yRange: ClosedRange<Double>
  /// What the vertical axis shows.
  var title: String
  /// What a row is called: `channel`.
  var rowName: String

  /// The most rows that are drawn; further ones are left out, and the title says so.
  private static let limit = 8

  var stripCount: Int { max(1, min(values.shape[0], Self.limit)) }

  /// Draws the strips and returns the lowest.
  ///
  /// - Parameter verticals: The ticks of the horizontal axis, for the grid.
  func draw(on canvas: inout Canvas, in rect: PixelRect, verticals: Ticks) -> PlotPanel {
    var panel = PlotPanel(rect: rect, xRange: xRange, yRange: yRange)
    // The labels at the ends of two strips must not touch.
    let gap = 18
    let height = (rect.height - gap * (stripCount - 1)) / stripCount
    for strip in 0..<stripCount {
      // The lowest takes what the division leaves.
      let top = rect.top + strip * (height + gap)
      panel.rect = PixelRect(
        left: rect.left, top: top, width: rect.width, height: strip == stripCount - 1 ? rect.bottom - top : height)
      let ticks = Ticks.numbers(in: yRange, atMost: panel.rect.height >= 100 ? 5 : 3)
      panel.drawGrid(on: &canvas, x: verticals, y: ticks)
      if strip < values.shape[0] { drawRow(strip, on: &canvas, in: panel) }
      let title = values.shape[0] > stripCount ? "\(title) (\(stripCount) of \(values.shape[0]) \(rowName)s)" : title
      panel.drawVerticalAxis(on: &canvas, ticks, title: strip == 0 ? title : "") { panel.y($0) }
      if values.shape[0] > 1 {
        canvas.draw(
          "\(rowName) \(strip)", x: Double(panel.rect.right) - 8, baseline: Double(panel.rect.top) + 17,
          style: .caption, alignment: .right)
      }
    }
    return panel
  }

  private func drawRow(_ row: Int, on canvas: inout Canvas, in panel: PlotPanel) {
    let (rect, count) = (panel.rect, values.shape[1])
    guard count > 0 else { return }
    let span = values.span.extracting(row * count..<(row + 1) * count)
    func place(_ value: Double) -> Double {
      min(max(panel.y(value), Double(rect.top)), Double(rect.bottom))
    }
    if count < 2 * rect.width {
      let line = (0..<count).map { index in
        let x = Double(rect.left) + (Double(index) + 0.5) * Double(rect.width) / Double(count)
        return Point(x, place(span[index].isNaN ? 0 : Double(span[index])))
      }
      canvas.stroke([line], width: 1.4, Theme.curve)
      // Few numbers, or a single one, are seen as dots.
      if count <= rect.width / 20 {
        for point in line { canvas.stroke([[point]], width: 6, Theme.curve) }
      }
      return
    }
    let light = Theme.background.mixed(with: Theme.curve, 0.45)
    for column in 0..<rect.width {
      var (low, high, squares) = (Double.infinity, -Double.infinity, 0.0)
      let (first, last) = (count * column / rect.width, count * (column + 1) / rect.width)
      for index in first..<last where !span[index].isNaN {
        let value = Double(span[index])
        low = min(low, value)
        high = max(high, value)
        squares += value * value
      }
      guard low <= high else { continue }
      let rms = (squares / Double(last - first)).squareRoot()
      // A line at least a pixel high, so that silence is seen.
      let middle = (place(low) + place(high)) / 2
      let half = max((place(low) - place(high)) / 2, 0.5)
      canvas.bar(at: rect.left + column, from: middle - half, to: middle + half, light)
      canvas.bar(at: rect.left + column, from: place(min(rms, high)), to: place(max(-rms, low)), Theme.curve)
    }
  }
}

extension Canvas {
  /// Draws a column of pixels, the two at its ends in part.
  fileprivate mutating func bar(at x: Int, from top: Double, to bottom: Double, _ color: Color) {
    guard bottom > top else { return }
    for y in Int(top)...Int(bottom) {
      blend(x, y, color, coverage: min(bottom, Double(y + 1)) - max(top, Double(y)))
    }
  }
}
