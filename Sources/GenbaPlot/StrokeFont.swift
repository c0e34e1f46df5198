/// Letters as a pen draws them: a few strokes for each, at any size.
///
/// The shapes are Genba's own. A glyph's text lists its strokes, apart by spaces; a stroke's points follow each other
/// as pairs of base-36 digits, x then y, on a grid whose baseline is y = 4, whose small letters reach y = 12 (`c`) and
/// whose capitals reach y = 16 (`g`). A stroke is straight from point to point; after `~` it is a curve that its points
/// pull towards themselves (a quadratic B-spline from the first to the last point), and after `o` a closed one.
package enum StrokeFont {
  /// Grid steps from the baseline to the top of a capital.
  static let capHeight = 12.0
  static let baseline = 4.0
  /// Grid steps between two letters.
  private static let spacing = 4.0

  /// The strokes of a character, in grid steps; characters that the font lacks are drawn as an empty box.
  static func strokes(of character: Character) -> [[Point]] {
    parsed[character] ?? missing
  }

  /// How far the next letter is from this one, in grid steps. All digits are alike, so that numbers align.
  static func advance(of character: Character) -> Double {
    if character == " " { return 7 }
    if character.isASCII, character.isNumber { return 8 + spacing }
    return (strokes(of: character).joined().map(\.x).max() ?? 0) + spacing
  }

  /// The characters that the font has.
  package static var characters: Set<Character> { Set(parsed.keys) }

  private static let missing = parse("040g6g6404")
  private static let parsed = glyphs.mapValues(parse)

  private static func parse(_ text: String) -> [[Point]] {
    text.split(separator: " ").map { stroke in
      let kind = stroke.first
      let isCurve = kind == "~" || kind == "o"
      // `o` is no digit of the grid, which ends at `h`.
      let digits = stroke.dropFirst(isCurve ? 1 : 0).compactMap { $0.wholeNumber36 }
      let points = stride(from: 0, to: digits.count - 1, by: 2).map { Point(digits[$0], digits[$0 + 1]) }
      return isCurve ? curve(through: points, isClosed: kind == "o") : points
    }
  }

  /// The quadratic B-spline of these points, as short lines.
  private static func curve(through points: [Point], isClosed: Bool) -> [Point] {
    func middle(_ first: Point, _ second: Point) -> Point {
      Point((first.x + second.x) / 2, (first.y + second.y) / 2)
    }
    let count = points.count
    let inner = isClosed ? Array(0..<count) : Array(1..<count - 1)
    var line: [Point] = []
    for index in inner {
      let (before, control, after) = (points[(index + count - 1) % count], points[index], points[(index + 1) % count])
      let start = !isClosed && index == 1 ? before : middle(before, control)
      let end = !isClosed && index == count - 2 ? after : middle(control, after)
      if line.isEmpty { line.append(start) }
      for step in 1...6 {
        let share = Double(step) / 6
        let (first, second) = ((1 - share) * (1 - share), 2 * share * (1 - share))
        line.append(
          Point(
            first * start.x + second * control.x + share * share * end.x,
            first * start.y + second * control.y + share * share * end.y))
      }
    }
    return line
  }
}

extension Character {
  /// The value of a digit or a small letter in base 36.
  fileprivate var wholeNumber36: Double? { Int(String(self), radix: 36).map(Double.init) }
}
