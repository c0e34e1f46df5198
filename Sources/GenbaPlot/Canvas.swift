package import GenbaCore

/// A point of a picture; pixel (0, 0) is the square from (0, 0) to (1, 1), and y grows downwards.
package struct Point: Sendable, Hashable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// A rectangle of whole pixels.
package struct PixelRect: Sendable, Hashable {
  package var left: Int
  package var top: Int
  package var width: Int
  package var height: Int

  package init(left: Int, top: Int, width: Int, height: Int) {
    self.left = left
    self.top = top
    self.width = width
    self.height = height
  }

  package var right: Int { left + width }
  package var bottom: Int { top + height }
}

/// An RGB picture to draw into. What lies outside is left out.
package struct Canvas: Sendable {
  package let width: Int
  package let height: Int
  private var pixels: [UInt8]

  package init(width: Int, height: Int, background: Color = Color(0xFFFFFF)) {
    precondition(width > 0 && height > 0, "a picture of \(width)x\(height) pixels")
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: 255, count: width * height * 3)
    fill(PixelRect(left: 0, top: 0, width: width, height: height), background)
  }

  /// The picture.
  package var image: Image { Image(rgb: Tensor(pixels, shape: [height, width, 3])) }

  package subscript(x: Int, y: Int) -> Color {
    get {
      let base = (y * width + x) * 3
      return Color(red: pixels[base], green: pixels[base + 1], blue: pixels[base + 2])
    }
    set {
      guard x >= 0, x < width, y >= 0, y < height else { return }
      let base = (y * width + x) * 3
      pixels[base] = newValue.red
      pixels[base + 1] = newValue.green
      pixels[base + 2] = newValue.blue
    }
  }

  package mutating func fill(_ rect: PixelRect, _ color: Color) {
    for y in max(rect.top, 0)..<max(min(rect.bottom, height), max(rect.top, 0)) {
      for x in max(rect.left, 0)..<max(min(rect.right, width), max(rect.left, 0)) { self[x, y] = color }
    }
  }

  /// Draws a line of one pixel just outside `rect`.
  package mutating func outline(_ rect: PixelRect, _ color: Color) {
    fill(PixelRect(left: rect.left - 1, top: rect.top - 1, width: rect.width + 2, height: 1), color)
    fill(PixelRect(left: rect.left - 1, top: rect.bottom, width: rect.width + 2, height: 1), color)
    fill(PixelRect(left: rect.left - 1, top: rect.top, width: 1, height: rect.height), color)
    fill(PixelRect(left: rect.right, top: rect.top, width: 1, height: rect.height), color)
  }

  /// Covers a share of a pixel with a colour.
  package mutating func blend(_ x: Int, _ y: Int, _ color: Color, coverage: Double) {
    guard coverage > 0, x >= 0, x < width, y >= 0, y < height else { return }
    self[x, y] = self[x, y].mixed(with: color, coverage)
  }

  /// Draws connected lines with round ends, smoothed at their edges.
  ///
  /// Where lines of one call meet or cross, they cover a pixel once, as one shape.
  package mutating func stroke(_ lines: [[Point]], width lineWidth: Double, _ color: Color) {
    let points = lines.joined()
    guard let first = points.first else { return }
    var (low, high) = (first, first)
    for point in points {
      low = Point(min(low.x, point.x), min(low.y, point.y))
      high = Point(max(high.x, point.x), max(high.y, point.y))
    }
    let reach = lineWidth / 2 + 0.5
    let left = max(Int((low.x - reach).rounded(.down)), 0)
    let top = max(Int((low.y - reach).rounded(.down)), 0)
    let columns = min(Int((high.x + reach).rounded(.up)), width) - left
    let rows = min(Int((high.y + reach).rounded(.up)), height) - top
    guard columns > 0, rows > 0 else { return }
    var coverage = [Double](repeating: 0, count: columns * rows)
    for line in lines {
      // A line of one point is a dot.
      for (from, to) in zip(line, line.count == 1 ? line[...] : line.dropFirst()) {
        let xs = max(Int((min(from.x, to.x) - reach).rounded(.down)) - left, 0)
        let xe = min(Int((max(from.x, to.x) + reach).rounded(.up)) - left, columns)
        let ys = max(Int((min(from.y, to.y) - reach).rounded(.down)) - top, 0)
        let ye = min(Int((max(from.y, to.y) + reach).rounded(.up)) - top, rows)
        guard xs < xe, ys < ye else { continue }
        for row in ys..<ye {
          for column in xs..<xe {
            let center = Point(Double(left + column) + 0.5, Double(top + row) + 0.5)
            let covered = min(max(reach - Self.distance(from: center, toLineFrom: from, to: to), 0), 1)
            coverage[row * columns + column] = max(coverage[row * columns + column], covered)
          }
        }
      }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        blend(left + column, top + row, color, coverage: coverage[row * columns + column])
      }
    }
  }

  private static func distance(from point: Point, toLineFrom start: Point, to end: Point) -> Double {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let squared = dx * dx + dy * dy
    let along = squared == 0 ? 0 : ((point.x - start.x) * dx + (point.y - start.y) * dy) / squared
    let share = min(max(along, 0), 1)
    let (offX, offY) = (point.x - start.x - share * dx, point.y - start.y - share * dy)
    return (offX * offX + offY * offY).squareRoot()
  }
}
