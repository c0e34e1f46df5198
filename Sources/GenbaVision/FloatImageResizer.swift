public import GenbaCore
internal import GenbaKernels

/// A resize of float32 planes from one size to another, with its weights computed once.
///
/// torch 2.11's arithmetic, as torchvision 0.26's `transforms.v2.functional.resize` calls it for float tensors, within
/// 2.5e-6 for values from 0 to 1: float32 weights and sums, horizontal pass first. With `antialias` the weights widen
/// where the picture shrinks, and the cubic has a = -0.5; without, the nearest 2 or 4 values count alone, and
/// a = -0.75.
///
/// ```swift
/// let resizer = FloatImageResizer(fromHeight: 480, width: 640, toHeight: 224, width: 224, filter: .bilinear)
/// let small = resizer(planes)  // float32 [3, 224, 224] of [3, 480, 640]
/// ```
public struct FloatImageResizer: Sendable {
  /// The shape of the weights around an output value's centre.
  public enum Filter: String, Sendable, Hashable, Codable, CaseIterable {
    /// A triangle, one pixel to each side.
    case bilinear
    /// Keys' cubic, two pixels to each side.
    case bicubic
  }

  private let plan: FloatResizePlan

  /// A resize between two sizes, 1 to 2^26 each; anything else traps.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, channels: Int = 3,
    filter: Filter = .bilinear, antialias: Bool = true
  ) {
    plan = FloatResizePlan(
      fromHeight: inHeight, width: inWidth, toHeight: outHeight, width: outWidth, planes: channels,
      filter: filter == .bilinear ? .bilinear : .bicubic, antialias: antialias)
  }

  /// float32 [channels, outHeight, outWidth] of [channels, inHeight, inWidth]; another shape traps.
  public func callAsFunction(_ planes: Tensor<Float>) -> Tensor<Float> {
    precondition(
      planes.shape == [plan.planes, plan.inHeight, plan.inWidth],
      "a resizer of \([plan.planes, plan.inHeight, plan.inWidth]) cannot take \(planes.shape)")
    let source = planes.span
    return Tensor(shape: [plan.planes, plan.outHeight, plan.outWidth]) { output in
      plan.run(into: &output) { y, row in
        for plane in 0..<plan.planes {
          let start = (plane * plan.inHeight + y) * plan.inWidth
          for index in start..<start + plan.inWidth { row.append(source[index]) }
        }
      }
    }
  }

  /// Appends [channels, outHeight, outWidth] of uint8 [inHeight, inWidth, channels] to `output`, each value through its
  /// channel's part of `table`, [channels, 256], before the resize. Other shapes, and too little room, trap.
  ///
  /// The float picture before the resize never stands in memory as a whole.
  public func append(_ pixels: Tensor<UInt8>, table: Tensor<Float>, to output: inout OutputSpan<Float>) {
    precondition(
      pixels.shape == [plan.inHeight, plan.inWidth, plan.planes] && table.shape == [plan.planes, 256],
      "a resizer of \([plan.inHeight, plan.inWidth, plan.planes]) cannot take \(pixels.shape) with \(table.shape)")
    let (source, table, rowBytes) = (pixels.span, table.span, plan.inWidth * plan.planes)
    plan.run(into: &output) { y, row in
      NormalizePlanes.run(
        source.extracting(y * rowBytes..<(y + 1) * rowBytes), height: 1, width: plan.inWidth, channels: plan.planes,
        rows: 0..<1, columns: 0..<plan.inWidth, table: table, background: { _ in 0 }, into: &row)
    }
  }
}
