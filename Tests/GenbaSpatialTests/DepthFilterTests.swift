import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Glibc
import Testing

@testable import GenbaKernels

/// Filters against OpenCV 5.0, inside of the picture, where borders do not matter; and what they do at holes.
@Suite struct DepthFilterTests {
  let golden: Golden
  /// The scene with its holes filled with 2 m.
  let full: DepthMap

  init() throws {
    golden = try Golden(TestAssets.golden("depth.safetensors"))
    let units = try #require(golden.tensor("scene.millimetres", as: UInt16.self))
    full = DepthMap(
      metres: Tensor(Array(DepthMap(units: units).metres).map { $0 == 0 ? 2 : $0 }, shape: units.shape))
  }

  /// Expects the sampled pixels that are `margin` or more away from the border.
  private func expectInside<Element>(
    _ name: String, _ actual: Tensor<Element>, margin: Int, within tolerance: Double, _ comment: Comment? = nil
  ) throws {
    let indices = Array(try #require(golden.tensor("\(name).indices", as: Int64.self)))
    let values = Array(try #require(golden.tensor("\(name).values", as: Element.self)))
    let (height, width) = (actual.shape[0], actual.shape[1])
    let span = actual.span
    var compared: (actual: [Double], expected: [Double]) = ([], [])
    for place in indices.indices {
      let index = Int(indices[place])
      let (row, column) = (index / width, index % width)
      guard min(row, height - 1 - row, column, width - 1 - column) >= margin else { continue }
      compared.actual.append(span[index].doubleValue)
      compared.expected.append(values[place].doubleValue)
    }
    #expect(compared.actual.count > 300)
    expectClose(compared.actual, compared.expected, within: tolerance, comment)
  }

  @Test func filtersAreOpenCVsAtEveryLevel() throws {
    let gray = try #require(golden.tensor("gray", as: UInt8.self))
    let guide = Tensor(Array(gray).map { Float($0) }, shape: gray.shape)
    let units = Tensor(Array(full.metres).map { UInt16(($0 * 1000).rounded()) }, shape: full.metres.shape)
    let bilateral = BilateralFilter(radius: 2, sigmaSpace: 2, sigmaDepth: 0.03, growsWithDistance: false)
    for level in KernelLevel.available {
      try level.run {
        try expectInside("median", MedianFilter()(full).metres, margin: 2, within: 0, "\(level)")
        try expectInside("median-mm", MedianFilter()(units), margin: 2, within: 0, "\(level)")
        try expectInside("bilateral", bilateral(full).metres, margin: 2, within: 1e-5, "\(level)")
        try expectInside(
          "guided", GuidedFilter(radius: 8, epsilon: 1e-3)(full).metres, margin: 16, within: 1e-4, "\(level)")
        try expectInside(
          "guided-gray", GuidedFilter(radius: 8, epsilon: 100)(full, guide: guide).metres, margin: 16, within: 2e-4,
          "\(level)")
      }
    }
  }

  /// One row and one round: the linear system of the paper's equation 5, solved by elimination.
  @Test func theSmootherSolvesItsSystem() {
    var random = SeededRandom(state: 8)
    let count = 17
    let distances = (0..<count).map { _ in Float.random(in: 1...2, using: &random) }
    let guide = (0..<count).map { _ in Float.random(in: 0...30, using: &random) }
    let (lambda, sigma) = (12.0, 8.0)
    // With one round, the paper's λ_1 is λ / 2.
    var rows = (0..<count).map { row in (0...count).map { $0 == row ? 1.0 : $0 == count ? Double(distances[row]) : 0 } }
    for index in 0..<count - 1 {
      let weight = lambda / 2 * exp(-Double(abs(guide[index] - guide[index + 1])) / sigma)
      rows[index][index] += weight
      rows[index + 1][index + 1] += weight
      rows[index][index + 1] -= weight
      rows[index + 1][index] -= weight
    }
    for pivot in 0..<count {
      for row in 0..<count where row != pivot {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in 0...count { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    let expected = (0..<count).map { rows[$0][count] / rows[$0][$0] }
    let smoother = FastGlobalSmoother(lambda: lambda, sigma: sigma, iterations: 1)
    for shape in [[1, count], [count, 1]] {
      let smoothed = smoother(DepthMap(metres: Tensor(distances, shape: shape)), guide: Tensor(guide, shape: shape))
      expectClose(Array(smoothed.metres).map { Double($0) }, expected, within: 2e-6)
    }
  }

  /// Straight from the definition: neighbours in the window that are valid, and nothing else.
  @Test(arguments: [(1, 1), (7, 5), (9, 40), (33, 70)])
  func holesDoNotCount(height: Int, width: Int) {
    var random = SeededRandom(state: UInt64(height))
    let values = (0..<height * width).map { _ in
      Bool.random(using: &random) ? Float.random(in: 0.5...0.6, using: &random) : 0
    }
    let depth = DepthMap(metres: Tensor(values, shape: [height, width]))
    let bilateral = BilateralFilter(radius: 2, sigmaSpace: 1.5, sigmaDepth: 0.05)
    for level in KernelLevel.available {
      let (median, smooth, guided) = level.run {
        (MedianFilter()(depth), bilateral(depth), GuidedFilter(radius: 3, epsilon: 1e-4)(depth))
      }
      #expect([median, smooth, guided].allSatisfy { $0.validMask == depth.validMask }, "\(level)")
      let (medians, means) = (Array(median.metres), Array(smooth.metres))
      for index in values.indices where values[index] > 0 {
        let (row, column) = (index / width, index % width)
        var window: [Float] = []
        var (sum, weights) = (0.0, 0.0)
        for dy in -2...2 {
          for dx in -2...2 {
            let isInside = (0..<height).contains(row + dy) && (0..<width).contains(column + dx)
            let z = isInside ? values[(row + dy) * width + column + dx] : 0
            window.append(z > 0 ? z : values[index])
            guard z > 0, dx * dx + dy * dy <= 4 else { continue }
            let sigma = 0.05 * Double(values[index] * values[index])
            let far = Double(z - values[index]) / sigma
            let weight = exp(-Double(dx * dx + dy * dy) / (2 * 1.5 * 1.5) - far * far / 2)
            sum += weight * Double(z)
            weights += weight
          }
        }
        #expect(medians[index] == window.sorted()[12], "\(level), \(row), \(column)")
        #expect(abs(Double(means[index]) - sum / weights) < 1e-6, "\(level), \(row), \(column)")
      }
    }
  }

  /// A plane is a line over itself, so the guided filter keeps it, holes beside it or not.
  @Test func theGuidedFilterKeepsAPlane() {
    let scene = DepthScene(height: 40, width: 61, focal: 60)
    let plane = scene.plane(normal: (0, 0, 1), distance: 1.5).with(holesEvery: 5).depth
    let filtered = GuidedFilter(radius: 5, epsilon: 1e-4)(plane)
    expectClose(filtered.metres, plane.metres, within: 1e-6)
  }

  /// Two surfaces that the guide tells apart: each hole gets the distance of its own.
  @Test func smoothingCarriesDistancesIntoHolesUpToEdges() {
    let (height, width) = (20, 30)
    var metres: [Float] = []
    var guide: [Float] = []
    for index in 0..<height * width {
      let isLeft = index % width < 15
      metres.append(index % 7 == 0 ? (isLeft ? 1 : 3) : 0)
      guide.append(isLeft ? 30 : 200)
    }
    let depth = DepthMap(metres: Tensor(metres, shape: [height, width]))
    let filled = DepthFill(.edgePreserving())(depth, guide: Tensor(guide, shape: [height, width]))
    #expect(Array(filled.validMask).allSatisfy { $0 })
    for (index, z) in Array(filled.metres).enumerated() {
      #expect(abs(z - (index % width < 15 ? 1 : 3)) < 0.01, "pixel \(index): \(z)")
    }
  }

  @Test func backgroundFillTakesTheFartherSide() {
    let depth = DepthMap(metres: Tensor([0, 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0], shape: [3, 5]))
    let filled = DepthFill()(depth)
    #expect(Array(filled.metres) == [1, 1, 3, 3, 3, 1, 1, 3, 3, 3, 2, 2, 2, 2, 2])
    let nothing = DepthFill()(DepthMap(metres: Tensor(repeating: 0, shape: [2, 2])))
    #expect(nothing.validCount == 0)
  }

  @Test func theTemporalFilterSmoothsKeepsStepsAndFillsShortHoles() {
    var filter = TemporalDepthFilter(alpha: 0.5, delta: 0.1, growsWithDistance: false, persistence: (2, 4))
    func frame(_ a: Float, _ b: Float) -> DepthMap { DepthMap(metres: Tensor([a, b], shape: [1, 2])) }
    #expect(Array(filter(frame(1, 1)).metres) == [1, 1])
    #expect(Array(filter(frame(1.05, 2)).metres) == [1.025, 2])
    let third = filter(frame(0, 2))
    #expect(Array(third.metres) == [1.025, 2] && Array(third.validMask) == [true, true])
    var last = third
    for _ in 0..<3 { last = filter(frame(0, 2)) }
    #expect(Array(last.metres) == [0, 2], "four frames later there is no more to go by")
  }
}
