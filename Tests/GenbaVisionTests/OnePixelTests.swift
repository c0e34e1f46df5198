import GenbaCore
import GenbaTestSupport
import GenbaVision
import Testing

/// Pictures of one pixel, and of one row or column, through every step: as large as asked, and of one colour.
@Suite struct OnePixelTests {
  private static let resizes = ImageResizer.Arithmetic.allCases.flatMap { arithmetic in
    [true, false].flatMap { antialias in
      arithmetic.filters(antialias: antialias).map {
        ImageResize(filter: $0, arithmetic: arithmetic, antialias: antialias)
      }
    }
  }

  @Test(arguments: [(1, 1), (1, 7), (7, 1)])
  func growShrinkAndTurn(height: Int, width: Int) throws {
    let image = Image(rgb: Tensor(repeating: 200, shape: [height, width, 3]))
    for resize in Self.resizes {
      for (rows, columns) in [(1, 1), (5, 4), (1, 9)] {
        let resized = try ImageTransform.resize(height: rows, width: columns, resize)(image)
        #expect(resized.pixels == .uint8(Tensor(repeating: 200, shape: [rows, columns, 3])), "\(resize)")
      }
      let boxed = try ImageTransform.letterbox(height: 6, width: 6, fill: [200], resize)(image)
      #expect(boxed.pixels == .uint8(Tensor(repeating: 200, shape: [6, 6, 3])))
    }
    for turn in ImageOrientation.allCases {
      let shape = turn.swapsAxes ? [width, height, 3] : [height, width, 3]
      #expect(try ImageTransform.turn(turn)(image).shape == shape)
    }
    for padding in [ImagePadding.constant, .edge] {
      let padded = try ImageTransform.pad(top: 2, bottom: 0, left: 1, right: 3, padding, fill: [200])(image)
      #expect(padded.pixels == .uint8(Tensor(repeating: 200, shape: [height + 2, width + 4, 3])))
    }
    #expect(try ImageTransform.gray(.openCV)(image).shape == [height, width, 1])
  }

  @Test func emptyPicturesAreErrorsOrStayEmpty() throws {
    for shape in [[0, 4, 3], [4, 0, 3], [0, 0, 3]] {
      let empty = Image(rgb: Tensor(repeating: 0, shape: shape))
      for step in [
        ImageTransform.resize(height: 2, width: 2, ImageResize()), .resizeShortestEdge(3, ImageResize()),
        .letterbox(height: 2, width: 2, fill: [0], ImageResize()), .crop(rows: 0..<1, columns: 0..<1),
        .pad(top: 1, bottom: 0, left: 0, right: 0, .edge, fill: [0]),
      ] {
        let error = #expect(throws: GenbaError.self, "\(step)") { try step(empty) }
        #expect(error?.code == .mismatchedInputs)
      }
      for step in [ImageTransform.gray(.pillow), .float32, .alpha(.drop), .rgb(.qwenVLUtils), .turn(.rotate180)] {
        #expect(try step(empty).height == shape[0])
      }
    }
  }
}
