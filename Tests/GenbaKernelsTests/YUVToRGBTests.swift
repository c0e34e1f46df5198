import GenbaKernels
import GenbaTestSupport
import Testing

/// The kernel against its own arithmetic written out, at every level and odd size.
@Suite struct YUVToRGBTests {
  struct Case: Sendable {
    var width: Int
    var height: Int
    var hasHalfRows: Bool
    var isFullRange: Bool
    var asPlanes: Bool
  }

  static let cases: [Case] = [1, 2, 3, 15, 16, 31, 33, 63, 64, 65, 127, 130, 200].enumerated().flatMap {
    number, width in
    [true, false].map { asPlanes in
      Case(
        width: width, height: 1 + number % 5, hasHalfRows: number % 2 == 0, isFullRange: number % 3 == 0,
        asPlanes: asPlanes)
    }
  }

  @Test(arguments: cases)
  func everyLevelGivesTheFormula(_ sizes: Case) {
    var random = SeededRandom(state: UInt64(sizes.width))
    let stride = sizes.width + 5
    let chromaStride = (sizes.width + 1) / 2 + 3
    let chromaRows = sizes.hasHalfRows ? (sizes.height + 1) / 2 : sizes.height
    func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) } }
    let (luma, u, v) = (
      noise(stride * sizes.height), noise(chromaStride * chromaRows), noise(chromaStride * chromaRows)
    )
    let coefficients: (Int32, Int32, Int32, Int32) = (117_489, 138_438, 13_975, 34_925)  // BT.709
    func fixed(_ value: Int) -> Int { (value * 8192 + 32_768) >> 16 }
    func chroma(_ value: Int) -> Int { fixed(sizes.isFullRange ? value * 224 / 255 : value) }
    let (scale, offset) = sizes.isFullRange ? (fixed(65_536), 0) : (fixed(65_536 * 255 / 219), 128)
    var expected = [UInt8](repeating: 0, count: 3 * sizes.width * sizes.height)
    for row in 0..<sizes.height {
      for column in 0..<sizes.width {
        let place = (sizes.hasHalfRows ? row / 2 : row) * chromaStride + column / 2
        let y = ((Int(luma[row * stride + column]) * 8 - offset) * scale) >> 16
        let (du, dv) = (Int(u[place]) * 8 - 1024, Int(v[place]) * 8 - 1024)
        let colors = [
          y + (dv * chroma(117_489)) >> 16, y + (du * chroma(-13_975)) >> 16 + (dv * chroma(-34_925)) >> 16,
          y + (du * chroma(138_438)) >> 16,
        ]
        for (channel, color) in colors.enumerated() {
          let pixel = row * sizes.width + column
          expected[sizes.asPlanes ? channel * sizes.width * sizes.height + pixel : 3 * pixel + channel] = UInt8(
            min(max(color, 0), 255))
        }
      }
    }
    let conversion = YUVToRGB(coefficients: coefficients, isFullRange: sizes.isFullRange)
    for level in KernelLevel.available {
      var output = [UInt8](repeating: 7, count: expected.count)
      level.run {
        var target = output.mutableSpan
        conversion.write(
          luma: .init(luma.span, stride: stride), u: .init(u.span, stride: chromaStride),
          v: .init(v.span, stride: chromaStride), width: sizes.width, height: sizes.height,
          hasHalfRows: sizes.hasHalfRows, asPlanes: sizes.asPlanes, to: &target)
      }
      #expect(output == expected, "\(level), \(sizes)")
    }
  }
}
