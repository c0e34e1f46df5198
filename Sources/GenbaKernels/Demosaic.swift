internal import CGenbaKernels

/// RGB from the samples of a Bayer sensor.
public enum Demosaic {
  /// Which colour each sample of a sensor's squares of two by two saw, row by row.
  public enum Pattern: String, Sendable, Hashable, Codable, CaseIterable {
    case rggb, bggr, grbg, gbrg

    /// Whether the first sample of even rows is green.
    fileprivate var beginsWithGreen: Bool { self == .grbg || self == .gbrg }

    /// Whether even rows hold red beside green.
    fileprivate var beginsWithRed: Bool { self == .rggb || self == .grbg }
  }

  /// Appends RGB [height, width, 3] of samples [height, width] of 8 bits to `output`.
  ///
  /// - Parameters:
  ///   - height: At least 3, as the width; fewer trap, as too few samples and too little room do.
  ///   - stride: Samples from one row to the next; `nil` for rows without a gap.
  ///   - edgeAware: Whether green is taken along the direction in which it changes less.
  public static func run(
    _ samples: Span<UInt8>, height: Int, width: Int, stride: Int? = nil, pattern: Pattern, edgeAware: Bool,
    into output: inout OutputSpan<UInt8>
  ) {
    unsafe run(samples, height, width, stride ?? width, pattern, into: &output) {
      above, here, below, first, red, target in
      unsafe genba_demosaic_row_u8(above, here, below, Int32(width), first, red, edgeAware ? 1 : 0, target)
    }
  }

  /// The same for samples of up to 16 bits.
  public static func run(
    _ samples: Span<UInt16>, height: Int, width: Int, pattern: Pattern, edgeAware: Bool,
    into output: inout OutputSpan<UInt16>
  ) {
    unsafe run(samples, height, width, width, pattern, into: &output) { above, here, below, first, red, target in
      unsafe genba_demosaic_row_u16(above, here, below, Int32(width), first, red, edgeAware ? 1 : 0, target)
    }
  }

  @unsafe
  private static func run<Sample>(
    _ samples: Span<Sample>, _ height: Int, _ width: Int, _ stride: Int, _ pattern: Pattern,
    into output: inout OutputSpan<Sample>,
    row: (
      _ above: UnsafePointer<Sample>, _ here: UnsafePointer<Sample>, _ below: UnsafePointer<Sample>,
      _ firstGreen: Int32, _ hasRed: Int32, _ target: UnsafeMutablePointer<Sample>
    ) -> Void
  ) {
    precondition(height >= 3 && width >= 3 && width <= 1 << 28, "no colours from \(width)x\(height) samples")
    precondition(
      stride >= width && samples.count >= (height - 1) * stride + width,
      "\(samples.count) samples are not \(width)x\(height), a row every \(stride)")
    let count = 3 * height * width
    precondition(output.freeCapacity >= count, "no room for \(count) values")
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      unsafe samples.withUnsafeBufferPointer { samples in
        guard let source = samples.baseAddress, let start = buffer.baseAddress else { return }
        let target = unsafe start + initializedCount
        for y in 1..<height - 1 {
          let here = unsafe source + y * stride
          let isOdd = !y.isMultiple(of: 2)
          unsafe row(
            here - stride, here, here + stride, pattern.beginsWithGreen == isOdd ? 1 : 0,
            pattern.beginsWithRed == isOdd ? 0 : 1, target + 3 * y * width)
        }
        // The outermost rows repeat their neighbours.
        unsafe target.update(from: target + 3 * width, count: 3 * width)
        let last = unsafe target + 3 * (height - 1) * width
        unsafe last.update(from: last - 3 * width, count: 3 * width)
      }
      initializedCount += count
    }
  }
}
