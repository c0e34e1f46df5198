import GenbaCore
import GenbaTestSupport
import Testing

@testable import GenbaKernels

/// Kernels that read the caller's memory, between pages that may not be touched.
@Suite struct DepthBoundsTests {
  static let sizes = [(1, 1), (1, 15), (2, 16), (3, 17), (9, 33), (20, 64), (7, 101)]

  @Test(arguments: sizes)
  func normalsStayInside(height: Int, width: Int) {
    var random = SeededRandom(state: 7)
    let metres = (0..<height * width).map { _ in
      UInt8.random(in: 0...9, using: &random) == 0 ? 0 : Float.random(in: 0.8...1.2, using: &random)
    }
    for radius in [1, 5, 15] {
      let plan = NormalsPlan(
        height: height, width: width, radius: radius, minCount: 3, preference: 0.5, fx: 50, fy: 60, cx: 3, cy: 4)
      for level in KernelLevel.available {
        for side in GuardedMemorySide.allCases {
          let source = GuardedMemory(metres, against: side)
          let normals = GuardedMemory([Float](repeating: .nan, count: 3 * metres.count), against: side)
          let mask = GuardedMemory([Bool](repeating: false, count: metres.count), against: side)
          var normalSpan = unsafe OutputSpan(buffer: normals.elements, initializedCount: 0)
          var maskSpan = unsafe OutputSpan(buffer: mask.elements, initializedCount: 0)
          level.run { unsafe plan.run(metres: source.elements.span, into: &normalSpan, mask: &maskSpan) }
          _ = unsafe normalSpan.finalize(for: normals.elements)
          _ = unsafe maskSpan.finalize(for: mask.elements)
          for index in metres.indices {
            let n = (0..<3).map { unsafe normals.elements[3 * index + $0] }
            let length = n.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let isThere = unsafe mask.elements[index]
            #expect(isThere ? abs(length - 1) < 1e-5 : length == 0, "\(level), radius \(radius), \(index): \(n)")
            #expect(!isThere || metres[index] > 0)
          }
        }
      }
    }
  }

  /// A z-buffer of a picture one column narrower than the row that falls on it: what misses it touches nothing.
  @Test(arguments: sizes)
  func splatsStayInside(height: Int, width: Int) {
    let metres = (0..<width).map { $0 % 5 == 0 ? 0 : 1 + Float($0) / 100 }
    let columns = max(width - 1, 1)
    let projection = DepthProjection(
      matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], offset: [0, 0, 0], height: height, width: columns)
    for level in KernelLevel.available {
      for side in GuardedMemorySide.allCases {
        let source = GuardedMemory(metres, against: side)
        let nearest = GuardedMemory([Float](repeating: .infinity, count: height * columns), against: side)
        let mask = GuardedMemory([Bool](repeating: true, count: height * columns), against: side)
        var span = unsafe nearest.elements.mutableSpan
        // What lies nearer already stays.
        let kept = (height - 1) * columns + columns / 2
        span[kept] = 0.5
        var maskSpan = unsafe OutputSpan(buffer: mask.elements, initializedCount: 0)
        level.run {
          unsafe projection.splat(row: height - 1, metres: source.elements.span, into: &span)
          DepthProjection.settle(&span, mask: &maskSpan)
        }
        _ = unsafe maskSpan.finalize(for: mask.elements)
        for index in 0..<height * columns {
          let x = index - (height - 1) * columns
          let expected = index == kept ? 0.5 : x >= 0 ? metres[x] : 0
          #expect(unsafe nearest.elements[index] == expected, "\(level), \(index)")
          #expect(unsafe mask.elements[index] == (expected > 0), "\(level), \(index)")
        }
      }
    }
  }

  @Test(arguments: sizes)
  func projectionsStayInside(height: Int, width: Int) {
    let metres = (0..<width).map { $0 % 5 == 0 ? 0 : 1 + Float($0) / 100 }
    let projection = DepthProjection(
      matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], offset: [0, 0, 0], height: height, width: width)
    for level in KernelLevel.available {
      for side in GuardedMemorySide.allCases {
        let source = GuardedMemory(metres, against: side)
        let places = GuardedMemory([Int32](repeating: 7, count: width), against: side)
        let distances = GuardedMemory([Float](repeating: 7, count: width), against: side)
        var placeSpan = unsafe places.elements.mutableSpan
        var distanceSpan = unsafe distances.elements.mutableSpan
        level.run {
          unsafe projection.run(
            row: height - 1, metres: source.elements.span, places: &placeSpan, distances: &distanceSpan)
        }
        for x in 0..<width {
          let expected = metres[x] > 0 ? Int32((height - 1) * width + x) : -1
          #expect(unsafe places.elements[x] == expected, "\(level), \(x)")
          #expect(unsafe distances.elements[x] == metres[x], "\(level), \(x)")
        }
      }
    }
  }
}
