public import GenbaCore

/// An antialiased resize of uint8 pictures that is computed in float32 and rounded once, at the end.
///
/// Equal to torchvision 0.26's older `transforms.functional.resize` with `antialias=True` on uint8 tensors, which
/// qwen_vl_utils calls; ``ImageResizer`` is the newer one, in integers, and differs by a level here and there.
/// Horizontal pass first; the pass along an axis whose length stays is left out.
///
/// ```swift
/// let resizer = RoundedFloatResizer(fromHeight: 1080, width: 1920, toHeight: 504, width: 896)
/// let small = resizer(pixels)  // uint8 [504, 896, 3]
/// ```
public struct RoundedFloatResizer: Sendable {
  private let inHeight: Int, inWidth: Int
  private let outHeight: Int, outWidth: Int
  private let channels: Int
  private let horizontal: Axis
  private let vertical: Axis

  /// A resize between two sizes, 1 to 2^16 each, of 1 to 4 channels; anything else traps.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, channels: Int = 3,
    filter: FloatImageResizer.Filter = .bicubic
  ) {
    precondition(
      [inHeight, inWidth, outHeight, outWidth].allSatisfy { (1...1 << 16).contains($0) } && (1...4).contains(channels),
      "no picture of \(channels) channels can be resized from \(inWidth)x\(inHeight) to \(outWidth)x\(outHeight)")
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.outHeight = outHeight
    self.outWidth = outWidth
    self.channels = channels
    horizontal = Axis(from: inWidth, to: outWidth, filter)
    vertical = Axis(from: inHeight, to: outHeight, filter)
  }

  /// [outHeight, outWidth, channels] of `pixels`, which are [inHeight, inWidth, channels]; another shape traps.
  public func callAsFunction(_ pixels: Tensor<UInt8>) -> Tensor<UInt8> {
    precondition(
      pixels.shape == [inHeight, inWidth, channels],
      "a resizer of \([inHeight, inWidth, channels]) cannot take \(pixels.shape)")
    if inHeight == outHeight, inWidth == outWidth { return pixels }
    let channels = channels
    let rowLength = outWidth * channels
    let between = Tensor<Float>(shape: [inHeight, outWidth, channels]) { output in
      let source = pixels.span
      for row in 0..<inHeight {
        for column in 0..<outWidth {
          let first = (row * inWidth + horizontal.starts[column]) * channels
          for channel in 0..<channels {
            output.append(horizontal.sum(at: column) { Float(source[first + channels * $0 + channel]) })
          }
        }
      }
    }
    return Tensor(shape: [outHeight, outWidth, channels]) { output in
      let source = between.span
      for row in 0..<outHeight {
        let first = vertical.starts[row] * rowLength
        for index in first..<first + rowLength {
          output.append(Self.level(vertical.sum(at: row) { source[index + $0 * rowLength] }))
        }
      }
    }
  }

  /// The nearest level, halves to even: adding 2^23 leaves a float32 no digits behind the point.
  @inline(__always)
  private static func level(_ value: Float) -> UInt8 {
    UInt8(min(max(value, 0), 255) + 8_388_608 - 8_388_608)
  }
}

extension RoundedFloatResizer {
  /// torch 2.11's weights of one axis: a triangle or a cubic with a = -0.5, wider where the picture shrinks.
  private struct Axis: Sendable {
    /// The first input of each output.
    private(set) var starts: [Int] = []
    /// Where each output's weights begin; one more for the end.
    private var offsets = [0]
    private var weights: [Float] = []

    init(from inSize: Int, to outSize: Int, _ filter: FloatImageResizer.Filter) {
      if inSize == outSize {
        starts = Array(0..<outSize)
        offsets = Array(0...outSize)
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
        starts.append(start)
        offsets.append(weights.count)
      }
    }

    /// Horner's scheme with one rounding for each multiply-add, as torch is compiled.
    private static func cubic(_ position: Float) -> Float {
      let x = abs(position)
      if x < 1 { return Float(1).addingProduct(Float(-2.5).addingProduct(1.5, x) * x, x) }
      if x < 2 { return Float(2).addingProduct(Float(-4).addingProduct(Float(2.5).addingProduct(-0.5, x), x), x) }
      return 0
    }

    /// The weighted sum of an output's inputs, in the order and with the roundings of torch's compiled loop: after the
    /// first product four at a time, with a rounding after each multiplication, and the rest without.
    @inline(__always)
    func sum(at output: Int, _ value: (_ input: Int) -> Float) -> Float {
      let first = offsets[output]
      let count = offsets[output + 1] - first
      var sum = value(0) * weights[first]
      var input = 1
      while count - input >= 4 {
        for next in input..<input + 4 { sum += value(next) * weights[first + next] }
        input += 4
      }
      while input < count {
        // The product of two float32 is exact in float64.
        sum = Float(Double(sum) + Double(value(input)) * Double(weights[first + input]))
        input += 1
      }
      return sum
    }
  }
}
