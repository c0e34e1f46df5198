internal import CGenbaKernels

/// An antialiased resize of uint8 pixels from one size to another, with its weights computed.
///
/// ```swift
/// let plan = ResizePlan(
///   fromHeight: 1080, width: 1920, toHeight: 840, width: 1148, channels: 3, filter: .bicubic, arithmetic: .torchvision)
/// plan.run(from: pixels.span, into: &output)
/// ```
public struct ResizePlan: Sendable {
  /// Rows and columns of what is resized.
  public let inHeight: Int, inWidth: Int
  /// Rows and columns of the result, of those of the whole resized picture that are kept.
  public let outHeight: Int, outWidth: Int
  /// 1 to 4.
  public let channels: Int
  private let horizontal: ResizeAxis?
  private let vertical: ResizeAxis?
  private let isVerticalFirst: Bool
  /// The source's rows that are read, and the columns where there is no horizontal pass.
  private let usedRows: Range<Int>, usedColumns: Range<Int>

  /// The most rows, columns and their product that a picture may have: 2^28 bytes a row, so that offsets fit 32 bits.
  public static let maximumSize = 1 << 26

  /// A resize. Sizes from 1 to ``maximumSize``, 1 to 4 channels; anything else traps.
  ///
  /// - Parameters:
  ///   - antialias: Whether weights widen where the picture shrinks; `false` with torchvision's bilinear and bicubic
  ///     alone.
  ///   - rows: Which rows of the resized picture are the result; `nil` for all. None, or others than there are, traps.
  ///   - columns: The same for its columns.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, channels: Int,
    filter: ResizeFilter, arithmetic: ResizeArithmetic, antialias: Bool = true, rows: Range<Int>? = nil,
    columns: Range<Int>? = nil
  ) {
    precondition(
      antialias || arithmetic == .torchvision && (filter == .bilinear || filter == .bicubic),
      "\(arithmetic) has no \(filter) without antialias")
    let sizes = [inHeight, inWidth, outHeight, outWidth]
    precondition(
      sizes.allSatisfy { (1...Self.maximumSize).contains($0) },
      "no picture can be resized from \(inWidth)x\(inHeight) to \(outWidth)x\(outHeight)")
    precondition((1...4).contains(channels), "pixels have 1 to 4 channels, not \(channels)")
    let rows = rows ?? 0..<outHeight
    let columns = columns ?? 0..<outWidth
    precondition(
      !rows.isEmpty && !columns.isEmpty && rows.lowerBound >= 0 && rows.upperBound <= outHeight
        && columns.lowerBound >= 0 && columns.upperBound <= outWidth,
      "rows \(rows) and columns \(columns) of a \(outWidth)x\(outHeight) picture")
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.outHeight = rows.count
    self.outWidth = columns.count
    self.channels = channels
    if inWidth == outWidth {
      (usedColumns, horizontal) = (columns, nil)
    } else {
      let axis = ResizeAxis(
        from: inWidth, to: outWidth, filter: filter, arithmetic: arithmetic, antialias: antialias)
      (usedColumns, horizontal) = (0..<inWidth, columns.count == outWidth ? axis : axis.keeping(columns))
    }
    if inHeight == outHeight {
      (usedRows, vertical) = (rows, nil)
    } else {
      let axis = ResizeAxis(
        from: inHeight, to: outHeight, filter: filter, arithmetic: arithmetic, antialias: antialias)
      if rows.count == outHeight {
        (usedRows, vertical) = (0..<inHeight, axis)
      } else {
        (usedRows, vertical) = axis.keeping(rows).withoutUnusedInput()
      }
    }
    isVerticalFirst =
      arithmetic == .pillow13 && inHeight - outHeight > max(0, 2 * (inWidth - outWidth))
  }

  /// Whether nothing is to be done: the sizes are the same, and a copy is the result.
  public var isIdentity: Bool {
    horizontal == nil && vertical == nil && outHeight == inHeight && outWidth == inWidth
  }

  /// Resizes `source`, [inHeight, inWidth, channels], and appends the result, [outHeight, outWidth, channels], to
  /// `output`.
  ///
  /// - Parameters:
  ///   - source: The pixels; too few trap.
  ///   - strideBytes: From one row of the source to the next; `nil` for rows without a gap.
  ///   - output: Must have room for the whole result, or it traps.
  public func run(from source: Span<UInt8>, strideBytes: Int? = nil, into output: inout OutputSpan<UInt8>) {
    let rowBytes = inWidth * channels
    let sourceStride = strideBytes ?? rowBytes
    precondition(sourceStride >= rowBytes, "rows of \(rowBytes) bytes cannot follow each other by \(sourceStride)")
    precondition(
      source.count >= (inHeight - 1) * sourceStride + rowBytes,
      "\(source.count) bytes are too few for a \(inWidth)x\(inHeight) picture")
    let targetBytes = outHeight * outWidth * channels
    precondition(output.freeCapacity >= targetBytes, "no room for \(targetBytes) bytes")
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      let target = unsafe buffer.baseAddress.unsafelyUnwrapped + initializedCount
      unsafe source.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress else { return }
        let used = usedRows.lowerBound * sourceStride + usedColumns.lowerBound * channels
        unsafe run(from: source + used, stride: sourceStride, to: target)
      }
      initializedCount += targetBytes
    }
  }

  private func run(from source: UnsafePointer<UInt8>, stride: Int, to target: UnsafeMutablePointer<UInt8>) {
    unsafe Self.withUnsafeAxis(horizontal) { horizontal in
      unsafe Self.withUnsafeAxis(vertical) { vertical in
        var plan = unsafe genba_resize_plan(
          horizontal: horizontal, vertical: vertical, channels: Int32(channels), in_width: Int32(usedColumns.count),
          in_height: Int32(usedRows.count), out_width: Int32(outWidth), out_height: Int32(outHeight),
          vertical_first: isVerticalFirst ? 1 : 0)
        let scratchBytes = unsafe genba_resize_scratch_bytes(&plan)
        unsafe withUnsafeTemporaryAllocation(byteCount: scratchBytes, alignment: 64) { scratch in
          unsafe genba_resize(&plan, source, stride, target, outWidth * channels, scratch.baseAddress)
        }
      }
    }
  }

  private static func withUnsafeAxis(_ axis: ResizeAxis?, _ body: (UnsafePointer<genba_resize_axis>?) -> Void) {
    guard let axis else { return body(nil) }
    unsafe axis.withUnsafeAxis { axis in
      unsafe withUnsafePointer(to: axis) { unsafe body($0) }
    }
  }
}
