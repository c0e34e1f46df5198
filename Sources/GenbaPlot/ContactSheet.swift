public import GenbaCore

/// Frames of a video side by side, each with its time; or pictures, each with a line of text.
///
/// ```swift
/// let picture = ContactSheet(title: "line4.mp4")(frames)  // frames: [Frame]
/// ```
public struct ContactSheet: Sendable {
  /// Pixels.
  public var width: Int
  /// Frames in a row; chosen by the frames' number and shape if `nil`.
  public var columns: Int?
  /// The first line, left.
  public var title: String?
  /// The first line, right.
  public var caption: String?

  private static let margin = 24
  private static let gap = 12
  private static let lineUnderFrame = 26

  /// A sheet of this width; less than 400 pixels, or no column, traps.
  public init(width: Int = 1200, columns: Int? = nil, title: String? = nil, caption: String? = nil) {
    precondition(width >= 400 && columns ?? 1 >= 1, "a sheet of \(width) pixels and \(columns ?? 1) columns")
    self.width = width
    self.columns = columns
    self.title = title
    self.caption = caption
  }

  /// The picture: uint8 RGB. Frames may differ in size and layout; without any, the sheet says so.
  public func callAsFunction(_ frames: [Frame]) -> Image {
    sheet(frames.map { Cell(grid: $0.grid, label: "\(Ticks.number($0.ptsSeconds, decimals: 2)) s") })
  }

  /// The same of pictures, uint8 [height, width, 3] each, with a line of text under each; other shapes, and other than one
  /// label a picture, trap.
  public func callAsFunction(_ pictures: [Tensor<UInt8>], labels: [String]) -> Image {
    precondition(pictures.count == labels.count, "\(labels.count) labels for \(pictures.count) pictures")
    return sheet(
      zip(pictures, labels).map { pixels, label in
        precondition(pixels.rank == 3 && pixels.shape[2] == 3, "a picture is [height, width, 3], not \(pixels.shape)")
        return Cell(
          grid: PixelGrid(interleaved: pixels, height: pixels.shape[0], width: pixels.shape[1], channels: 3),
          label: label)
      })
  }

  /// One place of the sheet.
  private struct Cell {
    var grid: PixelGrid<UInt8>
    var label: String
  }

  private func sheet(_ frames: [Cell]) -> Image {
    let columns = columns(for: frames)
    let cellWidth = (width - 2 * Self.margin - (columns - 1) * Self.gap) / columns
    // The tallest frame decides, within reason: a film strip should not become a tower.
    let tallest = frames.map { Double($0.grid.height) / Double(max($0.grid.width, 1)) }.max() ?? 0.5
    let cellHeight = min(max(Int((Double(cellWidth) * tallest).rounded()), 16), 3 * cellWidth)
    let rows = max(1, (frames.count + columns - 1) / columns)
    let top = title == nil && caption == nil ? Self.margin : 52
    let rowHeight = cellHeight + Self.lineUnderFrame + Self.gap
    var canvas = Canvas(width: width, height: top + rows * rowHeight - Self.gap + Self.margin / 2)
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: Self.margin, right: Self.margin)
    if frames.isEmpty {
      canvas.draw("no frames", x: Double(width) / 2, baseline: Double(top + 20), style: .caption, alignment: .center)
    }
    for (index, frame) in frames.enumerated() {
      let left = Self.margin + index % columns * (cellWidth + Self.gap)
      let cell = PixelRect(left: left, top: top + index / columns * rowHeight, width: cellWidth, height: cellHeight)
      let drawn = canvas.draw(frame.grid, within: cell)
      canvas.outline(drawn, Theme.frame)
      canvas.draw(frame.label, x: Double(drawn.left), baseline: Double(cell.bottom) + 18, style: .label)
    }
    return canvas.image
  }

  private func columns(for frames: [Cell]) -> Int {
    if let columns { return columns }
    guard let first = frames.first else { return 1 }
    // Upright frames take less width.
    return min(max(frames.count, 2), first.grid.height > first.grid.width ? 6 : 4)
  }
}

extension Frame {
  var grid: PixelGrid<UInt8> {
    switch layout {
    case .nchw: PixelGrid(planar: pixels, height: height, width: width, channels: 3)
    case .nhwc: PixelGrid(interleaved: pixels, height: height, width: width, channels: 3)
    }
  }
}

extension Canvas {
  /// Draws RGB pixels as large as `cell` allows, in its middle, and returns where.
  @discardableResult
  mutating func draw(_ grid: PixelGrid<UInt8>, within cell: PixelRect) -> PixelRect {
    guard grid.width > 0, grid.height > 0 else { return cell }
    let scale = min(Double(cell.width) / Double(grid.width), Double(cell.height) / Double(grid.height))
    let width = min(max(Int((Double(grid.width) * scale).rounded()), 1), cell.width)
    let height = min(max(Int((Double(grid.height) * scale).rounded()), 1), cell.height)
    let rect = PixelRect(
      left: cell.left + (cell.width - width) / 2, top: cell.top + (cell.height - height) / 2, width: width,
      height: height)
    let values = grid.averaged(
      rows: AreaShare.shares(sourceCount: grid.height, targetCount: height),
      columns: AreaShare.shares(sourceCount: grid.width, targetCount: width))
    fillPicture(values, in: rect)
    return rect
  }

  /// Fills a rectangle with [rows, columns, 3] of 0 … 255, one for each pixel.
  mutating func fillPicture(_ values: [Float], in rect: PixelRect) {
    func byte(_ value: Float) -> UInt8 { value.isNaN ? 128 : UInt8(min(max(value.rounded(), 0), 255)) }
    for y in 0..<rect.height {
      for x in 0..<rect.width {
        let base = (y * rect.width + x) * 3
        self[rect.left + x, rect.top + y] = Color(
          red: byte(values[base]), green: byte(values[base + 1]), blue: byte(values[base + 2]))
      }
    }
  }
}
