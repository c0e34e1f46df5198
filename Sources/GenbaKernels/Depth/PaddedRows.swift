internal import CGenbaKernels

/// A picture with a margin around it, as the filters read it: a few rows at a time, which stay in the cache. A padded
/// copy of the whole would cost more in touching new memory than a filter takes.
struct PaddedRows<Element: BitwiseCopyable & Equatable> {
  let height: Int, width: Int, margin: Int
  /// Stands around the picture.
  let outside: Element
  /// What is replaced by `outside` within it.
  let unknown: Element?

  init(height: Int, width: Int, margin: Int, outside: Element, replacing unknown: Element? = nil) {
    precondition(height > 0 && width > 0, "a picture of \(width)x\(height) pixels")
    self.height = height
    self.width = width
    self.margin = margin
    self.outside = outside
    self.unknown = unknown
  }

  /// Elements that a vector may reach beyond a row's end.
  private static var slack: Int { 64 / MemoryLayout<Element>.stride }

  /// Calls `body` with the 2 · margin + 1 rows around each row of `source`, at their first pixel, and a row to write to
  /// that has room for a vector more; appends what it wrote to `output`.
  func forEachWindow(
    of source: Span<Element>, into output: inout OutputSpan<Element>,
    _ body: (UnsafePointer<UnsafePointer<Element>?>, UnsafeMutablePointer<Element>) -> Void
  ) {
    precondition(source.count == height * width, "\(source.count) pixels and not \(height * width)")
    precondition(output.freeCapacity >= height * width, "no room for \(height * width) pixels")
    let side = 2 * margin + 1
    let stride = (margin + width + margin + 2 * Self.slack + 15) / 16 * 16
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      let target = unsafe buffer.baseAddress.unsafelyUnwrapped + initializedCount
      unsafe source.withUnsafeBufferPointer { source in
        let pixels = unsafe source.baseAddress.unsafelyUnwrapped
        // The rows of a window in turn, one that is all outside, and one to write to.
        unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: (side + 2) * stride) {
          memory in
          let base = unsafe memory.baseAddress.unsafelyUnwrapped
          unsafe base.initialize(repeating: outside, count: (side + 2) * stride)
          let (empty, scratch) = unsafe (base + side * stride + margin, base + (side + 1) * stride)
          func place(_ y: Int) -> UnsafeMutablePointer<Element> {
            unsafe base + y % side * stride + margin
          }
          var rows = unsafe [UnsafePointer<Element>?](repeating: nil, count: side)
          for y in 0..<min(margin, height) { unsafe load(pixels + y * width, into: place(y)) }
          for y in 0..<height {
            if y + margin < height {
              unsafe load(pixels + (y + margin) * width, into: place(y + margin))
            }
            for k in 0..<side {
              let row = y + k - margin
              unsafe rows[k] =
                row >= 0 && row < height ? UnsafePointer(place(row)) : UnsafePointer(empty)
            }
            unsafe body(rows, scratch)
            unsafe (target + y * width).update(from: scratch, count: width)
          }
        }
      }
      initializedCount += height * width
    }
  }

  private func load(_ source: UnsafePointer<Element>, into row: UnsafeMutablePointer<Element>) {
    guard let unknown else {
      unsafe row.update(from: source, count: width)
      return
    }
    for x in 0..<width { unsafe row[x] = unsafe source[x] == unknown ? outside : source[x] }
  }
}
