internal import CGenbaKernels

/// How Qwen's vision models take pixels: [gridHeight / merge, gridWidth / merge, merge, merge, 3, temporal, patch,
/// patch] for each temporal patch.
public struct PatchLayout: Sendable, Hashable {
  /// Pixels along a patch's side: 14 or 16 in the models there are.
  public let patchSize: Int
  /// Patches along the side of a square that becomes one token.
  public let mergeSize: Int
  /// Frames in a patch.
  public let temporalPatchSize: Int
  /// Patches from top to bottom and from left to right; multiples of the merge size.
  public let gridHeight: Int, gridWidth: Int

  /// A layout. Sizes below 1, and grids that are no multiples of the merge size, trap.
  public init(patchSize: Int, mergeSize: Int, temporalPatchSize: Int, gridHeight: Int, gridWidth: Int) {
    precondition(
      min(patchSize, mergeSize, temporalPatchSize, gridHeight, gridWidth) >= 1
        && gridHeight % mergeSize == 0 && gridWidth % mergeSize == 0,
      "a grid of \(gridHeight)x\(gridWidth) patches of \(patchSize) pixels, merged by \(mergeSize)")
    self.patchSize = patchSize
    self.mergeSize = mergeSize
    self.temporalPatchSize = temporalPatchSize
    self.gridHeight = gridHeight
    self.gridWidth = gridWidth
  }

  /// Patches in one temporal patch: rows of `pixel_values`.
  public var patchCount: Int { gridHeight * gridWidth }

  /// Values in one patch: columns of `pixel_values`.
  public var patchElements: Int { 3 * temporalPatchSize * patchSize * patchSize }

  /// Appends one temporal patch, [patchCount, patchElements], each pixel through the table.
  ///
  /// - Parameters:
  ///   - frameCount: 1, for a frame that fills the whole temporal axis, or `temporalPatchSize`; anything else traps.
  ///   - table: [3, 256]: what becomes of each value of each channel. Elements of other than 2 or 4 bytes trap.
  ///   - output: Must have room, or it traps.
  ///   - withFrame: Hands the frame of an index to its second argument, exactly once: uint8
  ///     [gridHeight · patchSize, gridWidth · patchSize, 3]; another byte count traps.
  public func append<Element: BitwiseCopyable>(
    frameCount: Int, table: Span<Element>, to output: inout OutputSpan<Element>,
    withFrame: (_ index: Int, _ write: (Span<UInt8>) -> Void) -> Void
  ) {
    let stride = gridWidth * patchSize * 3
    let count = patchCount * patchElements
    precondition(frameCount == 1 || frameCount == temporalPatchSize, "\(frameCount) frames for \(self)")
    precondition(table.count == 3 * 256, "a table of 3 x 256 values, not \(table.count)")
    precondition(output.freeCapacity >= count, "no room for \(count) values")
    let elementBytes = layoutElementBytes(Element.self)
    var layout = genba_patch_layout(
      patch_size: Int32(patchSize), merge_size: Int32(mergeSize), temporal_patch_size: Int32(temporalPatchSize),
      grid_height: Int32(gridHeight), grid_width: Int32(gridWidth))
    let copies = Int32(frameCount == 1 ? temporalPatchSize : 1)
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      guard let start = buffer.baseAddress else { return }
      let target = unsafe start + initializedCount
      unsafe table.withUnsafeBufferPointer { table in
        for index in 0..<frameCount {
          var written = 0
          withFrame(index) { frame in
            precondition(frame.count == gridHeight * patchSize * stride, "\(frame.count) bytes do not fill \(self)")
            unsafe frame.withUnsafeBufferPointer { frame in
              unsafe genba_patchify(
                &layout, frame.baseAddress, stride, table.baseAddress, elementBytes, target, Int32(index), copies)
            }
            written += 1
          }
          precondition(written == 1, "frame \(index) was written \(written) times")
        }
      }
      initializedCount += count
    }
  }
}
