internal import CGenbaKernels

/// A picture with a margin around it, as the filters read it.
struct PaddedRows<Element: BitwiseCopyable> {
  let height: Int, width: Int, margin: Int, stride: Int
  private var elements: [Element]

  /// A copy of `source`, [height, width], with `outside` around it and, if asked for, instead of `unknown`.
  init(
    _ source: Span<Element>, height: Int, width: Int, margin: Int, outside: Element, replacing unknown: Element? = nil
  ) where Element: Equatable {
    precondition(source.count == height * width && height > 0 && width > 0, "\(source.count) pixels")
    self.height = height
    self.width = width
    self.margin = margin
    stride = (margin + width + margin + 2 * Self.slack + 15) / 16 * 16
    let (stride, rows) = (self.stride, height + 2 * margin)
    elements = unsafe [Element](unsafeUninitializedCapacity: rows * stride) { target, count in
      let base = unsafe target.baseAddress.unsafelyUnwrapped
      unsafe base.initialize(repeating: outside, count: margin * stride)
      unsafe (base + (height + margin) * stride).initialize(repeating: outside, count: margin * stride)
      unsafe source.withUnsafeBufferPointer { source in
        for y in 0..<height {
          let from = unsafe source.baseAddress.unsafelyUnwrapped + y * width
          let row = unsafe base + (y + margin) * stride
          unsafe row.initialize(repeating: outside, count: margin)
          unsafe (row + margin + width).initialize(repeating: outside, count: stride - margin - width)
          if let unknown {
            for x in 0..<width {
              let value = unsafe from[x]
              unsafe (row + margin + x).initialize(to: value == unknown ? outside : value)
            }
          } else {
            unsafe (row + margin).initialize(from: from, count: width)
          }
        }
      }
      count = rows * stride
    }
  }

  /// Elements that a vector may reach beyond a row's end.
  static var slack: Int { 64 / MemoryLayout<Element>.stride }

  /// Calls `body` with the 2 · margin + 1 rows around each row, at their first pixel, and a row to write to that has
  /// room for a vector more; appends what it wrote to `output`.
  func forEachWindow(
    into output: inout OutputSpan<Element>,
    _ body: (UnsafePointer<UnsafePointer<Element>?>, UnsafeMutablePointer<Element>) -> Void
  ) {
    precondition(output.freeCapacity >= height * width, "no room for \(height * width) pixels")
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      let target = unsafe buffer.baseAddress.unsafelyUnwrapped + initializedCount
      unsafe elements.withUnsafeBufferPointer { elements in
        let base = unsafe elements.baseAddress.unsafelyUnwrapped
        unsafe withUnsafeTemporaryAllocation(of: Element.self, capacity: width + 2 * Self.slack) { row in
          let scratch = unsafe row.baseAddress.unsafelyUnwrapped
          var rows = unsafe [UnsafePointer<Element>?](repeating: nil, count: 2 * margin + 1)
          for y in 0..<height {
            for k in unsafe rows.indices { unsafe rows[k] = base + (y + k) * stride + margin }
            unsafe body(rows, scratch)
            unsafe (target + y * width).update(from: scratch, count: width)
          }
        }
      }
      initializedCount += height * width
    }
  }
}
