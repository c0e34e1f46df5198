/// How a text is drawn.
package struct TextStyle: Sendable {
  /// Height of a capital letter, in pixels.
  var capHeight: Double
  var color: Color
  /// Width of the pen, in pixels.
  var penWidth: Double

  package static let title = TextStyle(capHeight: 12, color: Theme.text, penWidth: 1.9)
  package static let caption = TextStyle(capHeight: 10, color: Theme.quietText, penWidth: 1.35)
  package static let label = TextStyle(capHeight: 9.5, color: Theme.text, penWidth: 1.3)
}

/// Which point of a text stands at its anchor.
package enum TextAlignment: Sendable {
  case left
  case center
  case right
}

extension Canvas {
  /// How wide a text is, in pixels.
  package static func width(of text: String, style: TextStyle) -> Double {
    text.reduce(0) { $0 + StrokeFont.advance(of: $1) } * style.capHeight / StrokeFont.capHeight
  }

  /// Draws a line of text.
  ///
  /// - Parameters:
  ///   - x: The left end, the middle or the right end, as `alignment` says.
  ///   - baseline: Where capitals stand.
  package mutating func draw(
    _ text: String, x: Double, baseline: Double, style: TextStyle, alignment: TextAlignment = .left
  ) {
    let scale = style.capHeight / StrokeFont.capHeight
    let width = Self.width(of: text, style: style)
    var pen = x
    switch alignment {
    case .left: break
    case .center: pen -= width / 2
    case .right: pen -= width
    }
    // Half the space between letters stands before the first.
    pen += 2 * scale
    for character in text {
      let strokes = StrokeFont.strokes(of: character).map { stroke in
        stroke.map { Point(pen + $0.x * scale, baseline - ($0.y - StrokeFont.baseline) * scale) }
      }
      stroke(strokes, width: style.penWidth, style.color)
      pen += StrokeFont.advance(of: character) * scale
    }
  }

  /// As much of a text as fits, with dots where the rest was; the end is kept, since that tells file names apart.
  package static func fitting(_ text: String, into width: Double, style: TextStyle) -> String {
    guard Self.width(of: text, style: style) > width else { return text }
    var rest = text[...]
    while !rest.isEmpty, Self.width(of: "…" + rest, style: style) > width { rest = rest.dropFirst() }
    return "…" + rest
  }
}
