internal import GenbaCore

/// A picture with a colour for each pixel that is valid, magnified or thinned out to whole pixels, never mixed: half of
/// a near and a far colour would be a distance that nothing has.
struct SurfacePanel {
  let rect: PixelRect

  /// A panel at this place.
  init(rect: PixelRect) { self.rect = rect }

  /// A panel of `width` pixels for a picture of this shape.
  init(height: Int, width: Int, left: Int, top: Int, fitting panelWidth: Int) {
    let scaled = Int((Double(panelWidth) * Double(height) / Double(max(width, 1))).rounded())
    // Tall pictures are narrowed instead of filling the wall.
    let limit = 1000
    let shown = scaled > limit ? Int(Double(panelWidth) * Double(limit) / Double(scaled)) : panelWidth
    rect = PixelRect(left: left, top: top, width: max(shown, 1), height: max(min(scaled, limit), 1))
  }

  /// Draws `color` of each pixel's index; where it is `nil`, a checkerboard.
  func draw(on canvas: inout Canvas, height: Int, width: Int, color: (Int) -> Color?) {
    for y in 0..<rect.height {
      let row = min(y * height / rect.height, height - 1)
      for x in 0..<rect.width {
        let column = min(x * width / rect.width, width - 1)
        let empty = (x / 6 + y / 6) % 2 == 0 ? Color(0xE4E6EA) : Color(0xF4F5F7)
        canvas[rect.left + x, rect.top + y] = color(row * width + column) ?? empty
      }
    }
    canvas.outline(rect, Theme.frame)
  }

  /// Explains the checkerboard, under the panel.
  func drawNote(on canvas: inout Canvas, validShare: Double, left: String = "") {
    let share = Ticks.number(100 * validShare, decimals: validShare == 1 ? 0 : 1)
    let note = validShare == 1 ? "all pixels valid" : "\(share) % of pixels valid · checkerboard: not valid"
    canvas.draw(
      note, x: Double(rect.right), baseline: Double(rect.bottom) + 20, style: .caption, alignment: .right)
    canvas.draw(left, x: Double(rect.left), baseline: Double(rect.bottom) + 20, style: .caption)
  }
}
