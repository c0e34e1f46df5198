internal import CGenbaKernels

/// Depth pictures to points: each pixel along its ray.
public enum DepthPoints {
  /// Appends the points of a picture of sensor units, [height, width, 3], and where there are any, [height, width].
  ///
  /// - Parameters:
  ///   - units: [height, width]; 0 for none.
  ///   - metresPerUnit: What one unit is.
  ///   - columnSlopes: x / z of each column.
  ///   - rowSlopes: y / z of each row.
  ///   - points: Must have room for all, or it traps; so must `mask`.
  public static func run(
    units: Span<UInt16>, metresPerUnit: Float, columnSlopes: [Float], rowSlopes: [Float],
    into points: inout OutputSpan<Float>, mask: inout OutputSpan<Bool>
  ) {
    unsafe append(units.count, columnSlopes, rowSlopes, &points, &mask) { points, mask in
      unsafe units.withUnsafeBufferPointer { units in
        unsafe genba_depth_points_u16(
          units.baseAddress, columnSlopes, rowSlopes, Int64(columnSlopes.count), Int64(rowSlopes.count), metresPerUnit,
          points, mask)
      }
    }
  }

  /// The same for distances in metres; 0 for none.
  public static func run(
    metres: Span<Float>, columnSlopes: [Float], rowSlopes: [Float], into points: inout OutputSpan<Float>,
    mask: inout OutputSpan<Bool>
  ) {
    unsafe append(metres.count, columnSlopes, rowSlopes, &points, &mask) { points, mask in
      unsafe metres.withUnsafeBufferPointer { metres in
        unsafe genba_depth_points_f32(
          metres.baseAddress, columnSlopes, rowSlopes, Int64(columnSlopes.count), Int64(rowSlopes.count), points, mask)
      }
    }
  }

  private static func append(
    _ count: Int, _ columnSlopes: [Float], _ rowSlopes: [Float], _ points: inout OutputSpan<Float>,
    _ mask: inout OutputSpan<Bool>, _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<UInt8>) -> Void
  ) {
    precondition(
      count == columnSlopes.count * rowSlopes.count && points.freeCapacity >= 3 * count && mask.freeCapacity >= count,
      "\(count) pixels for \(columnSlopes.count) columns and \(rowSlopes.count) rows")
    unsafe points.withUnsafeMutableBufferPointer { points, pointCount in
      unsafe mask.withUnsafeMutableBufferPointer { mask, maskCount in
        guard let points = points.baseAddress, let mask = mask.baseAddress else { return }
        let bytes = unsafe UnsafeMutableRawPointer(mask + maskCount).assumingMemoryBound(to: UInt8.self)
        unsafe body(points + pointCount, bytes)
        pointCount += 3 * count
        maskCount += count
      }
    }
  }
}
