internal import CGenbaKernels
internal import Glibc

/// The shape of the weights around an output pixel's centre.
public enum ResizeFilter: String, Sendable, Hashable, Codable, CaseIterable {
  /// A triangle, one pixel to each side.
  case bilinear
  /// Keys' cubic with a = -0.5, two pixels to each side.
  case bicubic
  /// sinc(x) sinc(x/3), three pixels to each side.
  case lanczos
  /// The mean of what a new pixel covers; half a pixel to each side.
  case box

  /// Half the width, in pixels of the smaller of the two pictures.
  var support: Double {
    switch self {
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    case .box: 0.5
    }
  }

  func weight(at position: Double) -> Double {
    // Half-open, as Pillow has it.
    if self == .box { return position > -0.5 && position <= 0.5 ? 1 : 0 }
    let x = abs(position)
    guard x < support else { return 0 }
    switch self {
    case .bilinear:
      return 1 - x
    case .box:
      return 1
    case .bicubic:
      let a = -0.5
      return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : (((x - 5) * x + 8) * x - 4) * a
    case .lanczos:
      func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(x * .pi) / (x * .pi) }
      return sinc(x) * sinc(x / 3)
    }
  }
}

/// Whose integers an antialiased resize of uint8 pixels computes with; the results differ by one or two levels in
/// less than a percent of the values.
public enum ResizeArithmetic: String, Sendable, Hashable, Codable, CaseIterable {
  /// Pillow up to 12: weights of 22 bits; horizontal pass first.
  case pillow
  /// Pillow 13: weights of 22 bits; the vertical pass first where that leaves less work for the second.
  case pillow13
  /// torchvision 0.26's v2 transforms on uint8 tensors: weights of 16 bits, as many of them behind the point as the
  /// largest weight leaves; horizontal pass first.
  case torchvision
}

/// The weights along one axis of an antialiased resize.
struct ResizeAxis: Sendable {
  let inSize: Int
  let outSize: Int
  /// Weights of each output pixel, padded with zeros to an even number.
  let taps: Int
  /// Bits behind the point of a weight.
  let shift: Int
  let starts: [Int32]
  let weights: [Int16]
  /// The lowest 15 bits of Pillow's weights; empty for torchvision.
  let lowWeights: [Int16]

  /// - Parameter antialias: Whether weights widen where the picture shrinks; only torchvision's may not.
  init(
    from inSize: Int, to outSize: Int, filter: ResizeFilter, arithmetic: ResizeArithmetic, antialias: Bool = true
  ) {
    var ranges: [Range<Int>] = []
    var exact: [[Double]] = []
    ranges.reserveCapacity(outSize)
    exact.reserveCapacity(outSize)
    var largest = 0.0
    for index in 0..<outSize {
      let (range, weights) =
        antialias
        ? Self.antialiased(index, from: inSize, to: outSize, filter)
        : Self.interpolated(index, from: inSize, to: outSize, filter)
      largest = max(largest, weights.max() ?? 0)
      ranges.append(range)
      exact.append(weights)
    }
    // From an even pixel to an even number of them, since the kernels take pixels in pairs.
    let taps = ((ranges.map { $0.count + $0.lowerBound % 2 }.max() ?? 0) + 1) & ~1
    let shift = arithmetic == .torchvision ? Self.torchvisionShift(largest: largest) : 22
    let one = Double(1 << shift)
    var starts = [Int32](repeating: 0, count: outSize)
    var high = [Int16](repeating: 0, count: outSize * taps)
    var low = [Int16](repeating: 0, count: arithmetic == .torchvision ? 0 : outSize * taps)
    for (index, range) in ranges.enumerated() {
      let start = range.lowerBound & ~1
      starts[index] = Int32(start)
      for (tap, weight) in exact[index].enumerated() {
        let integer = Int32(weight < 0 ? weight * one - 0.5 : weight * one + 0.5)
        let place = index * taps + range.lowerBound - start + tap
        if arithmetic == .torchvision {
          high[place] = Int16(integer)
        } else {
          high[place] = Int16(integer >> 15)
          low[place] = Int16(integer & 0x7FFF)
        }
      }
    }
    self.inSize = inSize
    self.outSize = outSize
    self.taps = taps
    self.shift = shift
    self.starts = starts
    weights = high
    lowWeights = low
  }

  /// What an output pixel is made of, with weights that widen where the picture shrinks.
  private static func antialiased(
    _ index: Int, from inSize: Int, to outSize: Int, _ filter: ResizeFilter
  ) -> (Range<Int>, [Double]) {
    let scale = Double(inSize) / Double(outSize)
    let support = filter.support * max(scale, 1)
    let inverse = 1 / max(scale, 1)
    let center = (Double(index) + 0.5) * scale
    let start = max(Int(center - support + 0.5), 0)
    let end = min(Int(center + support + 0.5), inSize)
    var weights = (start..<end).map { filter.weight(at: (Double($0) - center + 0.5) * inverse) }
    // Added up in order: the sum's rounding is part of the reference.
    let total = weights.reduce(0, +)
    if total != 0 { for tap in weights.indices { weights[tap] /= total } }
    return (start..<end, weights)
  }

  /// torch's `antialias=False`: the nearest 2 or 4 pixels, of which those beyond an edge are the edge's; the cubic has
  /// a = -0.75 here.
  private static func interpolated(
    _ index: Int, from inSize: Int, to outSize: Int, _ filter: ResizeFilter
  ) -> (Range<Int>, [Double]) {
    let position = Double(inSize) / Double(outSize) * (Double(index) + 0.5) - 0.5
    let nearest = min(Int(position.rounded(.down)), inSize - 1)
    let fraction = min(max(position - Double(nearest), 0), 1)
    let offsets = filter == .bilinear ? Array(0...1) : Array(-1...2)
    let start = max(nearest + offsets[0], 0)
    let end = min(nearest + offsets[offsets.count - 1] + 1, inSize)
    var weights = [Double](repeating: 0, count: end - start)
    for offset in offsets {
      let distance = abs(Double(offset) - fraction)
      weights[min(max(nearest + offset, 0), inSize - 1) - start] +=
        filter == .bilinear ? max(1 - distance, 0) : steepCubic(distance)
    }
    return (start..<end, weights)
  }

  /// Keys' cubic with a = -0.75.
  private static func steepCubic(_ x: Double) -> Double {
    let a = -0.75
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
  }

  /// The weights of some of the output's pixels, from the same input.
  func keeping(_ outputs: Range<Int>) -> ResizeAxis {
    ResizeAxis(
      inSize: inSize, outSize: outputs.count, taps: taps, shift: shift, starts: Array(starts[outputs]),
      weights: Array(weights[outputs.lowerBound * taps..<outputs.upperBound * taps]),
      lowWeights: lowWeights.isEmpty
        ? [] : Array(lowWeights[outputs.lowerBound * taps..<outputs.upperBound * taps]))
  }

  /// The input's pixels that the weights are for, and the weights as they are for these pixels alone.
  func withoutUnusedInput() -> (used: Range<Int>, axis: ResizeAxis) {
    let first = Int(starts.first ?? 0)
    let used = first..<min(Int(starts.last ?? 0) + taps, inSize)
    let axis = ResizeAxis(
      inSize: used.count, outSize: outSize, taps: taps, shift: shift, starts: starts.map { $0 - Int32(first) },
      weights: weights, lowWeights: lowWeights)
    return (used, axis)
  }

  private init(
    inSize: Int, outSize: Int, taps: Int, shift: Int, starts: [Int32], weights: [Int16], lowWeights: [Int16]
  ) {
    self.inSize = inSize
    self.outSize = outSize
    self.taps = taps
    self.shift = shift
    self.starts = starts
    self.weights = weights
    self.lowWeights = lowWeights
  }

  /// The most bits with which the largest weight still is a 16-bit integer.
  private static func torchvisionShift(largest: Double) -> Int {
    var shift = 0
    while shift < 22, Int(0.5 + largest * Double(1 << (shift + 1))) < 1 << 15 { shift += 1 }
    return shift
  }

  func withUnsafeAxis<Result>(_ body: (genba_resize_axis) -> Result) -> Result {
    unsafe starts.withUnsafeBufferPointer { starts in
      unsafe weights.withUnsafeBufferPointer { weights in
        unsafe lowWeights.withUnsafeBufferPointer { lowWeights in
          unsafe body(
            genba_resize_axis(
              in_size: Int32(inSize), out_size: Int32(outSize), taps: Int32(taps), shift: Int32(shift),
              starts: starts.baseAddress, weights: weights.baseAddress,
              low_weights: lowWeights.isEmpty ? nil : lowWeights.baseAddress))
        }
      }
    }
  }
}
