internal import CGenbaKernels

/// Normals of a depth picture, by plane fits over inverse depth.
public struct NormalsPlan: Sendable {
  private let plan: genba_normals_plan

  /// - Parameters:
  ///   - radius: Windows are 2 · radius + 1 pixels wide and high; 1 to 15.
  ///   - minCount: A window of fewer known pixels gives no normal; at least 3.
  ///   - preference: A window beside a pixel is preferred to the one around it where its plane leaves less than this
  ///     share of the mean square that the other leaves; 0 never.
  ///
  /// Sizes that are not above 0, and numbers outside their ranges, trap.
  public init(
    height: Int, width: Int, radius: Int, minCount: Int, preference: Float, fx: Float, fy: Float, cx: Float, cy: Float
  ) {
    precondition(
      height > 0 && width > 0 && (1...15).contains(radius) && minCount >= 3 && preference >= 0 && preference <= 1,
      "no normals of \(width)x\(height) pixels with radius \(radius), at least \(minCount) pixels and \(preference)")
    plan = genba_normals_plan(
      width: Int64(width), height: Int64(height), radius: Int32(radius), min_count: Int32(minCount),
      preference: preference, fx: fx, fy: fy, cx: cx, cy: cy)
  }

  /// Appends the normals, [height, width, 3], and where there are any, [height, width].
  ///
  /// - Parameters:
  ///   - metres: [height, width]; 0 for none, and no NaN.
  ///   - normals: Must have room for all, or it traps; so must `mask`.
  public func run(metres: Span<Float>, into normals: inout OutputSpan<Float>, mask: inout OutputSpan<Bool>) {
    let count = Int(plan.width * plan.height)
    precondition(
      metres.count == count && normals.freeCapacity >= 3 * count && mask.freeCapacity >= count,
      "\(metres.count) pixels, and not \(count)")
    var plan = plan
    let workBytes = unsafe Int(genba_normals_work_bytes(&plan))
    unsafe normals.withUnsafeMutableBufferPointer { normals, normalCount in
      unsafe mask.withUnsafeMutableBufferPointer { mask, maskCount in
        guard let normals = normals.baseAddress, let mask = mask.baseAddress else { return }
        let bytes = unsafe UnsafeMutableRawPointer(mask + maskCount).assumingMemoryBound(to: UInt8.self)
        unsafe metres.withUnsafeBufferPointer { metres in
          unsafe withUnsafeTemporaryAllocation(byteCount: workBytes, alignment: 64) { work in
            unsafe genba_depth_normals(&plan, metres.baseAddress, normals + normalCount, bytes, work.baseAddress)
          }
        }
        normalCount += 3 * count
        maskCount += count
      }
    }
  }
}
