public import GenbaCore

/// A picture of normals: red is to the right, green up, blue towards the camera, as normal maps are drawn; a ball beside
/// it shows which colour is which direction.
public struct NormalsPlot: Sendable {
  /// Pixels.
  public var width: Int
  /// The first line, left.
  public var title: String?

  /// A plot of this width; below 400 traps.
  public init(width: Int = 900, title: String? = nil) {
    precondition(width >= 400, "a plot of \(width) pixels cannot be read")
    self.width = width
    self.title = title
  }

  /// The picture: uint8 RGB.
  ///
  /// - Parameters:
  ///   - normals: float32 [height, width, 3], in the camera's axes.
  ///   - validMask: bool [height, width]; another shape traps.
  /// - Throws: `.mismatchedInputs` for a map without pixels.
  public func callAsFunction(_ normals: Tensor<Float>, validMask: Tensor<Bool>) throws(GenbaError) -> Image {
    precondition(normals.shape == validMask.shape + [3], "normals \(normals.shape) with a mask \(validMask.shape)")
    guard normals.count > 0 else {
      throw GenbaError(.mismatchedInputs, "the map of normals has no pixels: there is nothing to show")
    }
    let (height, columns) = (validMask.shape[0], validMask.shape[1])
    let panel = SurfacePanel(
      height: height, width: columns, left: 24, top: PlotLayout.top, fitting: width - 24 - PlotLayout.right)
    var canvas = Canvas(width: width, height: max(panel.rect.bottom + 36, PlotLayout.top + 120))
    PlotLayout.drawTitle(
      on: &canvas, title, caption: "\(columns) × \(height) · normals", left: 24, right: 24)
    let (values, mask) = (Array(normals), Array(validMask))
    panel.draw(on: &canvas, height: height, width: columns) { index in
      mask[index] ? Self.color(values[3 * index], values[3 * index + 1], values[3 * index + 2]) : nil
    }
    let valid = mask.count { $0 }
    panel.drawNote(on: &canvas, validShare: Double(valid) / Double(mask.count))
    drawBall(on: &canvas, centerX: panel.rect.right + 42, centerY: panel.rect.top + 30, radius: 24)
    return canvas.image
  }

  static func color(_ x: Float, _ y: Float, _ z: Float) -> Color {
    func level(_ value: Float) -> UInt8 { UInt8(min(max((value + 1) * 127.5, 0), 255)) }
    return Color(red: level(x), green: level(-y), blue: level(-z))
  }

  private func drawBall(on canvas: inout Canvas, centerX: Int, centerY: Int, radius: Int) {
    for y in -radius...radius {
      for x in -radius...radius where x * x + y * y <= radius * radius {
        let (u, v) = (Float(x) / Float(radius), Float(y) / Float(radius))
        canvas[centerX + x, centerY + y] = Self.color(u, v, -max(1 - u * u - v * v, 0).squareRoot())
      }
    }
    canvas.draw(
      "direction", x: Double(centerX), baseline: Double(centerY + radius + 18), style: .caption, alignment: .center)
  }
}
