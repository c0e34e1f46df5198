import GenbaCore
import GenbaTestSupport
import GenbaVision
import Testing

/// Resizing against what torchvision, Pillow and OpenCV made of the same pixels, bit for bit.
@Suite struct ImageResizerTests {
  private static let golden = Result { try Golden(TestAssets.golden("resize.safetensors")) }
  private static let others = Result { try Golden(TestAssets.golden("resize-other.safetensors")) }

  /// An arithmetic with a filter that it has.
  struct Way: CustomStringConvertible, Sendable {
    var arithmetic: ImageResizer.Arithmetic
    var filter: ImageResizer.Filter
    var antialias: Bool
    var description: String { "\(arithmetic).\(filter)" + (antialias ? "" : ".plain") }
  }

  static let ways = ImageResizer.Arithmetic.allCases.flatMap { arithmetic in
    [true, false].flatMap { antialias in
      arithmetic.filters(antialias: antialias).map {
        Way(arithmetic: arithmetic, filter: $0, antialias: antialias)
      }
    }
  }

  /// Ways that no golden has: nearest is the same without antialias, and in float; torchvision has no Lanczos.
  static let compared = ways.filter { way in
    !(way.filter == .nearest && (!way.antialias || way.arithmetic == .torchvisionFloat))
      && !(way.filter == .lanczos && way.arithmetic == .torchvision)
  }

  @Test(arguments: compared)
  func equalsTheReference(way: Way) throws {
    let (golden, others) = (try Self.golden.get(), try Self.others.get())
    // torch adds up in an order of its own without antialias, so that halves may be rounded otherwise.
    let tolerance = way.arithmetic == .torchvisionFloat && !way.antialias ? 1.0 : 0
    var count = 0
    var unequal: [Double] = []
    for index in 0... {
      guard let input = golden.tensor("\(index).input", as: UInt8.self) else { break }
      let name = "\(index).\(way)"
      let source = golden.bundle[name] == nil ? others : golden
      guard source.bundle[name] != nil else { continue }
      let size = Array(try #require(golden.tensor("\(index).size", as: Int64.self))).map(Int.init)
      let resizer = ImageResizer(
        fromHeight: input.shape[0], width: input.shape[1], toHeight: size[0], width: size[1],
        channels: input.shape[2], filter: way.filter, arithmetic: way.arithmetic, antialias: way.antialias)
      unequal.append(source.expectMatches(name, resizer(input), within: tolerance).shareUnequal)
      count += 1
    }
    // torch 2.11 spoils the antialiased resize of a single column.
    #expect(count == (way.arithmetic == .torchvisionFloat && way.antialias ? 11 : 12))
    #expect(unequal.allSatisfy { $0 < 0.02 }, "\(unequal)")
  }

  @Test func areasOfWholeFactorsEqualOpenCVs() throws {
    let others = try Self.others.get()
    for index in 0..<5 {
      let input = try #require(others.tensor("area.\(index).input", as: UInt8.self))
      let shape = try #require(others.bundle["area.\(index)"]?.shape)
      let resizer = AreaResizer(
        fromHeight: input.shape[0], width: input.shape[1], toHeight: shape[0], width: shape[1], channels: shape[2])
      others.expectMatches("area.\(index)", resizer(input), within: 0)
    }
  }

  @Test(arguments: ways)
  func theSameSizeIsTheSamePixels(way: Way) {
    let pixels = Tensor<UInt8>((0..<30).map { UInt8($0) }, shape: [2, 5, 3])
    let resizer = ImageResizer(
      fromHeight: 2, width: 5, toHeight: 2, width: 5, filter: way.filter, arithmetic: way.arithmetic,
      antialias: way.antialias)
    #expect(resizer(pixels) == pixels)
  }

  @Test(arguments: ways)
  func constantPicturesStayConstant(way: Way) {
    for value in [UInt8(0), 1, 127, 255] {
      let pixels = Tensor(repeating: value, shape: [50, 70, 3])
      for (height, width) in [(13, 200), (25, 35), (13, 17), (90, 80)] {
        let resizer = ImageResizer(
          fromHeight: 50, width: 70, toHeight: height, width: width, filter: way.filter, arithmetic: way.arithmetic,
          antialias: way.antialias)
        #expect(resizer(pixels) == Tensor(repeating: value, shape: [height, width, 3]), "\(way) \(value)")
      }
    }
  }

  /// A part of the result is the same pixels as that part cut out, whichever passes there are.
  @Test(arguments: ways)
  func aPartIsTheWholeCutOut(way: Way) {
    let pixels = Tensor<UInt8>((0..<90 * 61 * 3).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }, shape: [90, 61, 3])
    for (height, width) in [(37, 29), (90, 29), (37, 61), (90, 61), (200, 100), (12, 80)] {
      let whole = ImageResizer(
        fromHeight: 90, width: 61, toHeight: height, width: width, filter: way.filter, arithmetic: way.arithmetic,
        antialias: way.antialias)(pixels)
      for (rows, columns) in [(3..<4, 0..<width), (height - 9..<height, 7..<28), (1..<11, width - 1..<width)] {
        let part = ImageResizer(
          fromHeight: 90, width: 61, toHeight: height, width: width, filter: way.filter, arithmetic: way.arithmetic,
          antialias: way.antialias, rows: rows, columns: columns)
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
    await #expect(processExitsWith: .failure) {
      _ = ImageResizer(fromHeight: 2, width: 5, toHeight: 4, width: 5, filter: .box, arithmetic: .torchvision)
    }
  }
}
