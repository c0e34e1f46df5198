internal import CGenbaKernels

/// Disparities while they are worked on, [height, width]: 64ths of a pixel above the smallest disparity, -1 where there
/// is none, and how far each can be trusted, 0 to 1.
///
/// Rows are separate memory: several threads may write different ones.
@safe
public final class StereoCodes: @unchecked Sendable {
  /// Rows and columns.
  public let height: Int, width: Int
  private var codes: AlignedBytes
  private let confidence: AlignedBytes
  private let stride: Int

  /// Elements before the first of a row, for filters that look there, and behind the last: a vector of 32 and the four
  /// columns that they look beyond the edge.
  private static let margin = 36

  /// Codes of an unknown kind, to be written.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
    stride = width + 2 * Self.margin
    codes = AlignedBytes(count: height * stride * 2)
    confidence = AlignedBytes(count: height * width * 4)
  }

  func row(_ row: Int) -> UnsafeMutablePointer<Int16> { unsafe Self.row(row, of: codes, stride: stride) }

  func confidenceRow(_ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe UnsafeMutableRawPointer(confidence.start).assumingMemoryBound(to: Float.self) + row * width
  }

  private static func row(_ row: Int, of memory: AlignedBytes, stride: Int) -> UnsafeMutablePointer<Int16> {
    unsafe UnsafeMutableRawPointer(memory.start).assumingMemoryBound(to: Int16.self) + row * stride + margin
  }

  /// Each code becomes the median of the 3 x 3 around it, in which those that are missing count as the lowest; edges
  /// repeat.
  public func median() {
    let result = AlignedBytes(count: height * stride * 2)
    for row in 0..<height {
      let here = unsafe self.row(row)
      unsafe here[-1] = here[0]
      unsafe (here + width).update(repeating: here[width - 1], count: Self.margin)
    }
    for row in 0..<height {
      unsafe genba_median_row(
        self.row(max(row - 1, 0)), self.row(row), self.row(min(row + 1, height - 1)), Int32(width),
        Self.row(row, of: result, stride: stride))
    }
    codes = result
  }

  /// Takes out regions of up to `windowSize` pixels in which neighbours, to the side and below, differ by no more than
  /// `range` disparities: what OpenCV's `filterSpeckles` does.
  public func removeSpeckles(windowSize: Int, range: Int) {
    guard windowSize > 0 else { return }
    var regions = SpeckleRegions(capacity: height * width / 4)
    let limit = Int32(clamping: range * 64)
    for row in 0..<height {
      let above = unsafe row > 0 ? UnsafePointer(self.row(row - 1)) : nil
      unsafe regions.addRow(self.row(row), above: above, width: width, limit: limit)
    }
    regions.forEachRun(smallerThan: windowSize) { row, columns in
      unsafe (self.row(row) + columns.lowerBound).update(repeating: -1, count: columns.count)
    }
  }

  /// Each code becomes the mean of those among the 5 x 5 around it that differ by up to two disparities. Sums along paths
  /// tell disparities to a fraction of a pixel, but with noise; the surface on which a pixel lies knows better.
  public func smooth() {
    let result = AlignedBytes(count: height * stride * 2)
    let absent = absentRow()
    for row in 0..<height { setColumnsOutside(row) }
    for row in 0..<height {
      let rows = unsafe around(row, step: 1, absent: absent)
      unsafe genba_smooth_codes_row(rows, Int32(width), Self.row(row, of: result, stride: stride))
    }
    codes = result
  }

  /// Writes what has become of it: disparities in pixels, their mask, and the confidence, which is multiplied by the
  /// shares of the eight pixels two away and of those four away that differ by up to two disparities. 0 and `false` where
  /// there is no code.
  public func finish(
    minDisparity: Int, disparity: inout OutputSpan<Float>, mask: inout OutputSpan<Bool>,
    confidence: inout OutputSpan<Float>
  ) {
    let count = height * width
    precondition(
      disparity.freeCapacity >= count && mask.freeCapacity >= count && confidence.freeCapacity >= count,
      "no room for \(count) pixels")
    let absent = absentRow()
    for row in 0..<height { setColumnsOutside(row) }
    unsafe disparity.withUnsafeMutableBufferPointer { values, valueCount in
      unsafe mask.withUnsafeMutableBufferPointer { valid, validCount in
        unsafe confidence.withUnsafeMutableBufferPointer { trust, trustCount in
          guard let values = values.baseAddress, let valid = valid.baseAddress, let trust = trust.baseAddress
          else { return }
          for row in 0..<height {
            let rows = unsafe around(row, step: 2, absent: absent)
            let at = row * width
            unsafe genba_stereo_finish_row(
              rows, confidenceRow(row), Int32(width), Int32(minDisparity), values + valueCount + at,
              UnsafeMutableRawPointer(valid + validCount + at), trust + trustCount + at)
          }
          trustCount += count
        }
        validCount += count
      }
      valueCount += count
    }
  }

  /// A row without any code.
  private func absentRow() -> AlignedBytes {
    let row = AlignedBytes(count: stride * 2)
    unsafe row.start.update(repeating: 255, count: stride * 2)
    return row
  }

  /// The columns that filters see outside the picture have no code.
  private func setColumnsOutside(_ row: Int) {
    unsafe (self.row(row) - 4).update(repeating: -1, count: 4)
    unsafe (self.row(row) + width).update(repeating: -1, count: 4)
  }

  /// Five rows, `step` apart, with this one in the middle.
  private func around(_ row: Int, step: Int, absent: AlignedBytes) -> [UnsafePointer<Int16>?] {
    unsafe (-2...2).map { index in
      let other = row + index * step
      return unsafe UnsafePointer(
        (0..<height).contains(other) ? self.row(other) : Self.row(0, of: absent, stride: stride))
    }
  }
}
