import GenbaKernels
import Testing

/// Patches and planes by closed form: a pixel's value says where it stood.
@Suite struct PatchLayoutTests {
  static let layouts = [
    PatchLayout(patchSize: 14, mergeSize: 2, temporalPatchSize: 2, gridHeight: 4, gridWidth: 6),
    PatchLayout(patchSize: 16, mergeSize: 2, temporalPatchSize: 2, gridHeight: 2, gridWidth: 2),
    PatchLayout(patchSize: 3, mergeSize: 3, temporalPatchSize: 4, gridHeight: 3, gridWidth: 6),
    PatchLayout(patchSize: 1, mergeSize: 1, temporalPatchSize: 1, gridHeight: 1, gridWidth: 1),
  ]

  /// A table that keeps channels apart.
  private let table = (0..<3 * 256).map { (index: Int) -> Float in Float(index / 256 * 1000 + index % 256) }

  /// A frame whose bytes tell row, column, channel and frame, as far as a byte can.
  private func frame(_ layout: PatchLayout, index: Int) -> [UInt8] {
    let (height, width) = (layout.gridHeight * layout.patchSize, layout.gridWidth * layout.patchSize)
    let rowBytes = width * 3
    return (0..<height * rowBytes).map { (place: Int) -> UInt8 in
      UInt8(truncatingIfNeeded: place / rowBytes * 37 + place % rowBytes + index)
    }
  }

  /// [gridHeight / merge, gridWidth / merge, merge, merge, 3, temporal, patch, patch], axis by axis.
  private func expected(_ layout: PatchLayout, _ frames: [[UInt8]]) -> [Float] {
    let (patch, merge) = (layout.patchSize, layout.mergeSize)
    let width = layout.gridWidth * patch
    var values: [Float] = []
    for blockY in 0..<layout.gridHeight / merge {
      for blockX in 0..<layout.gridWidth / merge {
        for mergeY in 0..<merge {
          for mergeX in 0..<merge {
            for channel in 0..<3 {
              for time in 0..<layout.temporalPatchSize {
                for y in 0..<patch {
                  for x in 0..<patch {
                    let row = (blockY * merge + mergeY) * patch + y
                    let column = (blockX * merge + mergeX) * patch + x
                    let pixel = frames[frames.count == 1 ? 0 : time][(row * width + column) * 3 + channel]
                    values.append(table[256 * channel + Int(pixel)])
                  }
                }
              }
            }
          }
        }
      }
    }
    return values
  }

  @Test(arguments: layouts, [false, true])
  func everyPixelIsInItsPlace(layout: PatchLayout, isVideo: Bool) {
    let frames = (0..<(isVideo ? layout.temporalPatchSize : 1)).map { frame(layout, index: $0) }
    let expected = expected(layout, frames)
    for level in KernelLevel.available {
      for side in GuardedMemorySide.allCases {
        let inputs = frames.map { GuardedMemory($0, against: side) }
        let output = GuardedMemory([Float](repeating: .nan, count: expected.count), against: side)
        level.run {
          var span = unsafe OutputSpan(buffer: output.elements, initializedCount: 0)
          layout.append(frameCount: frames.count, table: table.span, to: &span) { index, write in
            let pixels = unsafe UnsafeBufferPointer(inputs[index].elements)
            unsafe write(Span(_unsafeElements: pixels))
          }
          _ = unsafe span.finalize(for: output.elements)
        }
        #expect(unsafe Array(output.elements) == expected, "\(level), \(side)")
      }
    }
  }

  @Test(arguments: [(1, 1, 3), (5, 17, 3), (4, 33, 1), (3, 16, 4)])
  func planes(height: Int, width: Int, channels: Int) {
    let pixels = (0..<height * width * channels).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let table = (0..<channels * 256).map { Float($0) / 3 }
    var expected: [Float] = []
    for channel in 0..<channels {
      for pixel in 0..<height * width {
        expected.append(table[256 * channel + Int(pixels[pixel * channels + channel])])
      }
    }
    for level in KernelLevel.available {
      for side in GuardedMemorySide.allCases {
        let input = GuardedMemory(pixels, against: side)
        let output = GuardedMemory([Float](repeating: .nan, count: expected.count), against: side)
        level.run {
          var span = unsafe OutputSpan(buffer: output.elements, initializedCount: 0)
          let source = unsafe Span(_unsafeElements: UnsafeBufferPointer(input.elements))
          NormalizePlanes.run(
            source, height: height, width: width, channels: channels, rows: 0..<height, columns: 0..<width,
            table: table.span, background: { _ in .nan }, into: &span)
          _ = unsafe span.finalize(for: output.elements)
        }
        #expect(unsafe Array(output.elements) == expected, "\(level), \(side)")
      }
    }
  }
}
