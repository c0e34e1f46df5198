internal import CGenbaKernels

/// What the pixels of a row chose, and what becomes of it.
final class StereoChoices {
  private let plan: StereoPlan
  private let numbers: AlignedBytes, work: AlignedBytes

  init(_ plan: StereoPlan) {
    self.plan = plan
    numbers = AlignedBytes(count: 5 * 2 * plan.width)
    work = AlignedBytes(count: 4 * (plan.width + 2))
  }

  /// Has `choose` choose a row's disparities, and writes their codes and confidences.
  func settle(row: Int, into codes: StereoCodes, _ choose: (UnsafePointer<genba_stereo_choice>) -> Void) {
    unsafe numbers.start.withMemoryRebound(to: UInt16.self, capacity: 5 * plan.width) { numbers in
      var choice = unsafe genba_stereo_choice(
        best: UnsafeMutableRawPointer(numbers).assumingMemoryBound(to: Int16.self), smallest: numbers + plan.width,
        second: numbers + 2 * plan.width, below: numbers + 3 * plan.width, above: numbers + 4 * plan.width)
      unsafe choose(&choice)
      var rules = genba_stereo_settling(
        width: Int32(plan.width), min_disparity: Int32(plan.minDisparity),
        uniqueness_ratio: Int32(plan.uniquenessRatio), max_difference: Int32(plan.disp12MaxDiff))
      unsafe genba_stereo_settle_row(&rules, &choice, codes.row(row), codes.confidenceRow(row), work.start)
    }
  }
}
