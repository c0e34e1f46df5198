import GenbaCore
import GenbaPlot
import Testing

@Suite struct CanvasTests {
  @Test func aFilledRectangleHasItsExactPixels() {
    var canvas = Canvas(width: 20, height: 10)
    canvas.fill(PixelRect(left: 3, top: 2, width: 4, height: 5), Color(0xFF0000))
    for y in 0..<10 {
      for x in 0..<20 {
        let isInside = (3..<7).contains(x) && (2..<7).contains(y)
        #expect(canvas[x, y] == (isInside ? Color(0xFF0000) : Color(0xFFFFFF)), "\(x), \(y)")
      }
    }
    #expect(canvas.image.shape == [10, 20, 3])
  }

  @Test func whatLiesOutsideIsLeftOut() {
    var canvas = Canvas(width: 8, height: 8)
    canvas.fill(PixelRect(left: -5, top: -5, width: 30, height: 6), Color(0x000000))
    canvas.fill(PixelRect(left: 100, top: 100, width: 5, height: 5), Color(0x00FF00))
    canvas.stroke([[Point(-50, 20), Point(-10, 90)]], width: 3, Color(0x0000FF))
    canvas.draw("outside", x: -300, baseline: 500, style: .title)
    #expect(canvas[0, 0] == Color(0x000000) && canvas[7, 0] == Color(0x000000))
    #expect(canvas[0, 1] == Color(0xFFFFFF))
  }

  @Test func aLineCoversWhatItCrosses() {
    var canvas = Canvas(width: 20, height: 5)
    // Along the middle of the pixels of row 2, as wide as they are.
    canvas.stroke([[Point(2.5, 2.5), Point(17.5, 2.5)]], width: 1, Color(0x000000))
    #expect(canvas[10, 2] == Color(0x000000))
    #expect(canvas[10, 1] == Color(0xFFFFFF) && canvas[10, 3] == Color(0xFFFFFF))
    // A dot is a line of one point.
    canvas.stroke([[Point(10.5, 0.5)]], width: 1, Color(0xFF0000))
    #expect(canvas[10, 0] == Color(0xFF0000))
  }
}

@Suite struct ColorMapTests {
  @Test(arguments: [ColorMap.viridis, .magma, .gray])
  func brighterIsMore(map: ColorMap) {
    func luminance(_ color: Color) -> Double {
      func linear(_ byte: UInt8) -> Double {
        let value = Double(byte) / 255
        return value * value
      }
      return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
    }
    let steps = (0...200).map { luminance(map(Double($0) / 200)) }
    for (before, after) in zip(steps, steps.dropFirst()) { #expect(after >= before) }
    #expect(steps[200] > steps[0] + 0.5)
  }

  @Test func endsAndOutliers() {
    #expect(ColorMap.viridis(0) == Color(0x440154) && ColorMap.viridis(1) == Color(0xFDE725))
    #expect(ColorMap.viridis(0.5) == Color(0x21918C), "the middle point is one of the nine")
    #expect(ColorMap.viridis(-3) == ColorMap.viridis(0) && ColorMap.viridis(.infinity) == ColorMap.viridis(1))
    #expect(ColorMap.viridis(.nan) == Color(0x808080))
  }
}

@Suite struct StrokeFontTests {
  @Test func everyPrintableASCIICharacterIsThere() {
    for code in UInt8(0x20)...0x7E {
      #expect(StrokeFont.characters.contains(Character(Unicode.Scalar(code))), "\(Character(Unicode.Scalar(code)))")
    }
    #expect(StrokeFont.characters.isSuperset(of: "·×…−"), "what the plots' own texts use")
  }

  @Test func everyCharacterHasItsOwnShape() {
    var shapes: [[UInt8]: Character] = [:]
    for character in StrokeFont.characters {
      var canvas = Canvas(width: 40, height: 48)
      canvas.draw(String(character), x: 8, baseline: 34, style: .title)
      let pixels = bytes(of: canvas.image)
      #expect(shapes[pixels] == nil, "\(character) looks like \(shapes[pixels] ?? " ")")
      shapes[pixels] = character
      #expect(character == " " || pixels.contains { $0 < 128 }, "\(character) is drawn")
    }
  }

  @Test func digitsAlign() {
    let widths = Set("0123456789".map { Canvas.width(of: String($0), style: .label) })
    #expect(widths.count == 1)
  }

  @Test func aLongTextLosesItsStart() {
    let fitting = Canvas.fitting("a/very/long/path/to/press-4.wav", into: 160, style: .title)
    #expect(fitting.hasPrefix("…") && fitting.hasSuffix("press-4.wav"))
    #expect(Canvas.width(of: fitting, style: .title) <= 160)
    #expect(Canvas.fitting("short", into: 120, style: .title) == "short")
  }
}

/// A picture's bytes, row by row.
func bytes(of image: Image) -> [UInt8] {
  guard case .uint8(let pixels) = image.pixels else { return [] }
  return Array(pixels)
}
