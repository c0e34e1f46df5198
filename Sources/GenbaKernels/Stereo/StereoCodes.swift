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

  /// Elements before the first of a row, for filters that look there, and behind the last.
  private static let margin = 32

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

  /// Writes what has become of it: disparities in pixels, their mask, and the confidence, which is multiplied by the
  /// share of the eight pixels two away that agree within one disparity. 0 and `false` where there is no code.
  public func finish(
    minDisparity: Int, disparity: inout OutputSpan<Float>, mask: inout OutputSpan<Bool>,
    confidence: inout OutputSpan<Float>
  ) {
    let count = height * width
    precondition(
      disparity.freeCapacity >= count && mask.freeCapacity >= count && confidence.freeCapacity >= count,
      "no room for \(count) pixels")
    for row in 0..<height {
      let here = unsafe self.row(row)
      unsafe (here - 2).update(repeating: -1, count: 2)
      unsafe (here + width).update(repeating: -1, count: 2)
    }
    let absent = [Int16](repeating: -1, count: width + 4)
    unsafe absent.withUnsafeBufferPointer { absent in
      guard let absent = unsafe absent.baseAddress.map({ unsafe $0 + 2 }) else { return }
      unsafe disparity.withUnsafeMutableBufferPointer { values, valueCount in
        unsafe mask.withUnsafeMutableBufferPointer { valid, validCount in
          unsafe confidence.withUnsafeMutableBufferPointer { trust, trustCount in
            guard let values = values.baseAddress, let valid = valid.baseAddress, let trust = trust.baseAddress
            else { return }
            for row in 0..<height {
              let above = unsafe row >= 2 ? UnsafePointer(self.row(row - 2)) : absent
              let below = unsafe row + 2 < height ? UnsafePointer(self.row(row + 2)) : absent
              let at = row * width
              unsafe genba_stereo_finish_row(
                above, self.row(row), below, self.confidenceRow(row), Int32(width), Int32(minDisparity),
                values + valueCount + at, UnsafeMutableRawPointer(valid + validCount + at), trust + trustCount + at)
            }
          }
          validCount += count
        }
        valueCount += count
      }
    }
    unsafe confidence.withUnsafeMutableBufferPointer { _, trustCount in trustCount += count }
  }
}
