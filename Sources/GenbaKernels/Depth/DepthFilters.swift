internal import CGenbaKernels

/// The median of 5 x 5 pixels; neighbours that are 0 (unknown) or outside count as the pixel in the middle.
public enum MedianFilter5 {
  /// Appends the medians of `source`, [height, width].
  public static func run(_ source: Span<UInt16>, height: Int, width: Int, into output: inout OutputSpan<UInt16>) {
    unsafe PaddedRows(height: height, width: width, margin: 2, outside: 0).forEachWindow(of: source, into: &output) {
      unsafe genba_median_5_u16($0, Int64(width), $1)
    }
  }

  /// Appends the medians of `source`, [height, width], in which nothing is NaN or below 0.
  public static func run(_ source: Span<Float>, height: Int, width: Int, into output: inout OutputSpan<Float>) {
    unsafe PaddedRows(height: height, width: width, margin: 2, outside: 0).forEachWindow(of: source, into: &output) {
      unsafe genba_median_5_f32($0, Int64(width), $1)
    }
  }
}

/// The bilateral filter of depth.
public struct BilateralPlan: Sendable {
  private let radius: Int
  private let dx: [Int32], dy: [Int32], spatial: [Float]
  private let rangeScale: Float
  private let isQuadratic: Bool

  /// - Parameters:
  ///   - radius: Neighbours up to this distance count, in a circle; 1 to 32.
  ///   - sigmaSpace: In pixels, above 0.
  ///   - sigmaDepth: In metres, above 0.
  ///   - isQuadratic: Whether `sigmaDepth` holds at 1 m and grows with the square of the distance.
  public init(radius: Int, sigmaSpace: Float, sigmaDepth: Float, isQuadratic: Bool) {
    precondition(
      (1...32).contains(radius) && sigmaSpace > 0 && sigmaDepth > 0,
      "no bilateral filter of radius \(radius) with sigmas of \(sigmaSpace) pixels and \(sigmaDepth) m")
    self.radius = radius
    self.isQuadratic = isQuadratic
    // exp(-d² / 2σ²) = exp2(-d² log2(e) / 2σ²).
    let log2e: Float = 1.442695
    rangeScale = (log2e / 2).squareRoot() / sigmaDepth
    var neighbours: [(x: Int, y: Int)] = []
    for y in -radius...radius {
      for x in -radius...radius where (x, y) != (0, 0) && x * x + y * y <= radius * radius { neighbours.append((x, y)) }
    }
    dx = neighbours.map { Int32($0.x) }
    dy = neighbours.map { Int32($0.y) }
    spatial = neighbours.map { -Float($0.x * $0.x + $0.y * $0.y) * log2e / (2 * sigmaSpace * sigmaSpace) }
  }

  /// Appends the smoothed distances of `metres`, [height, width], of which 0 are unknown and stay so.
  public func run(_ metres: Span<Float>, height: Int, width: Int, into output: inout OutputSpan<Float>) {
    let padded = PaddedRows(
      height: height, width: width, margin: radius, outside: Float(GENBA_DEPTH_UNKNOWN), replacing: 0)
    unsafe dx.withUnsafeBufferPointer { dx in
      unsafe dy.withUnsafeBufferPointer { dy in
        unsafe spatial.withUnsafeBufferPointer { spatial in
          var plan = unsafe genba_bilateral_plan(
            radius: Int32(radius), count: Int32(dx.count), power: isQuadratic ? 2 : 0, dx: dx.baseAddress,
            dy: dy.baseAddress, spatial: spatial.baseAddress, range_scale: rangeScale)
          unsafe padded.forEachWindow(of: metres, into: &output) {
            unsafe genba_bilateral_row(&plan, $0, Int64(width), $1)
          }
        }
      }
    }
  }
}
