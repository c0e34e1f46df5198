import GenbaCore
import GenbaTestSupport
import Testing

@testable import GenbaKernels

/// The filters against their definitions, on random codes with holes.
@Suite struct StereoCodesTests {
  private func random(height: Int, width: Int, holes: Int) -> [[Int]] {
    var random = SeededRandom(state: UInt64(height * width))
    return (0..<height).map { _ in
      (0..<width).map { _ in
        Int.random(in: 0..<holes, using: &random) == 0 ? -1 : Int.random(in: 0...9, using: &random) * 64
      }
    }
  }

  private func codes(_ values: [[Int]]) -> StereoCodes {
    let codes = StereoCodes(height: values.count, width: values[0].count)
    for (row, line) in values.enumerated() {
      for (column, value) in line.enumerated() {
        unsafe codes.row(row)[column] = Int16(value)
        unsafe codes.confidenceRow(row)[column] = 0.25
      }
    }
    return codes
  }

  private func values(_ codes: StereoCodes) -> [[Int]] {
    (0..<codes.height).map { row in (0..<codes.width).map { column in unsafe Int(codes.row(row)[column]) } }
  }

  @Test(arguments: [(1, 1), (1, 40), (5, 67), (9, 33)]) func median(height: Int, width: Int) {
    let values = random(height: height, width: width, holes: 4)
    let expected = (0..<height).map { row in
      (0..<width).map { column in
        var around: [Int] = []
        for y in -1...1 {
          for x in -1...1 {
            around.append(values[min(max(row + y, 0), height - 1)][min(max(column + x, 0), width - 1)])
          }
        }
        return around.sorted()[4]
      }
    }
    for level in KernelLevel.available {
      let codes = codes(values)
      level.run { codes.median() }
      #expect(self.values(codes) == expected, "\(level)")
    }
  }

  /// Flood fill, pixel by pixel.
  @Test(arguments: [0, 3, 12, 40]) func speckles(windowSize: Int) {
    let values = random(height: 24, width: 31, holes: 5)
    var expected = values
    var seen = Set<Int>()
    for start in 0..<24 * 31 where values[start / 31][start % 31] >= 0 && !seen.contains(start) {
      var region = [start]
      var next = 0
      seen.insert(start)
      while next < region.count {
        let (y, x) = (region[next] / 31, region[next] % 31)
        next += 1
        for (ny, nx) in [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)] {
          guard (0..<24).contains(ny) && (0..<31).contains(nx), values[ny][nx] >= 0,
            abs(values[ny][nx] - values[y][x]) <= 128, seen.insert(ny * 31 + nx).inserted
          else { continue }
          region.append(ny * 31 + nx)
        }
      }
      if region.count <= windowSize { for index in region { expected[index / 31][index % 31] = -1 } }
    }
    let codes = codes(values)
    codes.removeSpeckles(windowSize: windowSize, range: 2)
    #expect(self.values(codes) == expected)
    #expect(windowSize == 0 || expected != values, "something was taken out")
  }

  /// Steps of 60 lie on both sides of the limit, 128, and means come out as halves, which go up.
  @Test(arguments: [(1, 1), (2, 3), (6, 70)]) func smoothing(height: Int, width: Int) {
    var random = SeededRandom(state: 3)
    let values = (0..<height).map { _ in
      (0..<width).map { _ in
        Int.random(in: 0..<5, using: &random) == 0 ? -1 : Int.random(in: 0...6, using: &random) * 60
      }
    }
    let expected = (0..<height).map { row in
      (0..<width).map { column in
        let code = values[row][column]
        guard code >= 0 else { return -1 }
        var near: [Int] = []
        for y in max(row - 2, 0)...min(row + 2, height - 1) {
          for x in max(column - 2, 0)...min(column + 2, width - 1) where values[y][x] >= 0 {
            if abs(values[y][x] - code) <= 128 { near.append(values[y][x] - code) }
          }
        }
        return code + Int((Double(near.reduce(0, +)) / Double(near.count) + 0.5).rounded(.down))
      }
    }
    #expect(height == 1 || expected != values, "something is smoothed")
    for level in KernelLevel.available {
      let codes = codes(values)
      level.run { codes.smooth() }
      #expect(self.values(codes) == expected, "\(level)")
    }
  }

  @Test func finishing() {
    let values = random(height: 11, width: 50, holes: 5)
    /// The pixel and those of the eight around it, `step` away, that are near it.
    func near(_ row: Int, _ column: Int, step: Int) -> Int {
      var count = 1
      for y in [-step, 0, step] {
        for x in [-step, 0, step] where (y, x) != (0, 0) {
          guard values.indices.contains(row + y), values[0].indices.contains(column + x) else { continue }
          let other = values[row + y][column + x]
          count += other >= 0 && abs(other - values[row][column]) <= 128 ? 1 : 0
        }
      }
      return count
    }
    for level in KernelLevel.available {
      let codes = codes(values)
      var (mask, trust) = (Tensor<Bool>(repeating: false, shape: [0]), Tensor<Float>(repeating: 0, shape: [0]))
      let disparity = level.run {
        Tensor<Float>(shape: [550]) { disparity in
          mask = Tensor(shape: [550]) { mask in
            trust = Tensor(shape: [550]) { trust in
              codes.finish(minDisparity: -3, disparity: &disparity, mask: &mask, confidence: &trust)
            }
          }
        }
      }
      for (index, code) in values.flatMap({ $0 }).enumerated() {
        let (row, column) = (index / 50, index % 50)
        let agreeing = near(row, column, step: 2) * near(row, column, step: 4)
        #expect(mask[index] == (code >= 0))
        #expect(disparity[index] == (code >= 0 ? Float(code) / 64 - 3 : 0))
        let expected = code >= 0 ? Float(0.5) * (Float(agreeing) * (1 / 81)) : 0
        #expect(trust[index] == expected, "\(level), \(row), \(column)")
      }
    }
  }
}
