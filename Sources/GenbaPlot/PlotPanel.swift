internal import Glibc

/// A rectangle of a plot with its axes: values in, pixels out.
struct PlotPanel {
  var rect: PixelRect
  var xRange: ClosedRange<Double>
  var yRange: ClosedRange<Double>

  func x(_ value: Double) -> Double {
    Double(rect.left) + (value - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound) * Double(rect.width)
  }

  func y(_ value: Double) -> Double {
    Double(rect.bottom) - (value - yRange.lowerBound) / (yRange.upperBound - yRange.lowerBound) * Double(rect.height)
  }

  /// Clears the panel and draws lines at the ticks, which the data will cover.
  func drawGrid(on canvas: inout Canvas, x: Ticks, y: Ticks) {
    for tick in x.ticks { canvas.fill(column(self.x(tick.value), rect.top, rect.height), Theme.grid) }
    for tick in y.ticks { canvas.fill(row(self.y(tick.value), rect.left, rect.width), Theme.grid) }
  }

  /// Draws the frame, and labels to its left, at pixels that `place` finds.
  func drawVerticalAxis(on canvas: inout Canvas, _ ticks: Ticks, title: String, place: (Double) -> Double) {
    canvas.outline(rect, Theme.frame)
    for tick in ticks.ticks {
      let y = place(tick.value)
      canvas.fill(row(y, rect.left - 6, 5), Theme.frame)
      canvas.draw(tick.label, x: Double(rect.left) - 9, baseline: y + 4.75, style: .label, alignment: .right)
    }
    canvas.draw(title, x: Double(rect.left), baseline: Double(rect.top) - 8, style: .caption)
  }

  /// Draws the axis of seconds under the panel.
  func drawTimeAxis(on canvas: inout Canvas) {
    drawHorizontalAxis(on: &canvas, timeTicks, title: Ticks.timeTitle(xRange))
  }

  /// The times that there is room to label.
  var timeTicks: Ticks { Ticks.seconds(in: xRange, atMost: max(2, rect.width / 80)) }

  /// Draws labels under the panel and a title under them.
  ///
  /// - Parameter offset: Added to each tick's value to find its place.
  func drawHorizontalAxis(on canvas: inout Canvas, _ ticks: Ticks, title: String, offset: Double = 0) {
    for tick in ticks.ticks {
      let x = self.x(tick.value + offset)
      canvas.fill(column(x, rect.bottom + 1, 5), Theme.frame)
      canvas.draw(tick.label, x: x, baseline: Double(rect.bottom) + 20, style: .label, alignment: .center)
    }
    canvas.draw(
      title, x: Double(rect.right), baseline: Double(rect.bottom) + 38, style: .caption, alignment: .right)
  }

  /// Draws the colours of a range of numbers beside the panel.
  func drawColorBar(on canvas: inout Canvas, _ colorMap: ColorMap, range: ClosedRange<Double>, title: String) {
    let bar = PlotPanel(
      rect: PixelRect(left: rect.right + 16, top: rect.top, width: 14, height: rect.height), xRange: 0...1,
      yRange: range)
    for row in 0..<bar.rect.height {
      let color = colorMap(1 - (Double(row) + 0.5) / Double(bar.rect.height))
      canvas.fill(PixelRect(left: bar.rect.left, top: bar.rect.top + row, width: bar.rect.width, height: 1), color)
    }
    canvas.outline(bar.rect, Theme.frame)
    for tick in Ticks.numbers(in: range, atMost: max(2, rect.height / 40)).ticks {
      let y = bar.y(tick.value)
      canvas.fill(bar.row(y, bar.rect.right + 1, 4), Theme.frame)
      canvas.draw(tick.label, x: Double(bar.rect.right) + 8, baseline: y + 4.75, style: .label)
    }
    canvas.draw(title, x: Double(bar.rect.left), baseline: Double(rect.top) - 8, style: .caption)
  }

  private func column(_ x: Double, _ top: Int, _ height: Int) -> PixelRect {
    PixelRect(left: min(max(Int(x), rect.left), rect.right - 1), top: top, width: 1, height: height)
  }

  private func row(_ y: Double, _ left: Int, _ width: Int) -> PixelRect {
    PixelRect(left: left, top: min(max(Int(y), rect.top), rect.bottom - 1), width: width, height: 1)
  }
}

/// The distances that all plots keep.
enum PlotLayout {
  static let left = 72
  static let right = 84
  /// From the picture's top to the first panel, with room for the title and the panel's own.
  static let top = 70
  static let bottom = 54
  static let betweenPanels = 40

  /// Draws a title on the left and facts on the right of the first line.
  static func drawTitle(on canvas: inout Canvas, _ title: String?, caption: String?, left: Int, right: Int) {
    let captionWidth = caption.map { Canvas.width(of: $0, style: .caption) + 24 } ?? 0
    let room = Double(canvas.width - left - right) - captionWidth
    if let title {
      canvas.draw(
        Canvas.fitting(title, into: room, style: .title), x: Double(left), baseline: 30, style: .title)
    }
    if let caption {
      canvas.draw(caption, x: Double(canvas.width - right), baseline: 30, style: .caption, alignment: .right)
    }
  }
}
