internal import CGenbaKernels

/// What one thread needs to match bands of a plan, one after another: the strip's volumes and the paths' states.
final class StereoBand {
  private let plan: StereoPlan
  private let rowBytes: Int, stateBytes: Int, stateRowBytes: Int
  private let costs: StereoCosts
  /// The sums of the paths that go up, for the rows of a strip.
  private let first: AlignedBytes, second: AlignedBytes?
  private let stripRows: Int
  /// Sums of a single row.
  private let straight: AlignedBytes, slanted: AlignedBytes
  /// The states of the vertical paths: 1 or 3 going up, as many going down.
  private let upward: [AlignedBytes], downward: [AlignedBytes]
  /// P2 along each of the vertical paths, and along the row.
  private let penalties: [AlignedBytes], rowPenalties: AlignedBytes
  private let work: AlignedBytes, choices: StereoChoices

  init(_ plan: StereoPlan, left: StereoPicture, right: StereoPicture) {
    self.plan = plan
    let width = plan.width
    rowBytes = plan.volumeRowBytes
    stateBytes = Int(genba_stereo_state_pitch(Int32(plan.numDisparities)))
    let stateRowBytes = (width + 1) * stateBytes
    self.stateRowBytes = stateRowBytes
    stripRows = plan.stripRows
    costs = StereoCosts(plan, left: left, right: right, ringRows: stripRows + StereoPlan.margin)
    first = AlignedBytes(count: stripRows * rowBytes)
    second = plan.paths == 8 ? AlignedBytes(count: stripRows * rowBytes) : nil
    straight = AlignedBytes(count: rowBytes)
    slanted = AlignedBytes(count: plan.paths == 8 ? rowBytes : 0)
    let count = plan.paths == 8 ? 3 : 1
    // The costs of a path, then the smallest of each pixel.
    upward = (0..<count).map { _ in AlignedBytes(count: stateRowBytes + width + 1) }
    downward = (0..<count).map { _ in AlignedBytes(count: stateRowBytes + width + 1) }
    penalties = (0..<count).map { _ in AlignedBytes(count: width) }
    rowPenalties = AlignedBytes(count: width + 1)
    work = AlignedBytes(count: Int(genba_stereo_work_bytes(Int32(plan.numDisparities))))
    choices = StereoChoices(plan)
  }

  /// Matches the rows of a band.
  func run(_ band: Range<Int>, into codes: StereoCodes) {
    for path in downward { path.clear() }
    // Down to the band's first row, so that its paths have begun.
    let beginning = max(band.lowerBound - StereoPlan.margin, 0)
    costs.restart(at: beginning)
    costs.fill(to: band.lowerBound)
    for row in beginning..<band.lowerBound {
      setPenalties(row: row, previous: row - 1)
      unsafe vertical(row: row, paths: downward, adding: false, first: nil, second: nil)
    }
    for start in stride(from: band.lowerBound, to: band.upperBound, by: stripRows) {
      let strip = start..<min(start + stripRows, band.upperBound)
      let end = min(strip.upperBound + StereoPlan.margin, plan.height)
      costs.fill(to: end)
      goUp(from: end, strip: strip)
      for row in strip { finish(row: row, inStrip: row - start, into: codes) }
    }
  }

  private func goUp(from end: Int, strip: Range<Int>) {
    for path in upward { path.clear() }
    for row in (strip.lowerBound..<end).reversed() {
      setPenalties(row: row, previous: row + 1)
      let offset = (row - strip.lowerBound) * rowBytes
      let isKept = row < strip.upperBound
      unsafe vertical(
        row: row, paths: upward, adding: false, first: isKept ? first.start + offset : nil,
        second: isKept ? second.map { unsafe $0.start + offset } : nil)
    }
  }

  /// The paths down and along a row, and what its pixels choose.
  private func finish(row: Int, inStrip index: Int, into codes: StereoCodes) {
    setPenalties(row: row, previous: row - 1)
    setRowPenalties(row: row)
    let sum = unsafe first.start + index * rowBytes
    var sums: [UnsafePointer<UInt8>?]
    if let second {
      let other = unsafe second.start + index * rowBytes
      unsafe vertical(row: row, paths: downward, adding: false, first: straight.start, second: slanted.start)
      unsafe genba_stereo_rightward(&costs.shape, costs.row(row), rowPenalties.start, 1, other, work.start)
      unsafe sums = [
        UnsafePointer(sum), UnsafePointer(other), UnsafePointer(straight.start), UnsafePointer(slanted.start),
      ]
    } else {
      unsafe vertical(row: row, paths: downward, adding: true, first: sum, second: nil)
      unsafe genba_stereo_rightward(&costs.shape, costs.row(row), rowPenalties.start, 0, straight.start, work.start)
      unsafe sums = [UnsafePointer(sum), UnsafePointer(straight.start)]
    }
    unsafe choices.settle(row: row, into: codes) { choice in
      unsafe genba_stereo_leftward(
        &costs.shape, costs.row(row), rowPenalties.start + 1, sums, Int32(sums.count), choice, work.start)
    }
  }

  private func vertical(
    row: Int, paths: [AlignedBytes], adding: Bool, first: UnsafeMutablePointer<UInt8>?,
    second: UnsafeMutablePointer<UInt8>?
  ) {
    let states = unsafe zip(paths, penalties).map { path, p2 in
      unsafe genba_stereo_path(costs: path.start, smallest: path.start + stateRowBytes, p2: p2.start)
    }
    unsafe genba_stereo_vertical(
      &costs.shape, costs.row(row), states, Int32(states.count), adding ? 1 : 0, first, second, work.start)
  }

  /// P2 of the steps to a row from `previous`: straight, from the left and from the right.
  private func setPenalties(row: Int, previous: Int) {
    let here = unsafe costs.left.brightnessRow(row)
    let there = unsafe costs.left.brightnessRow(previous)
    for (step, target) in zip([0, -1, 1], penalties) {
      unsafe setPenalties(between: here, and: there + step, into: target.start, count: plan.width)
    }
  }

  /// P2 of the steps along a row: element x is the one between the pixels x - 1 and x.
  private func setRowPenalties(row: Int) {
    let here = unsafe costs.left.brightnessRow(row)
    unsafe setPenalties(between: here, and: here - 1, into: rowPenalties.start, count: plan.width + 1)
  }

  private func setPenalties(
    between here: UnsafePointer<UInt8>, and there: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>,
    count: Int
  ) {
    unsafe plan.p2Table.withUnsafeBufferPointer { table in
      for x in 0..<count { unsafe target[x] = table[abs(Int(here[x]) - Int(there[x]))] }
    }
  }
}

extension StereoPlan {
  /// Matches every `step`-th band from `first` on. Bands may be matched at the same time on several threads.
  ///
  /// Pictures of other sizes, a left one that is mirrored or a right one that is not, trap.
  public func run(
    bandsFrom first: Int, by step: Int, left: StereoPicture, right: StereoPicture, into codes: StereoCodes
  ) {
    checkPictures(left, right, codes)
    let bands = bands
    guard first < bands.count else { return }
    let band = StereoBand(self, left: left, right: right)
    for index in stride(from: first, to: bands.count, by: step) { band.run(bands[index], into: codes) }
  }

  /// Traps where `run` says.
  func checkPictures(_ left: StereoPicture, _ right: StereoPicture, _ codes: StereoCodes) {
    for picture in [left, right] { precondition(picture.height == height && picture.width == width, "other pictures") }
    precondition(!left.isMirrored && right.isMirrored, "the right picture is the mirrored one")
    precondition(codes.height == height && codes.width == width, "codes of another size")
  }
}
