import Testing

@testable import GenbaKernels

/// Resizing at every level against the definition, in memory whose ends may not be crossed.
@Suite struct ResizePlanTests {
  /// Sizes that end within a vector, a tile or a strip of rows, and those that do not.
  static let sizes: [(inHeight: Int, inWidth: Int, outHeight: Int, outWidth: Int)] = [
    (1, 1, 1, 1), (1, 1, 3, 5), (1, 17, 1, 4), (17, 1, 4, 1), (5, 5, 5, 9), (5, 5, 9, 5), (33, 20, 16, 28),
    (16, 16, 8, 64), (18, 70, 40, 150), (3, 600, 2, 7), (600, 3, 7, 2), (40, 31, 17, 30), (2, 1300, 2, 2),
  ]

  /// Noise with runs of black and white, so that overshoots are clipped.
  private func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 42
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = UInt8(truncatingIfNeeded: state >> 56)
      return state >> 40 & 3 == 0 ? (value > 127 ? 255 : 0) : value
    }
  }

  @Test(arguments: ResizeArithmetic.allCases, ResizeFilter.allCases)
  func equalsTheDefinitionAtEveryLevel(arithmetic: ResizeArithmetic, filter: ResizeFilter) {
    for (index, size) in Self.sizes.enumerated() {
      let channels = index % 4 + 1
      let pixels = noise(size.inHeight * size.inWidth * channels)
      let expected = ResizeReference(filter: filter, arithmetic: arithmetic).resize(
        pixels, height: size.inHeight, width: size.inWidth, channels: channels, toHeight: size.outHeight,
        width: size.outWidth)
      let plan = ResizePlan(
        fromHeight: size.inHeight, width: size.inWidth, toHeight: size.outHeight, width: size.outWidth,
        channels: channels, filter: filter, arithmetic: arithmetic)
      for level in KernelLevel.available {
        let result = level.run { run(plan, pixels, strideBytes: nil, against: index % 2 == 0 ? .start : .end) }
        #expect(result == expected, "\(level), \(size), \(channels) channels")
      }
    }
  }

  /// Rows with a gap between them, of which nothing may come into the result, in memory that ends with the last row.
  @Test(arguments: GuardedMemorySide.allCases, [(28, 40), (20, 40), (20, 64), (28, 64)])
  func gapsBetweenRowsAreLeftOut(side: GuardedMemorySide, outSize: (height: Int, width: Int)) {
    let (height, width, gap) = (20, 40, 3)
    for channels in 1...4 {
      let rowBytes = width * channels
      let dense = noise(height * rowBytes)
      var gapped: [UInt8] = []
      for row in 0..<height {
        gapped += dense[row * rowBytes..<(row + 1) * rowBytes]
        if row < height - 1 { gapped += [UInt8](repeating: 255, count: gap) }
      }
      let plan = ResizePlan(
        fromHeight: height, width: width, toHeight: outSize.height, width: outSize.width, channels: channels,
        filter: .bicubic, arithmetic: .torchvision)
      for level in KernelLevel.available {
        let (one, other) = level.run {
          (
            run(plan, dense, strideBytes: nil, against: side),
            run(plan, gapped, strideBytes: rowBytes + gap, against: side)
          )
        }
        #expect(one == other, "\(level), \(channels) channels")
      }
    }
  }

  @Test func weightsAddUpToOne() {
    for arithmetic in ResizeArithmetic.allCases {
      for filter in ResizeFilter.allCases {
        let axis = ResizeAxis(from: 1000, to: 333, filter: filter, arithmetic: arithmetic)
        for index in 0..<axis.outSize {
          let sum = (0..<axis.taps).reduce(0) { sum, tap in
            let place = index * axis.taps + tap
            let high = Int(axis.weights[place])
            return sum + (axis.lowWeights.isEmpty ? high : high << 15 + Int(axis.lowWeights[place]))
          }
          #expect(abs(sum - 1 << axis.shift) <= axis.taps, "\(arithmetic) \(filter) \(index)")
        }
      }
    }
  }

  /// What the plan makes of pixels that stand against a forbidden page, written to memory that does too.
  private func run(
    _ plan: ResizePlan, _ pixels: [UInt8], strideBytes: Int?, against side: GuardedMemorySide
  ) -> [UInt8] {
    let input = GuardedMemory(pixels, against: side)
    let output = GuardedMemory(
      [UInt8](repeating: 7, count: plan.outHeight * plan.outWidth * plan.channels), against: side)
    var span = unsafe OutputSpan(buffer: output.elements, initializedCount: 0)
    let source = unsafe Span(_unsafeElements: UnsafeBufferPointer(input.elements))
    plan.run(from: source, strideBytes: strideBytes, into: &span)
    _ = unsafe span.finalize(for: output.elements)
    return unsafe Array(output.elements)
  }
}
