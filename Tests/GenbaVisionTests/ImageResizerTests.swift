import GenbaCore
import GenbaTestSupport
import GenbaVision
import Testing

/// Resizing against what torchvision and Pillow made of the same pixels, bit for bit.
@Suite struct ImageResizerTests {
  private static let golden = Result { try Golden(TestAssets.golden("resize.safetensors")) }

  @Test(arguments: ImageResizer.Arithmetic.allCases, ImageResizer.Filter.allCases)
  func equalsTheReference(arithmetic: ImageResizer.Arithmetic, filter: ImageResizer.Filter) throws {
    let golden = try Self.golden.get()
    var count = 0
    for index in 0... {
      guard let input = golden.tensor("\(index).input", as: UInt8.self) else { break }
      let name = "\(index).\(arithmetic).\(filter)"
      // torchvision 0.26 has no antialiased Lanczos.
      guard golden.bundle[name] != nil else { continue }
      let size = Array(try #require(golden.tensor("\(index).size", as: Int64.self))).map(Int.init)
      let resizer = ImageResizer(
        fromHeight: input.shape[0], width: input.shape[1], toHeight: size[0], width: size[1],
        channels: input.shape[2], filter: filter, arithmetic: arithmetic)
      golden.expectMatches(name, resizer(input), within: 0)
      count += 1
    }
    #expect(count == (arithmetic == .torchvision && filter == .lanczos ? 0 : 12))
  }

  @Test func theSameSizeIsTheSamePixels() {
    let pixels = Tensor<UInt8>((0..<30).map { UInt8($0) }, shape: [2, 5, 3])
    #expect(ImageResizer(fromHeight: 2, width: 5, toHeight: 2, width: 5)(pixels) == pixels)
  }

  @Test func constantPicturesStayConstant() {
    for arithmetic in ImageResizer.Arithmetic.allCases {
      for value in [UInt8(0), 1, 127, 255] {
        let pixels = Tensor(repeating: value, shape: [50, 70, 3])
        let resizer = ImageResizer(fromHeight: 50, width: 70, toHeight: 13, width: 200, arithmetic: arithmetic)
        #expect(resizer(pixels) == Tensor(repeating: value, shape: [13, 200, 3]), "\(arithmetic) \(value)")
      }
    }
  }

  /// A part of the result is the same pixels as that part cut out, whichever passes there are.
  @Test(arguments: ImageResizer.Arithmetic.allCases, ImageResizer.Filter.allCases)
  func aPartIsTheWholeCutOut(arithmetic: ImageResizer.Arithmetic, filter: ImageResizer.Filter) {
    let pixels = Tensor<UInt8>((0..<90 * 61 * 3).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }, shape: [90, 61, 3])
    for (height, width) in [(37, 29), (90, 29), (37, 61), (90, 61), (200, 100), (12, 80)] {
      let whole = ImageResizer(
        fromHeight: 90, width: 61, toHeight: height, width: width, filter: filter, arithmetic: arithmetic)(pixels)
      for (rows, columns) in [(3..<4, 0..<width), (height - 9..<height, 7..<28), (1..<11, width - 1..<width)] {
        let part = ImageResizer(
          fromHeight: 90, width: 61, toHeight: height, width: width, filter: filter, arithmetic: arithmetic,
          rows: rows, columns: columns)
        #expect(part(pixels) == whole.cropped(rows: rows, columns: columns), "\(height)x\(width), \(rows), \(columns)")
      }
    }
  }

  @Test func spentMemoryIsUsedAgain() {
    let pixels = Tensor<UInt8>(repeating: 9, shape: [8, 8, 3])
    let resizer = ImageResizer(fromHeight: 8, width: 8, toHeight: 4, width: 4)
    var spent: Tensor<UInt8>? = Tensor(repeating: 0, shape: [4, 4, 3])
    let before = unsafe spent?.withUnsafeBytes { $0.baseAddress }
    let result = resizer(pixels, reusing: &spent)
    #expect(spent == nil)
    let after = unsafe result.withUnsafeBytes { $0.baseAddress }
    #expect(unsafe after == before)
  }

  @Test func badCallsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = ImageResizer(fromHeight: 0, width: 5, toHeight: 2, width: 5)
    }
    await #expect(processExitsWith: .failure) {
      _ = ImageResizer(fromHeight: 2, width: 5, toHeight: 4, width: 5)(Tensor(repeating: 0, shape: [5, 2, 3]))
    }
  }
}
