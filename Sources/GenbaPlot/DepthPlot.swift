public import GenbaCore

/// A picture of distances: near is bright, far is dark, with a scale in metres; what is not valid is a checkerboard.
///
/// ```swift
/// let picture = try DepthPlot(title: "frame-0042.png")(depth)
/// ```
public struct DepthPlot: Sendable {
  /// Pixels.
  public var width: Int
  /// From far to near.
  public var colorMap: ColorMap
  /// The first line, left.
  public var title: String?

  /// A plot of this width; below 400 traps.
  public init(width: Int = 900, colorMap: ColorMap = .viridis, title: String? = nil) {
    precondition(width >= 400, "a plot of \(width) pixels cannot be read")
    self.width = width
    self.colorMap = colorMap
    self.title = title
  }

  /// The picture: uint8 RGB. The colours reach from the 1st to the 99th percentile of the distances.
  ///
  /// - Throws: `.mismatchedInputs` for a map without pixels.
  public func callAsFunction(_ depth: DepthMap) throws(GenbaError) -> Image {
    guard depth.metres.count > 0 else {
      throw GenbaError(.mismatchedInputs, "the depth map has no pixels: there is nothing to show")
    }
    let (left, top) = (24, PlotLayout.top)
    let panel = SurfacePanel(
      height: depth.height, width: depth.width, left: left, top: top, fitting: width - left - PlotLayout.right)
    var canvas = Canvas(width: width, height: panel.rect.bottom + 36)
    let metres = Array(depth.metres)
    let sorted = metres.filter { $0 > 0 }.sorted()
    let facts =
      sorted.isEmpty ? "no distance" : "median \(Ticks.number(Double(sorted[sorted.count / 2]), decimals: 2)) m"
    PlotLayout.drawTitle(
      on: &canvas, title, caption: "\(depth.width) × \(depth.height) · \(facts)", left: left, right: 24)
    let range = Self.range(of: sorted)
    let extent = range.upperBound - range.lowerBound
    let colors = colorMap.table
    panel.draw(on: &canvas, height: depth.height, width: depth.width) { index in
      let z = Double(metres[index])
      guard z > 0 else { return nil }
      return colors[min(max(Int((range.upperBound - z) / extent * 255), 0), 255)]
    }
    panel.drawNote(on: &canvas, validShare: Double(sorted.count) / Double(metres.count))
    if !sorted.isEmpty {
      PlotPanel(rect: panel.rect, xRange: 0...1, yRange: range).drawColorBar(
        on: &canvas, ColorMap(points: (0...16).map { colorMap(1 - Double($0) / 16) }), range: range, title: "m")
    }
    return canvas.image
  }

  /// From the 1st to the 99th percentile, never empty.
  private static func range(of sorted: [Float]) -> ClosedRange<Double> {
    guard !sorted.isEmpty else { return 0...1 }
    let low = Double(sorted[sorted.count / 100])
    let high = Double(sorted[sorted.count - 1 - sorted.count / 100])
    return high - low > 1e-6 * high ? low...high : (low * 0.95)...(low * 1.05)
  }
}
