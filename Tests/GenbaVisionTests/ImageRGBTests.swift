import GenbaCore
import GenbaVision
import Testing

/// transformers' way to RGB, by the definitions of the operations it is made of.
@Suite struct ImageRGBTests {
  private func rgb(_ pixels: [UInt8], _ model: Image.ColorModel) -> [UInt8] {
    let channels = model.channelCount
    let image = Image(
      pixels: .uint8(Tensor(pixels, shape: [1, pixels.count / channels, channels])), colorModel: model)
    return bytes(of: image.convertedToRGB())
  }

  private func bytes(of image: Image) -> [UInt8] {
    guard case .uint8(let tensor) = image.pixels, image.colorModel == .rgb else { return [] }
    return Array(tensor)
  }

  @Test func rgbStays() {
    let pixels: [UInt8] = [1, 2, 3, 250, 251, 252]
    #expect(rgb(pixels, .rgb) == pixels)
  }

  @Test func grayIsRepeated() {
    #expect(rgb([0, 7, 255], .gray) == [0, 0, 0, 7, 7, 7, 255, 255, 255])
  }

  /// Pillow's integers round colour · alpha + white · (1 - alpha) to nearest, but for at most one level at ties.
  @Test func alphaIsCompositedOnWhite() {
    for alpha in 0...255 {
      for color in 0...255 {
        let result = rgb([UInt8(color), UInt8(alpha)], .grayAlpha)
        let exact = (Double(color * alpha) + 255 * Double(255 - alpha)) / 255
        #expect(abs(Double(result[0]) - exact) <= 0.51 && result[0] == result[1] && result[1] == result[2])
      }
    }
    #expect(rgb([10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128], .rgba)[..<6] == [10, 20, 30, 255, 255, 255])
  }

  /// From Pillow 13: `Image.alpha_composite` on white, for values where rounding shows.
  @Test func alphaRoundsAsPillowDoes() {
    let cases: [(color: UInt8, alpha: UInt8, result: UInt8)] = [
      (0, 127, 128), (0, 128, 127), (10, 128, 132), (200, 1, 255), (254, 254, 254), (77, 99, 186), (3, 200, 57),
    ]
    for item in cases { #expect(rgb([item.color, item.alpha], .grayAlpha)[0] == item.result, "\(item)") }
  }

  /// Pillow: (255 - ink) · (255 - black) / 255, where the product is rounded on the ink's side.
  @Test func inksTakeLightAway() {
    #expect(rgb([0, 0, 0, 0], .cmyk) == [255, 255, 255])
    #expect(rgb([0, 0, 0, 255], .cmyk) == [0, 0, 0])
    #expect(rgb([255, 0, 128, 0], .cmyk) == [0, 255, 127])
    #expect(rgb([100, 50, 200, 77], .cmyk) == [108, 143, 38])
  }

  @Test func sixteenBitsAreRoundedToNearest() {
    let values: [UInt16] = [0, 128, 129, 257, 385, 386, 65_535, 65_407, 65_406]
    let image = Image(pixels: .uint16(Tensor(values, shape: [1, values.count, 1])), colorModel: .gray)
    let gray = bytes(of: image.convertedToRGB()).enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    #expect(gray == values.map { UInt8((Double($0) / 257).rounded()) })
  }

  @Test func orientationIsKept() {
    let image = Image(
      pixels: .uint8(Tensor(repeating: 1, shape: [1, 1, 1])), colorModel: .gray, orientation: .rotate180,
      isOrientationApplied: false
    ).convertedToRGB()
    #expect(image.orientation == .rotate180 && !image.isOrientationApplied)
  }
}
