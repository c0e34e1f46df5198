import GenbaCore
import Testing

@testable import GenbaPlot

@Suite struct TensorThumbnailTests {
  private func rgb(_ image: Image?) throws -> Tensor<UInt8> {
    guard case .uint8(let pixels) = try #require(image).pixels else { throw GenbaError(.ioFailed, "no bytes") }
    return pixels
  }

  /// The red of a square picture's corners, row by row.
  private func corners(_ bytes: [UInt8], side: Int) -> [UInt8] {
    let last = side - 1
    let places: [Int] = [0, last, last * side, last * side + last]
    return places.map { bytes[3 * $0] }
  }

  @Test func picturesKeepTheirShapeAndClipsShowFourFrames() throws {
    let picture = Tensor<UInt8>(repeating: 9, shape: [30, 60, 3])
    let one = try rgb(TensorThumbnail(width: 360, height: 240)(AnyTensor(picture)))
    #expect(one.shape == [180, 360, 3] && Set(Array(one)) == [9])

    // Eight frames, each of its number: 0, 2, 4 and 6 are shown.
    let clip = Tensor<UInt8>(shape: [8, 3, 20, 20]) { out in
      for index in 0..<8 * 1200 { out.append(UInt8(index / 1200)) }
    }
    let sheet = try rgb(TensorThumbnail(width: 80, height: 40)(AnyTensor(clip)))
    #expect(sheet.shape == [40, 40, 3])
    let bytes = Array(sheet)
    #expect(corners(bytes, side: 40) == [0, 2, 4, 6])
  }

  @Test func aMaskLeavesHolesBlankAndOutOfTheRange() throws {
    // 5 and 6 are known; 0 stands where nothing is.
    let values = Tensor<Float>(shape: [2, 2]) { out in [5, 0, 0, 6].forEach { out.append($0) } }
    let mask = Tensor<Bool>(shape: [2, 2]) { out in [true, false, false, true].forEach { out.append($0) } }
    let bytes = Array(try rgb(TensorThumbnail(width: 20, height: 20, colorMap: .gray)(AnyTensor(values), mask: mask)))
    #expect(corners(bytes, side: 20) == [0, 0xE4, 0xE4, 255])
    let lower = TensorThumbnail(width: 20, height: 20, origin: .lower, colorMap: .gray)
    #expect(Array(try rgb(lower(AnyTensor(values), mask: mask)))[0] == 0xE4)
  }

  @Test func longMapsAreStretchedAndCurvesHaveNone() throws {
    let long = Tensor<Float>(repeating: 1, shape: [80, 3000])
    #expect(try rgb(TensorThumbnail(width: 360, height: 240)(AnyTensor(long))).shape == [240, 360, 3])
    #expect(TensorThumbnail()(AnyTensor(Tensor<Float>(repeating: 1, shape: [1, 16_000]))) == nil)
    #expect(TensorThumbnail()(AnyTensor(Tensor<Float>(repeating: 1, shape: [0, 3]))) == nil)
  }
}
