internal import CGenbaKernels

extension StereoPlan {
  /// Matches every `step`-th band from `first` on without paths: costs summed over windows of `blockSize` pixels a side,
  /// odd, up to 15, rows and columns at the edges counting repeatedly. Otherwise as `run(bandsFrom:…)`.
  public func runBlocks(
    of blockSize: Int, bandsFrom first: Int, by step: Int, left: StereoPicture, right: StereoPicture,
    into codes: StereoCodes
  ) {
    checkPictures(left, right, codes)
    precondition(blockSize % 2 == 1 && (3...15).contains(blockSize), "windows of \(blockSize) pixels")
    let bands = bands
    guard first < bands.count else { return }
    let radius = blockSize / 2
    let costs = StereoCosts(self, left: left, right: right, ringRows: blockSize + 1)
    let choices = StereoChoices(self)
    let stateBytes = Int(genba_stereo_state_pitch(Int32(numDisparities)))
    let columns = AlignedBytes(count: 2 * width * stateBytes)
    let nothing = AlignedBytes(count: volumeRowBytes)
    nothing.clear()
    let work = AlignedBytes(count: Int(genba_stereo_work_bytes(Int32(numDisparities))))
    // Sums that stay under 1024.
    let largest = blockSize * blockSize * (Self.largestCensusCost + maxDifference)
    let shift = max(0, Int.bitWidth - largest.leadingZeroBitCount - 10)
    for index in stride(from: first, to: bands.count, by: step) {
      let band = bands[index]
      costs.restart(at: max(band.lowerBound - radius, 0))
      columns.clear()
      unsafe UnsafeMutableRawPointer(columns.start).withMemoryRebound(to: UInt16.self, capacity: width * stateBytes) {
        columns in
        func costRow(_ row: Int) -> UnsafePointer<UInt8> {
          unsafe UnsafePointer(costs.row(min(max(row, 0), height - 1)))
        }
        for row in band {
          costs.fill(to: min(row + radius + 1, height))
          if row == band.lowerBound {
            for other in row - radius...row + radius {
              unsafe genba_stereo_block_columns(&costs.shape, costRow(other), nothing.start, columns)
            }
          } else {
            unsafe genba_stereo_block_columns(
              &costs.shape, costRow(row + radius), costRow(row - radius - 1), columns)
          }
          unsafe choices.settle(row: row, into: codes) { choice in
            unsafe genba_stereo_block_row(&costs.shape, columns, Int32(radius), Int32(shift), choice, work.start)
          }
        }
      }
    }
  }
}
