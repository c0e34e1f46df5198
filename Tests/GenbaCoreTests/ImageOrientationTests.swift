import GenbaCore
import Testing

@Suite struct ImageOrientationTests {
  /// The stored place of each upright pixel, written out from the meaning of each orientation.
  static func stored(_ orientation: ImageOrientation, row: Int, column: Int, height: Int, width: Int) -> (Int, Int) {
    switch orientation {
    case .up: (row, column)
    case .flipHorizontally: (row, width - 1 - column)
    case .rotate180: (height - 1 - row, width - 1 - column)
    case .flipVertically: (height - 1 - row, column)
    case .transpose: (column, row)
    case .rotate90Clockwise: (height - 1 - column, row)
    case .transverse: (height - 1 - column, width - 1 - row)
    case .rotate90Counterclockwise: (column, width - 1 - row)
    }
  }

  static let sizes = [(1, 1), (1, 7), (7, 1), (3, 5), (64, 65), (130, 67)]

  @Test(arguments: ImageOrientation.allCases)
  func movesEveryPixel(orientation: ImageOrientation) {
    for colorModel in [Image.ColorModel.gray, .grayAlpha, .rgb, .rgba] {
      let channels = colorModel.channelCount
      for (height, width) in Self.sizes {
        let values = (0..<height * width * channels).map { UInt16(truncatingIfNeeded: $0 &* 31 &+ 5) }
        let shape = [height, width, channels]
        let deep = Image(
          pixels: .uint16(Tensor(values, shape: shape)), colorModel: colorModel, orientation: orientation,
          isOrientationApplied: false)
        let flat = Image(
          pixels: .uint8(Tensor(values.map { UInt8(truncatingIfNeeded: $0) }, shape: shape)), colorModel: colorModel,
          orientation: orientation, isOrientationApplied: false)
        let upright = orientation.swapsAxes ? [width, height, channels] : shape
        var expected: [UInt16] = []
        for row in 0..<upright[0] {
          for column in 0..<upright[1] {
            let (y, x) = Self.stored(orientation, row: row, column: column, height: height, width: width)
            expected += values[(y * width + x) * channels..<(y * width + x + 1) * channels]
          }
        }
        #expect(deep.upright().pixels == .uint16(Tensor(expected, shape: upright)))
        let narrow = expected.map { UInt8(truncatingIfNeeded: $0) }
        #expect(flat.upright().pixels == .uint8(Tensor(narrow, shape: upright)))
      }
    }
  }

  @Test func turnsOnlyOnce() {
    let stored = Image(
      pixels: .uint8(Tensor(Array(0..<6), shape: [2, 3, 1])), colorModel: .gray, orientation: .rotate90Clockwise,
      isOrientationApplied: false)
    let upright = stored.upright()
    #expect(upright.pixels == .uint8(Tensor([3, 0, 4, 1, 5, 2], shape: [3, 2, 1])))
    #expect(upright.isOrientationApplied && upright.orientation == .rotate90Clockwise)
    #expect(upright.upright() == upright)
  }
}
