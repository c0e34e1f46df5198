import GenbaCore
import GenbaTestSupport
import GenbaVision
import Testing

/// Steps on pictures whose result can be written down.
@Suite struct ImageTransformTests {
  /// 2 rows of 3 columns: 0 1 2 / 3 4 5.
  private let small = Image(pixels: .uint8(Tensor([0, 1, 2, 3, 4, 5], shape: [2, 3, 1])), colorModel: .gray)

  private func values(_ image: Image) -> [[Int]] {
    let numbers: [Int] =
      switch image.pixels {
      case .uint8(let tensor): Array(tensor).map { Int($0) }
      case .uint16(let tensor): Array(tensor).map { Int($0) }
      case .float32(let tensor): Array(tensor).map { Int($0) }
      }
    return (0..<image.height).map { Array(numbers[$0 * image.width..<($0 + 1) * image.width]) }
  }

  private func pad(
    _ padding: ImagePadding, top: Int = 1, bottom: Int = 0, left: Int = 0, right: Int = 2
  ) throws -> Image {
    try ImageTransform.pad(top: top, bottom: bottom, left: left, right: right, padding, fill: [9])(small)
  }

  @Test func paddingRepeatsWhatItSays() throws {
    #expect(try values(pad(.constant)) == [[9, 9, 9, 9, 9], [0, 1, 2, 9, 9], [3, 4, 5, 9, 9]])
    #expect(try values(pad(.edge)) == [[0, 1, 2, 2, 2], [0, 1, 2, 2, 2], [3, 4, 5, 5, 5]])
    #expect(try values(pad(.reflect)) == [[3, 4, 5, 4, 3], [0, 1, 2, 1, 0], [3, 4, 5, 4, 3]])
    #expect(
      try values(pad(.reflect, top: 0, bottom: 1, left: 2, right: 0)) == [
        [2, 1, 0, 1, 2], [5, 4, 3, 4, 5], [2, 1, 0, 1, 2],
      ])
  }

  @Test func cropsAndTurns() throws {
    #expect(try values(ImageTransform.crop(rows: 1..<2, columns: 1..<3)(small)) == [[4, 5]])
    #expect(try values(ImageTransform.centerCrop(height: 1, width: 1)(small)) == [[1]])
    #expect(try values(ImageTransform.centerCrop(height: 3, width: 3)(small)) == [[0, 1, 2], [3, 4, 5], [0, 0, 0]])
    #expect(try values(ImageTransform.turn(.flipHorizontally)(small)) == [[2, 1, 0], [5, 4, 3]])
    #expect(try values(ImageTransform.turn(.flipVertically)(small)) == [[3, 4, 5], [0, 1, 2]])
    #expect(try values(ImageTransform.turn(.rotate90Clockwise)(small)) == [[3, 0], [4, 1], [5, 2]])
    #expect(try values(ImageTransform.turn(.rotate180)(small)) == [[5, 4, 3], [2, 1, 0]])
    #expect(try values(ImageTransform.turn(.rotate90Counterclockwise)(small)) == [[2, 5], [1, 4], [0, 3]])
  }

  @Test func aLetterboxIsCentred() throws {
    let resize = ImageResize(filter: .nearest)
    let wide = try ImageTransform.letterbox(height: 3, width: 3, fill: [9], resize)(small)
    #expect(values(wide) == [[0, 1, 2], [3, 4, 5], [9, 9, 9]])
    let tall = try ImageTransform.letterbox(height: 2, width: 8, fill: [9], resize)(small)
    #expect(values(tall) == [[9, 9, 0, 1, 2, 9, 9, 9], [9, 9, 3, 4, 5, 9, 9, 9]])
    let line = Image(pixels: .uint8(Tensor(repeating: 1, shape: [1, 100, 1])), colorModel: .gray)
    #expect(try ImageTransform.letterbox(height: 10, width: 10, fill: [0], resize)(line).shape == [10, 10, 1])
  }

  /// The same step on every type of pixel gives the same picture.
  @Test func everyDepthTakesEveryStep() throws {
    let steps: [ImageTransform] = [
      .crop(rows: 0..<2, columns: 1..<3), .centerCrop(height: 3, width: 1),
      .pad(top: 1, bottom: 1, left: 2, right: 0, .reflect, fill: [0]),
      .resize(height: 5, width: 4, ImageResize(filter: .nearest)), .turn(.transpose),
      .letterbox(height: 4, width: 4, fill: [7], ImageResize(filter: .nearest)), .gray(.openCV), .alpha(.drop),
      .resizeShortestEdge(4, ImageResize(filter: .nearest)),
    ]
    let deep = Image(pixels: .uint16(Tensor([0, 1, 2, 3, 4, 5], shape: [2, 3, 1])), colorModel: .gray)
    let float = Image(pixels: .float32(Tensor([0, 1, 2, 3, 4, 5], shape: [2, 3, 1])), colorModel: .gray)
    for step in steps {
      // A mirrored border of 1 row is all that 2 rows give.
      let expected = try values(step(small))
      #expect(try values(step(deep)) == expected, "\(step)")
      #expect(try values(step(float)) == expected, "\(step)")
    }
  }

  @Test func deepPicturesAreResizedInTheirDepth() throws {
    let deep = Image(
      pixels: .uint16(Tensor((0..<60).map { UInt16($0 * 1000) }, shape: [6, 10, 1])), colorModel: .gray)
    let half = try ImageTransform.resize(height: 3, width: 5, ImageResize(filter: .bilinear))(deep)
    #expect(half.tensor.dtype == .uint16 && half.shape == [3, 5, 1])
    let float = try ImageTransform.resize(
      height: 3, width: 5, ImageResize(filter: .bilinear))(ImageTransform.float32(deep))
    guard case .uint16(let whole) = half.pixels, case .float32(let shares) = float.pixels else { return }
    expectClose(Array(whole).map(Double.init), Array(shares).map { Double($0) * 65535 }, within: 0.51)
  }

  @Test func depthsAreConverted() throws {
    let deep = Image(pixels: .uint16(Tensor([0, 257, 128, 129, 65535], shape: [1, 5, 1])), colorModel: .gray)
    #expect(try values(ImageTransform.uint8(deep)) == [[0, 1, 0, 1, 255]])
    let float = Image(pixels: .float32(Tensor([-1, 0.5, 2, .nan, 1 / 255], shape: [1, 5, 1])), colorModel: .gray)
    #expect(try values(ImageTransform.uint8(float)) == [[0, 128, 255, 0, 1]])
    guard case .float32(let back) = try ImageTransform.float32(small).pixels else { return }
    #expect(Array(back) == [0, 1, 2, 3, 4, 5].map { Float($0) / 255 })
  }

  @Test(
    arguments: [
      ImageTransform.crop(rows: 0..<3, columns: 0..<3), .crop(rows: 1..<1, columns: 0..<1),
      .crop(rows: -1..<1, columns: 0..<1), .centerCrop(height: 0, width: 3),
      .pad(top: -1, bottom: 0, left: 0, right: 0, .constant, fill: [0]),
      .pad(top: 2, bottom: 0, left: 0, right: 0, .reflect, fill: [0]),
      .pad(top: 1, bottom: 0, left: 0, right: 0, .constant, fill: [0, 0]),
      .resize(height: 0, width: 5, ImageResize()), .resize(height: 5, width: 5, ImageResize(filter: .box)),
      .resize(height: 5, width: 5, ImageResize(filter: .lanczos, arithmetic: .pillow, antialias: false)),
      .letterbox(height: 0, width: 3, fill: [0], ImageResize()), .resizeShortestEdge(0, ImageResize()),
    ])
  func whatCannotBeDoneIsAnError(step: ImageTransform) {
    let error = #expect(throws: GenbaError.self) { try step(small) }
    #expect(error?.code == .mismatchedInputs)
  }

  @Test func largeResultsAreErrors() {
    for step in [
      ImageTransform.resize(height: 1 << 20, width: 1 << 20, ImageResize()), .centerCrop(height: 1 << 40, width: 1),
      .pad(top: 1 << 25, bottom: 1 << 25, left: 1000, right: 0, .constant, fill: [0]),
      .letterbox(height: 1 << 20, width: 1 << 20, fill: [0], ImageResize()),
    ] {
      let error = #expect(throws: GenbaError.self, "\(step)") { try step(small) }
      #expect(error?.code == .limitExceeded)
    }
  }
}
