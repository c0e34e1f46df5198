public import GenbaCore
internal import GenbaVision

/// A picture of any tensor.
///
/// - [height, width, 3] and [3, height, width], and an uint8 [height, width, 1], are shown as pictures; numbers that
///   are not uint8 are stretched from their smallest to their largest.
/// - Two axes are shown as colours, row 0 at the top (``Origin/upper``) or at the bottom.
/// - One axis, and up to eight rows that are much longer than they are many, are shown as curves.
/// - Of more axes, the first of each leading one is shown, and the picture says which.
///
/// ```swift
/// let picture = try TensorPicture(origin: .lower)(AnyTensor(features), name: "input_features")
/// ```
public struct TensorPicture: Sendable {
  /// Where row 0 is.
  public enum Origin: String, Sendable, Hashable, Codable, CaseIterable {
    /// At the top, as in a picture.
    case upper
    /// At the bottom, as in a spectrogram.
    case lower
  }

  /// Pixels; the height follows from the tensor's shape.
  public var width: Int
  /// Where row 0 is.
  public var origin: Origin
  /// The colours of numbers.
  public var colorMap: ColorMap
  /// From one column to the next, for an axis of time under curves; `nil` for an axis of indices.
  public var secondsPerColumn: Double?
  /// What curves show: `value`, or a unit.
  public var valueTitle = "value"

  /// A picture of this width; less than 400 traps.
  public init(width: Int = 1200, origin: Origin = .upper, colorMap: ColorMap = .viridis) {
    precondition(width >= 400, "a picture of \(width) pixels cannot be read")
    self.width = width
    self.origin = origin
    self.colorMap = colorMap
  }

  /// The picture: uint8 RGB.
  ///
  /// - Parameters:
  ///   - tensor: Any element type and shape.
  ///   - name: Shown in the first line.
  /// - Throws: `.mismatchedInputs` for a tensor without elements, of which there is nothing to show.
  public func callAsFunction(_ tensor: AnyTensor, name: String? = nil) throws(GenbaError) -> Image {
    guard tensor.count > 0 else {
      throw GenbaError(
        .mismatchedInputs, "\(name ?? "the tensor") has the shape \(tensor.shape): there is nothing to show")
    }
    switch tensor.dtype {
    case .uint8: return picture(of: tensor.as(UInt8.self), in: tensor, name)
    case .float32: return picture(of: tensor.as(Float.self), in: tensor, name)
    case .float64: return picture(of: tensor.as(Double.self), in: tensor, name)
    case .float16: return picture(of: tensor.as(Float16.self), in: tensor, name)
    case .bfloat16: return picture(of: tensor.as(BFloat16.self), in: tensor, name)
    case .int64: return picture(of: tensor.as(Int64.self), in: tensor, name)
    case .int32: return picture(of: tensor.as(Int32.self), in: tensor, name)
    case .int16: return picture(of: tensor.as(Int16.self), in: tensor, name)
    case .int8: return picture(of: tensor.as(Int8.self), in: tensor, name)
    case .uint64: return picture(of: tensor.as(UInt64.self), in: tensor, name)
    case .uint32: return picture(of: tensor.as(UInt32.self), in: tensor, name)
    case .uint16: return picture(of: tensor.as(UInt16.self), in: tensor, name)
    case .bool: return picture(of: tensor.as(Bool.self), in: tensor, name)
    }
  }

  /// A decoded picture with its size: gray, transparent, CMYK and 16-bit ones are shown as models see them, in RGB.
  ///
  /// - Throws: `.mismatchedInputs` for a picture without pixels.
  public func callAsFunction(_ image: Image, name: String? = nil) throws(GenbaError) -> Image {
    let pixels = image.tensor
    guard pixels.count > 0, case .uint8(let rgb) = image.convertedToRGB().pixels else {
      throw GenbaError(.mismatchedInputs, "\(name ?? "the picture") has no pixels: there is nothing to show")
    }
    let grid = PixelGrid(interleaved: rgb, height: image.height, width: image.width, channels: 3)
    let caption = "\(image.width) × \(image.height) · \(image.colorModel.rawValue) · \(pixels.dtype.name)"
    return photograph(grid, statistics: nil, title: name ?? "", caption: caption)
  }

  private func picture<Element>(of typed: Tensor<Element>?, in tensor: AnyTensor, _ name: String?) -> Image {
    guard let typed else { preconditionFailure("a tensor's dtype is that of its elements") }
    let slice = Slice(shape: tensor.shape, dtype: tensor.dtype)
    let statistics = TensorStatistics(tensor)
    let shape = "\(tensor.dtype.name) [\(tensor.shape.map(String.init).joined(separator: ", "))]"
    let title = [name, shape].compactMap { $0 }.joined(separator: " · ") + slice.note
    let range = "min \(short(statistics.minimum)) · max \(short(statistics.maximum)) · mean \(short(statistics.mean))"
    switch slice.kind {
    case .pixels(let isPlanar):
      let channels = slice.shape[isPlanar ? 0 : 2]
      let (height, width) = isPlanar ? (slice.shape[1], slice.shape[2]) : (slice.shape[0], slice.shape[1])
      let grid =
        isPlanar
        ? PixelGrid(planar: typed, height: height, width: width, channels: channels)
        : PixelGrid(interleaved: typed, height: height, width: width, channels: channels)
      return photograph(grid, statistics: tensor.dtype == .uint8 ? nil : statistics, title: title, caption: range)
    case .curves:
      return curves(typed, shape: slice.shape, title: title, caption: range)
    case .heatMap:
      let grid = PixelGrid(interleaved: typed, height: slice.shape[0], width: slice.shape[1], channels: 1)
      return heatMap(grid, title: title, caption: range)
    }
  }

  /// Pixels as they are, or stretched to the range of `statistics`.
  private func photograph<Element>(
    _ grid: PixelGrid<Element>, statistics: TensorStatistics?, title: String, caption: String
  ) -> Image {
    let cell = fit(grid, into: PixelRect(left: 24, top: 52, width: width - 48, height: width))
    var canvas = Canvas(width: width, height: cell.bottom + 24)
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: 24, right: 24)
    var values = grid.averaged(
      rows: AreaShare.shares(sourceCount: grid.height, targetCount: cell.height),
      columns: AreaShare.shares(sourceCount: grid.width, targetCount: cell.width))
    if let low = statistics?.minimum, let high = statistics?.maximum {
      let scale = high > low ? 255 / (high - low) : 0
      for index in values.indices { values[index] = Float((Double(values[index]) - low) * scale) }
    }
    if grid.channels == 1 { values = values.flatMap { [$0, $0, $0] } }
    canvas.fillPicture(values, in: cell)
    return canvas.image
  }

  private func heatMap<Element>(_ grid: PixelGrid<Element>, title: String, caption: String) -> Image {
    let panelWidth = width - PlotLayout.left - PlotLayout.right
    // Long matrices are stretched to be seen, and square ones keep their shape.
    let natural = Double(panelWidth) * Double(grid.height) / Double(grid.width)
    let rect = PixelRect(
      left: PlotLayout.left, top: PlotLayout.top, width: panelWidth, height: Int(min(max(natural, 240), 900)))
    var canvas = Canvas(width: width, height: rect.bottom + PlotLayout.bottom)
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: PlotLayout.left, right: 24)
    let rows = AreaShare.shares(sourceCount: grid.height, targetCount: rect.height)
    let values = grid.averaged(
      rows: origin == .upper ? rows : rows.reversed(),
      columns: AreaShare.shares(sourceCount: grid.width, targetCount: rect.width))
    let statistics = TensorStatistics(AnyTensor(grid.tensor))
    let range = SpectrogramPlot.valueRange(statistics)
    canvas.fillHeatMap(values, in: rect, range: range, colorMap)

    let panel = PlotPanel(rect: rect, xRange: 0...Double(grid.width), yRange: 0...Double(grid.height))
    let rowTicks = indexTicks(count: grid.height, atMost: max(2, rect.height / 50))
    panel.drawVerticalAxis(on: &canvas, rowTicks, title: "row") { index in
      panel.y(origin == .upper ? Double(grid.height) - index - 0.5 : index + 0.5)
    }
    panel.drawHorizontalAxis(
      on: &canvas, indexTicks(count: grid.width, atMost: rect.width / 90), title: "column", offset: 0.5)
    panel.drawColorBar(on: &canvas, colorMap, range: range, title: "value")
    return canvas.image
  }

  private func curves<Element>(_ tensor: Tensor<Element>, shape: [Int], title: String, caption: String) -> Image {
    let (rows, columns) = shape.count == 2 ? (shape[0], shape[1]) : (1, shape.last ?? 1)
    let span = tensor.span
    let samples = Tensor<Float>(shape: [rows, columns]) { output in
      for index in 0..<rows * columns { output.append(Float(span[index].doubleValue)) }
    }
    let range = SpectrogramPlot.valueRange(TensorStatistics(AnyTensor(samples)))
    let seconds = secondsPerColumn.map { $0 * Double(columns) }
    let strips = CurveStrips(
      values: samples, xRange: 0...(seconds ?? Double(columns)), yRange: range, title: valueTitle, rowName: "row")
    let rect = PixelRect(
      left: PlotLayout.left, top: PlotLayout.top, width: width - PlotLayout.left - 24,
      height: strips.stripCount * (rows == 1 ? 240 : 120))
    var canvas = Canvas(width: width, height: rect.bottom + PlotLayout.bottom)
    PlotLayout.drawTitle(on: &canvas, title, caption: caption, left: PlotLayout.left, right: 24)
    if seconds != nil {
      let axis = PlotPanel(rect: rect, xRange: strips.xRange, yRange: range)
      strips.draw(on: &canvas, in: rect, verticals: axis.timeTicks).drawTimeAxis(on: &canvas)
    } else {
      let ticks = indexTicks(count: columns, atMost: rect.width / 90)
      strips.draw(on: &canvas, in: rect, verticals: ticks)
        .drawHorizontalAxis(on: &canvas, ticks, title: "column", offset: 0.5)
    }
    return canvas.image
  }

  private func indexTicks(count: Int, atMost limit: Int) -> Ticks {
    guard count > 1 else { return Ticks(ticks: [Ticks.Tick(value: 0, label: "0")]) }
    // No more ticks than there are indices, or the step would be a fraction.
    return Ticks.numbers(in: 0...Double(count - 1), atMost: min(limit, count))
  }

  private func fit<Element>(_ grid: PixelGrid<Element>, into cell: PixelRect) -> PixelRect {
    let scale = min(Double(cell.width) / Double(grid.width), Double(cell.height) / Double(grid.height))
    let width = max(Int((Double(grid.width) * scale).rounded()), 1)
    let height = max(Int((Double(grid.height) * scale).rounded()), 1)
    return PixelRect(left: cell.left + (cell.width - width) / 2, top: cell.top, width: width, height: height)
  }

  private func short(_ value: Double?) -> String {
    guard let value else { return "none" }
    return Ticks.number(value, decimals: abs(value) >= 100 || value == value.rounded() ? 0 : 3)
  }
}

extension TensorPicture {
  /// Which part of a tensor is shown, and as what. It is always the one that its first elements make.
  struct Slice {
    enum Kind: Equatable {
      case pixels(isPlanar: Bool)
      case heatMap
      case curves
    }

    var shape: [Int]
    var kind: Kind
    /// Names the part, if it is not the whole.
    var note = ""

    init(shape: [Int], dtype: DType) {
      var rest = shape[...]
      while rest.count > 3 { rest = rest.dropFirst() }
      if rest.count == 3, let kind = Self.pixels(Array(rest), dtype) {
        self.kind = kind
      } else {
        while rest.count > 2 { rest = rest.dropFirst() }
        let isLong =
          rest.count < 2 || (rest[rest.startIndex] <= 8 && rest[rest.startIndex + 1] >= 64 * rest[rest.startIndex])
        kind = isLong ? .curves : .heatMap
      }
      self.shape = Array(rest)
      let leading = shape.dropLast(rest.count)
      if leading.contains(where: { $0 > 1 }) {
        note = " · [\(leading.map { _ in "0" }.joined(separator: ", "))] of it"
      }
    }

    private static func pixels(_ shape: [Int], _ dtype: DType) -> Kind? {
      if shape[2] == 3 || (dtype == .uint8 && shape[2] == 1) { return .pixels(isPlanar: false) }
      return shape[0] == 3 ? .pixels(isPlanar: true) : nil
    }
  }
}
