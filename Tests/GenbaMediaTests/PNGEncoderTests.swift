import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

@Suite struct PNGEncoderTests {
  static func picture(_ colorModel: Image.ColorModel, isDeep: Bool, height: Int, width: Int) -> Image {
    var random = SeededRandom(state: UInt64(height * 1000 + width))
    let shape = [height, width, colorModel.channelCount]
    let values = (0..<shape.reduce(1, *)).map { _ in UInt16.random(in: 0 ... .max, using: &random) }
    return Image(
      pixels: isDeep
        ? .uint16(Tensor(values, shape: shape))
        : .uint8(Tensor(values.map { UInt8(truncatingIfNeeded: $0) }, shape: shape)),
      colorModel: colorModel)
  }

  @Test(arguments: [Image.ColorModel.gray, .grayAlpha, .rgb, .rgba], [false, true])
  func decodesToTheSamePixels(colorModel: Image.ColorModel, isDeep: Bool) throws {
    for (height, width) in [(1, 1), (1, 33), (17, 1), (31, 61)] {
      let image = Self.picture(colorModel, isDeep: isDeep, height: height, width: width)
      #expect(try ImageDecoder.decode(.memory(PNGEncoder.encode(image))) == image)
    }
  }

  @Test func writesAFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.png"
    let image = Self.picture(.rgb, isDeep: false, height: 9, width: 5)
    try PNGEncoder.write(image, to: path)
    #expect(try ImageDecoder.decode(path) == image)
    #expect(folder.contents == ["a.png"])
  }

  @Test func turnsThePictureFirst() throws {
    var image = Self.picture(.gray, isDeep: false, height: 3, width: 2)
    (image.orientation, image.isOrientationApplied) = (.rotate90Clockwise, false)
    let decoded = try ImageDecoder.decode(.memory(PNGEncoder.encode(image)))
    #expect(decoded.pixels == image.upright().pixels)
  }

  @Test func refusesWhatPNGDoesNotHave() {
    let inks = Self.picture(.cmyk, isDeep: false, height: 2, width: 2)
    let error = #expect(throws: GenbaError.self) { try PNGEncoder.encode(inks) }
    #expect(error?.code == .unsupportedFormat)
    let nothing = Self.picture(.gray, isDeep: false, height: 0, width: 2)
    #expect(throws: GenbaError.self) { try PNGEncoder.encode(nothing) }
    let nowhere = #expect(throws: GenbaError.self) { try PNGEncoder.write(inks, to: "/no/such/folder/a.png") }
    #expect(nowhere?.source.path == "/no/such/folder/a.png")
  }
}
