internal import CGenbaKernels

/// A resize of float32 planes from one size to another, with its weights computed: horizontal pass first, float32
/// between the two.
///
/// ```swift
/// let plan = FloatResizePlan(
///   fromHeight: 1080, width: 1920, toHeight: 224, width: 224, planes: 3, filter: .bilinear, antialias: true)
/// plan.run(into: &output) { y, row in appendRow(y, &row) }
/// ```
public struct FloatResizePlan: Sendable {
  /// Rows and columns of what is resized.
  public let inHeight: Int, inWidth: Int
  /// Rows and columns of the result.
  public let outHeight: Int, outWidth: Int
  /// How many planes there are, at least 1.
  public let planes: Int
  private let horizontal: FloatResizeAxis?
  private let vertical: FloatResizeAxis?

  /// A resize. Sizes from 1 to ``ResizePlan/maximumSize``, at least 1 plane, `bilinear` or `bicubic`; anything else
  /// traps.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, planes: Int,
    filter: ResizeFilter, antialias: Bool
  ) {
    precondition(
      [inHeight, inWidth, outHeight, outWidth].allSatisfy { (1...ResizePlan.maximumSize).contains($0) } && planes >= 1,
      "\(planes) planes cannot be resized from \(inWidth)x\(inHeight) to \(outWidth)x\(outHeight)")
    precondition(filter == .bilinear || filter == .bicubic, "torch has no \(filter) in float32")
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.outHeight = outHeight
    self.outWidth = outWidth
    self.planes = planes
    horizontal =
      inWidth == outWidth
      ? nil
      : FloatResizeAxis(from: inWidth, to: outWidth, filter: filter, antialias: antialias, tapsMultipleOf: 16)
    vertical =
      inHeight == outHeight
      ? nil : FloatResizeAxis(from: inHeight, to: outHeight, filter: filter, antialias: antialias, tapsMultipleOf: 1)
  }

  /// Appends the result, [planes, outHeight, outWidth], to `output`.
  ///
  /// - Parameters:
  ///   - output: Must have room for the whole result, or it traps.
  ///   - appendRow: Appends row `y` of every plane, [planes, inWidth], to `row`. Called once for each row from the top
  ///     that the result needs. Another count of values traps.
  public func run(into output: inout OutputSpan<Float>, appendRow: (_ y: Int, _ row: inout OutputSpan<Float>) -> Void) {
    let count = planes * outHeight * outWidth
    precondition(output.freeCapacity >= count, "no room for \(count) floats")
    var ring = Ring(plan: self, taps: vertical?.taps ?? 1, horizontal: horizontal)
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      let target = unsafe buffer.baseAddress.unsafelyUnwrapped + initializedCount
      for y in 0..<outHeight {
        let start = vertical.map { Int($0.starts[y]) } ?? y
        ring.fill(to: min(start + (vertical?.taps ?? 1), inHeight), appendRow)
        let weights = vertical.map { $0.weights[y * $0.taps..<(y + 1) * $0.taps] } ?? [1]
        for plane in 0..<planes {
          unsafe ring.blend(
            from: start, weights, plane: plane, to: target + (plane * outHeight + y) * outWidth)
        }
      }
      initializedCount += count
    }
  }

  /// The rows between the passes that the next output row may need, in turn.
  private struct Ring {
    let plan: FloatResizePlan
    let horizontal: FloatResizeAxis?
    let capacity: Int
    /// [capacity, planes, outWidth].
    var rows: [Float]
    /// One row of the source, each plane with room behind it for weights of 0.
    var source: [Float]
    var filled = 0

    init(plan: FloatResizePlan, taps: Int, horizontal: FloatResizeAxis?) {
      self.plan = plan
      self.horizontal = horizontal
      capacity = taps
      rows = [Float](repeating: 0, count: taps * plan.planes * plan.outWidth)
      source = [Float](repeating: 0, count: plan.planes * plan.inWidth + (horizontal?.taps ?? 0))
    }

    /// Makes rows up to `end`.
    mutating func fill(to end: Int, _ appendRow: (_ y: Int, _ row: inout OutputSpan<Float>) -> Void) {
      let (inWidth, outWidth, planes) = (plan.inWidth, plan.outWidth, plan.planes)
      while filled < end {
        unsafe source.withUnsafeMutableBufferPointer { source in
          let row = unsafe UnsafeMutableBufferPointer(rebasing: source[..<(planes * inWidth)])
          var span = unsafe OutputSpan(buffer: row, initializedCount: 0)
          appendRow(filled, &span)
          let written = unsafe span.finalize(for: row)
          precondition(written == planes * inWidth, "a row of \(written) values instead of \(planes * inWidth)")
        }
        let place = filled % capacity * planes * outWidth
        unsafe rows.withUnsafeMutableBufferPointer { rows in
          unsafe source.withUnsafeBufferPointer { source in
            guard let target = rows.baseAddress, let source = source.baseAddress else { return }
            guard let horizontal else {
              unsafe (target + place).update(from: source, count: planes * inWidth)
              return
            }
            for plane in 0..<planes {
              unsafe genba_resize_float_row(
                source + plane * inWidth, horizontal.starts, horizontal.weights, Int32(horizontal.taps),
                Int32(outWidth), target + place + plane * outWidth)
            }
          }
        }
        filled += 1
      }
    }

    /// One row of one plane of the result.
    func blend(from start: Int, _ weights: ArraySlice<Float>, plane: Int, to target: UnsafeMutablePointer<Float>) {
      unsafe rows.withUnsafeBufferPointer { rows in
        guard let base = rows.baseAddress else { return }
        // Weights beyond the last row are 0; any row that is there may stand in.
        let taps = unsafe weights.indices.map { index in
          let row = min(start + index - weights.startIndex, plan.inHeight - 1)
          return unsafe UnsafePointer(base + (row % capacity * plan.planes + plane) * plan.outWidth) as UnsafePointer?
        }
        unsafe weights.withUnsafeBufferPointer { weights in
          unsafe taps.withUnsafeBufferPointer { taps in
            unsafe genba_blend_float_rows(
              taps.baseAddress, weights.baseAddress, Int32(weights.count), Int64(plan.outWidth), target)
          }
        }
      }
    }
  }
}
