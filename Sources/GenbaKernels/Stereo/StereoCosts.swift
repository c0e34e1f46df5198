internal import CGenbaKernels

/// The matching costs of some rows in turn: a ring that one thread fills from the top down.
final class StereoCosts {
  private let plan: StereoPlan
  let left: StereoPicture, right: StereoPicture
  var shape: genba_stereo_shape
  private let rows: AlignedBytes
  private let ringRows: Int
  /// Census planes, of the right picture with room for all disparities on both sides.
  private let leftPlanes: [AlignedBytes], rightPlanes: [AlignedBytes]
  private let roomBefore: Int, roomBehind: Int
  /// The first row that has not been filled yet.
  private var ready = 0

  init(_ plan: StereoPlan, left: StereoPicture, right: StereoPicture, ringRows: Int) {
    self.plan = plan
    self.left = left
    self.right = right
    self.ringRows = ringRows
    shape = genba_stereo_shape(
      width: Int32(plan.width), disparities: Int32(plan.numDisparities), p1: Int32(plan.p1),
      max_difference: Int32(plan.maxDifference))
    rows = AlignedBytes(count: ringRows * plan.volumeRowBytes)
    let slack = Int(GENBA_STEREO_SLACK)
    roomBefore = max(0, -plan.minDisparity) + slack
    roomBehind = max(0, plan.minDisparity) + plan.numDisparities + 2 * slack
    let room = roomBefore + plan.width + roomBehind
    leftPlanes = (0..<3).map { _ in AlignedBytes(count: plan.width + slack) }
    rightPlanes = (0..<4).map { _ in AlignedBytes(count: room) }
  }

  /// The costs of a row among the last ones that were filled.
  func row(_ row: Int) -> UnsafeMutablePointer<UInt8> {
    unsafe rows.start + row % ringRows * plan.volumeRowBytes
  }

  /// Starts anew: the next row to be filled is this one.
  func restart(at row: Int) { ready = row }

  /// Fills the rows up to `end`.
  func fill(to end: Int) {
    while ready < end {
      fill(row: ready)
      ready += 1
    }
  }

  private func fill(row: Int) {
    let width = plan.width
    unsafe left.census(row: row, window: plan.window, into: leftPlanes.map { unsafe $0.start })
    unsafe right.census(row: row, window: plan.window, into: rightPlanes.prefix(3).map { unsafe $0.start + roomBefore })
    unsafe (rightPlanes[3].start + roomBefore).update(from: right.brightnessRow(row), count: width)
    for plane in rightPlanes {
      let pixels = unsafe plane.start + roomBefore
      unsafe plane.start.update(repeating: pixels[0], count: roomBefore)
      unsafe (pixels + width).update(repeating: pixels[width - 1], count: roomBehind)
    }
    let offset = roomBefore + plan.minDisparity
    unsafe genba_stereo_cost_row(
      &shape,
      genba_stereo_row(
        planes: (
          UnsafePointer(leftPlanes[0].start), UnsafePointer(leftPlanes[1].start), UnsafePointer(leftPlanes[2].start),
          left.brightnessRow(row)
        )),
      genba_stereo_row(
        planes: (
          UnsafePointer(rightPlanes[0].start + offset), UnsafePointer(rightPlanes[1].start + offset),
          UnsafePointer(rightPlanes[2].start + offset), UnsafePointer(rightPlanes[3].start + offset)
        )),
      self.row(row))
  }
}
