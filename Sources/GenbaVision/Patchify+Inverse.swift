public import GenbaCore

extension Patchify {
  /// A frame that was cut into patches: uint8 [gridHeight · patchSize, gridWidth · patchSize, 3].
  ///
  /// ```swift
  /// let picture = patchify.frame(ofPatches: pixelValues, from: 0, gridHeight: 22, gridWidth: 32)
  /// ```
  ///
  /// - Parameters:
  ///   - patches: [patches, elements of a patch], as ``append(_:to:)`` writes them; other elements trap.
  ///   - first: The row of `patches` with which the frame's temporal patch begins; too few rows behind it trap.
  ///   - gridHeight: Patches from top to bottom; with the next, a multiple of the merge size, or it traps.
  ///   - gridWidth: Patches from left to right.
  ///   - time: Which frame of the temporal patch.
  public func frame(
    ofPatches patches: Tensor<Float>, from first: Int, gridHeight: Int, gridWidth: Int, time: Int = 0
  ) -> Tensor<UInt8> {
    let area = patchSize * patchSize
    let elements = 3 * temporalPatchSize * area
    precondition(
      patches.rank == 2 && patches.shape[1] == elements && first >= 0
        && first + gridHeight * gridWidth <= patches.shape[0] && (0..<temporalPatchSize).contains(time)
        && gridHeight % mergeSize == 0 && gridWidth % mergeSize == 0,
      "patches \(patches.shape), and a grid of \(gridHeight)x\(gridWidth) from row \(first)")
    let values = patches.span
    return Tensor(shape: [gridHeight * patchSize, gridWidth * patchSize, 3]) { output in
      for y in 0..<gridHeight * patchSize {
        for x in 0..<gridWidth * patchSize {
          let (row, column) = (y / patchSize, x / patchSize)
          let token = row / mergeSize * (gridWidth / mergeSize) + column / mergeSize
          let patch = (token * mergeSize + row % mergeSize) * mergeSize + column % mergeSize
          let place = (first + patch) * elements + y % patchSize * patchSize + x % patchSize
          for channel in 0..<3 {
            output.append(
              normalization.pixel(of: values[place + (channel * temporalPatchSize + time) * area], channel: channel))
          }
        }
      }
    }
  }
}
