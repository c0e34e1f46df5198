internal import Glibc

/// The weights along one axis of a resize in float32, as torch computes them.
struct FloatResizeAxis: Sendable {
  /// Weights of each output value; those that it does not need are 0.
  let taps: Int
  /// Where the weights of each output value begin; ascending.
  let starts: [Int32]
  /// [outputs, taps].
  let weights: [Float]

  /// - Parameter multiple: What the number of taps is to be a multiple of.
  init(from inSize: Int, to outSize: Int, filter: ResizeFilter, antialias: Bool, tapsMultipleOf multiple: Int) {
    var ranges: [Range<Int>] = []
    var exact: [[Float]] = []
    let scale = Float(inSize) / Float(outSize)
    for index in 0..<outSize {
      let (range, weights) =
        antialias
        ? Self.antialiased(index, scale: scale, inSize: inSize, filter: filter)
        : Self.interpolated(index, scale: scale, inSize: inSize, filter: filter)
      ranges.append(range)
      exact.append(weights)
    }
    let longest = ranges.map(\.count).max() ?? 1
    let taps = (longest + multiple - 1) / multiple * multiple
    var all = [Float](repeating: 0, count: outSize * taps)
    for (index, weights) in exact.enumerated() {
      for (tap, weight) in weights.enumerated() { all[index * taps + tap] = weight }
    }
    self.taps = taps
    starts = ranges.map { Int32($0.lowerBound) }
    weights = all
  }

  /// torch's `_upsample_bilinear2d_aa` and `_upsample_bicubic2d_aa`: weights in float32, normalised to a sum of 1.
  private static func antialiased(
    _ index: Int, scale: Float, inSize: Int, filter: ResizeFilter
  ) -> (Range<Int>, [Float]) {
    let support = scale >= 1 ? Float(filter.support) * scale : Float(filter.support)
    let inverse = scale >= 1 ? 1 / scale : 1
    let center = Float(Double(scale) * (Double(index) + 0.5))
    let start = max(Int(Double(center - support) + 0.5), 0)
    let end = max(min(Int(Double(center + support) + 0.5), inSize), start + 1)
    var weights = (start..<end).map {
      Float(filter.weight(at: Double(Float((Double(Float($0) - center) + 0.5) * Double(inverse)))))
    }
    let total = weights.reduce(0, +)
    if total != 0 { for tap in weights.indices { weights[tap] /= total } }
    return (start..<end, weights)
  }

  /// torch's `upsample_bilinear2d` and `upsample_bicubic2d` with `align_corners=False`: the nearest 2 or 4 values, of
  /// which those beyond an edge are the edge's; the cubic has a = -0.75 here.
  private static func interpolated(
    _ index: Int, scale: Float, inSize: Int, filter: ResizeFilter
  ) -> (Range<Int>, [Float]) {
    let position = scale * (Float(index) + 0.5) - 0.5
    let offsets: [(Int, Float)]
    if filter == .bilinear {
      let clamped = max(position, 0)
      let first = min(Int(clamped), inSize - 1)
      let fraction = min(max(clamped - Float(first), 0), 1)
      offsets = [(first, 1 - fraction), (first + 1, fraction)]
    } else {
      let first = min(Int(position.rounded(.down)), inSize - 1)
      let fraction = min(max(position - Float(first), 0), 1)
      offsets = (-1...2).map { (first + $0, cubic(abs(Float($0) - fraction))) }
    }
    let places = offsets.map { min(max($0.0, 0), inSize - 1) }
    let start = places[0]
    var weights = [Float](repeating: 0, count: places[places.count - 1] - start + 1)
    for (place, offset) in zip(places, offsets) { weights[place - start] += offset.1 }
    return (start..<start + weights.count, weights)
  }

  /// Keys' cubic with a = -0.75.
  private static func cubic(_ x: Float) -> Float {
    let a: Float = -0.75
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}
