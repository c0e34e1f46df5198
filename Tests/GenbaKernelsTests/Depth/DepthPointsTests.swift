import GenbaCore
import GenbaTestSupport
import Testing

@testable import GenbaKernels

/// Back-projection at every level, in memory whose ends may not be crossed.
@Suite struct DepthPointsTests {
  @Test(arguments: [(1, 1), (1, 17), (3, 31), (5, 64), (2, 100)])
  func everyLevelProjectsEveryPixel(height: Int, width: Int) {
    var random = SeededRandom(state: UInt64(width))
    let units = (0..<height * width).map { _ in
      UInt16.random(in: 0...3, using: &random) == 0 ? 0 : UInt16.random(in: 0 ... .max, using: &random)
    }
    let columns = (0..<width).map { (Float($0) - 7.3) / 31 }
    let rows = (0..<height).map { (Float($0) - 1.9) / 29 }
    for level in KernelLevel.available {
      for side in GuardedMemorySide.allCases {
        let source = GuardedMemory(units, against: side)
        let metres = GuardedMemory(units.map { Float($0) * 0.001 }, against: side)
        let (fromUnits, fromMetres) = level.run {
          (
            run(height: height, width: width, side) { points, mask in
              unsafe DepthPoints.run(
                units: source.elements.span, metresPerUnit: 0.001, columnSlopes: columns, rowSlopes: rows,
                into: &points,
                mask: &mask)
            },
            run(height: height, width: width, side) { points, mask in
              unsafe DepthPoints.run(
                metres: metres.elements.span, columnSlopes: columns, rowSlopes: rows, into: &points, mask: &mask)
            }
          )
        }
        for index in units.indices {
          let z = Float(units[index]) * 0.001
          let point = [columns[index % width] * z, rows[index / width] * z, z]
          #expect(Array(fromUnits.points[3 * index..<3 * index + 3]) == point, "\(level), \(index)")
          #expect(fromUnits.mask[index] == (units[index] != 0))
        }
        #expect(fromUnits.points == fromMetres.points && fromUnits.mask == fromMetres.mask, "\(level)")
      }
    }
  }

  private func run(
    height: Int, width: Int, _ side: GuardedMemorySide,
    _ body: (inout OutputSpan<Float>, inout OutputSpan<Bool>) -> Void
  ) -> (points: [Float], mask: [Bool]) {
    let points = GuardedMemory([Float](repeating: .nan, count: 3 * height * width), against: side)
    let mask = GuardedMemory([Bool](repeating: false, count: height * width), against: side)
    var pointSpan = unsafe OutputSpan(buffer: points.elements, initializedCount: 0)
    var maskSpan = unsafe OutputSpan(buffer: mask.elements, initializedCount: 0)
    body(&pointSpan, &maskSpan)
    #expect(pointSpan.count == 3 * height * width && maskSpan.count == height * width)
    _ = unsafe pointSpan.finalize(for: points.elements)
    _ = unsafe maskSpan.finalize(for: mask.elements)
    return unsafe (Array(points.elements), Array(mask.elements))
  }
}
