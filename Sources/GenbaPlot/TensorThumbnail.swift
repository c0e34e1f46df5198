public import GenbaCore

/// A small picture of a tensor without axes and words, to be looked over among many others.
///
/// Pictures are shown as ``TensorPicture`` shows them, of a clip up to four frames; two axes as colours, stretched where
/// they are much longer than wide. What has one axis is curves, which need axes to be read, and has no thumbnail.
///
/// ```swift
/// let picture = TensorThumbnail()(AnyTensor(depth.metres), mask: depth.validMask)
/// ```
public struct TensorThumbnail: Sendable {
  /// The most pixels in a row and in a column.
  public var width: Int
  public var height: Int
  /// Where row 0 of colours is.
  public var origin: TensorPicture.Origin
  /// The colours of numbers.
  public var colorMap: ColorMap

  /// A thumbnail within these sides; less than 16 pixels trap.
  public init(
    width: Int = 360, height: Int = 240, origin: TensorPicture.Origin = .upper, colorMap: ColorMap = .viridis
  ) {
    precondition(min(width, height) >= 16, "a thumbnail of \(width)x\(height) pixels shows nothing")
    self.width = width
    self.height = height
    self.origin = origin
    self.colorMap = colorMap
  }

  /// The picture, uint8 RGB; `nil` for a tensor of one axis, and for one without elements.
  ///
  /// - Parameter mask: Where a map has values; the rest is light gray. Another shape than the tensor's is passed over.
  public func callAsFunction(_ tensor: AnyTensor, mask: Tensor<Bool>? = nil) -> Image? {
    guard tensor.count > 0 else { return nil }
    let slice = TensorPicture.Slice(shape: tensor.shape, dtype: tensor.dtype)
    switch slice.kind {
    case .curves: return nil
    case .heatMap: return map(tensor, shape: slice.shape, mask: mask)
    case .pixels(let isPlanar): return frames(tensor, shape: slice.shape, isPlanar: isPlanar)
    }
  }

  /// Numbers of a tensor from an element on.
  private func numbers(_ tensor: AnyTensor, from offset: Int, shape: [Int]) -> Tensor<Float> {
    func copied<Element: TensorElement>(_ type: Element.Type) -> Tensor<Float> {
      guard let typed = tensor.as(type) else { preconditionFailure("a tensor's dtype is that of its elements") }
      let span = typed.span
      return Tensor(shape: shape) { output in
        for index in 0..<shape.reduce(1, *) { output.append(Float(span[offset + index].doubleValue)) }
      }
    }
    return copied(tensor.dtype.elementType)
  }

  private func frames(_ tensor: AnyTensor, shape: [Int], isPlanar: Bool) -> Image {
    let (rows, columns) = isPlanar ? (shape[1], shape[2]) : (shape[0], shape[1])
    let size = shape.reduce(1, *)
    let count = tensor.count / size
    let side = count > 1 ? 2 : 1
    let scale = min(Double(width) / Double(side * columns), Double(height) / Double(side * rows))
    let cell = (width: max(Int(Double(columns) * scale), 1), height: max(Int(Double(rows) * scale), 1))
    var canvas = Canvas(width: side * cell.width, height: side * cell.height)
    for place in 0..<min(count, side * side) {
      let frame = place * count / min(count, side * side)
      let values = numbers(tensor, from: frame * size, shape: shape)
      let grid =
        isPlanar
        ? PixelGrid(planar: values, height: rows, width: columns, channels: shape[0])
        : PixelGrid(interleaved: values, height: rows, width: columns, channels: shape[2])
      var pixels = grid.averaged(
        rows: AreaShare.shares(sourceCount: rows, targetCount: cell.height),
        columns: AreaShare.shares(sourceCount: columns, targetCount: cell.width))
      if tensor.dtype != .uint8 { stretch(&pixels) }
      if grid.channels == 1 { pixels = pixels.flatMap { [$0, $0, $0] } }
      let (left, top) = (place % 2 * cell.width, place / 2 * cell.height)
      canvas.fillPicture(pixels, in: PixelRect(left: left, top: top, width: cell.width, height: cell.height))
    }
    return canvas.image
  }

  /// From the smallest to the largest: 0 to 255.
  private func stretch(_ pixels: inout [Float]) {
    let known = pixels.filter(\.isFinite)
    guard let low = known.min(), let high = known.max(), high > low else { return }
    for index in pixels.indices { pixels[index] = (pixels[index] - low) * 255 / (high - low) }
  }

  private func map(_ tensor: AnyTensor, shape: [Int], mask: Tensor<Bool>?) -> Image {
    let values = numbers(tensor, from: 0, shape: shape)
    let (rows, columns) = (shape[0], shape[1])
    // What is not much longer than wide keeps its shape.
    let ratio = Double(columns) / Double(rows)
    let aspect = (0.5...2).contains(ratio) ? ratio : Double(width) / Double(height)
    let target = (
      width: max(min(width, Int(Double(height) * aspect)), 1), height: max(min(height, Int(Double(width) / aspect)), 1)
    )
    var canvas = Canvas(width: target.width, height: target.height)
    let rect = PixelRect(left: 0, top: 0, width: target.width, height: target.height)
    let lines = AreaShare.shares(sourceCount: rows, targetCount: target.height)
    let averages = PixelGrid(interleaved: values, height: rows, width: columns, channels: 1).averaged(
      rows: origin == .upper ? lines : lines.reversed(),
      columns: AreaShare.shares(sourceCount: columns, targetCount: target.width))
    let mask = mask.flatMap { $0.shape == tensor.shape ? $0 : nil }
    canvas.fillHeatMap(averages, in: rect, range: range(of: values, mask), colorMap)
    if let mask { blank(&canvas, where: mask, rows: rows, columns: columns) }
    return canvas.image
  }

  private func range(of values: Tensor<Float>, _ mask: Tensor<Bool>?) -> ClosedRange<Double> {
    guard let mask else { return SpectrogramPlot.valueRange(TensorStatistics(AnyTensor(values))) }
    let (numbers, valid) = (values.span, mask.span)
    let known = (0..<numbers.count).filter { valid[$0] && numbers[$0].isFinite }.map { numbers[$0] }
    guard let low = known.min(), let high = known.max(), high > low else { return 0...1 }
    return Double(low)...Double(high)
  }

  private func blank(_ canvas: inout Canvas, where mask: Tensor<Bool>, rows: Int, columns: Int) {
    let valid = mask.span
    for y in 0..<canvas.height {
      let line = y * rows / canvas.height
      let row = origin == .upper ? line : rows - 1 - line
      for x in 0..<canvas.width where !valid[row * columns + x * columns / canvas.width] {
        canvas[x, y] = Color(0xE4E4E4)
      }
    }
  }
}
