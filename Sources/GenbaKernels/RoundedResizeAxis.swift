/// torch 2.11's weights of one axis of a resize of bytes: a triangle or a cubic with a = -0.5, wider where the picture
/// shrinks.
struct RoundedResizeAxis: Sendable {
  let inSize: Int
  /// The first input of each output, ascending.
  private(set) var starts: [Int32] = []
  /// Where each output's weights begin; one more for the end.
  private(set) var offsets: [Int32] = [0]
  private(set) var weights: [Float] = []

  init(from inSize: Int, to outSize: Int, _ filter: ResizeFilter) {
    self.inSize = inSize
    if inSize == outSize {
      starts = (0..<outSize).map { Int32($0) }
      offsets = (0...outSize).map { Int32($0) }
      weights = Array(repeating: 1, count: outSize)
      return
    }
    let scale = Float(inSize) / Float(outSize)
    let support = max(scale, 1) * (filter == .bilinear ? 1 : 2)
    let inverse = scale >= 1 ? 1 / scale : 1
    for output in 0..<outSize {
      let center = scale * (Float(output) + 0.5)
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), inSize)
      var total: Float = 0
      let first = weights.count
      for input in start..<end {
        let position = (Float(input) - center + 0.5) * inverse
        let weight = filter == .bilinear ? max(1 - abs(position), 0) : Self.cubic(position)
        weights.append(weight)
        total += weight
      }
      for index in first..<weights.count { weights[index] /= total }
      starts.append(Int32(start))
      offsets.append(Int32(weights.count))
    }
  }

  /// The most weights of an output.
  var taps: Int { zip(offsets, offsets.dropFirst()).map { Int($1 - $0) }.max() ?? 1 }

  /// Horner's scheme with one rounding for each multiply-add, as torch is compiled.
  private static func cubic(_ position: Float) -> Float {
    let x = abs(position)
    if x < 1 { return Float(1).addingProduct(Float(-2.5).addingProduct(1.5, x) * x, x) }
    if x < 2 { return Float(2).addingProduct(Float(-4).addingProduct(Float(2.5).addingProduct(-0.5, x), x), x) }
    return 0
  }
}
