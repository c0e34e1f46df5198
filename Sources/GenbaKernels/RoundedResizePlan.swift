internal import CGenbaKernels

/// An antialiased resize of bytes that is computed in float32 and rounded once, at the end, with its weights computed:
/// horizontal pass first.
public struct RoundedResizePlan: Sendable {
  /// Rows and columns of what is resized.
  public let inHeight: Int, inWidth: Int
  /// Rows and columns of the result.
  public let outHeight: Int, outWidth: Int
  /// Channels of a pixel.
  public let channels: Int
  private let horizontal: RoundedResizeAxis
  private let vertical: RoundedResizeAxis
  private let taps: Int

  /// A resize between two sizes, 1 to 2^16 each, of 1 to 4 channels, `bilinear` or `bicubic`; anything else traps.
  public init(
    fromHeight inHeight: Int, width inWidth: Int, toHeight outHeight: Int, width outWidth: Int, channels: Int,
    filter: ResizeFilter
  ) {
    precondition(
      [inHeight, inWidth, outHeight, outWidth].allSatisfy { (1...1 << 16).contains($0) } && (1...4).contains(channels),
      "no picture of \(channels) channels can be resized from \(inWidth)x\(inHeight) to \(outWidth)x\(outHeight)")
    precondition(filter == .bilinear || filter == .bicubic, "torch has no antialiased \(filter)")
    self.inHeight = inHeight
    self.inWidth = inWidth
    self.outHeight = outHeight
    self.outWidth = outWidth
    self.channels = channels
    horizontal = RoundedResizeAxis(from: inWidth, to: outWidth, filter)
    vertical = RoundedResizeAxis(from: inHeight, to: outHeight, filter)
    taps = vertical.taps
  }

  /// Writes [outHeight, outWidth, channels] of `pixels`, which are [inHeight, inWidth, channels]; other counts trap.
  public func run(_ pixels: Span<UInt8>, into output: inout MutableSpan<UInt8>) {
    precondition(
      pixels.count == inHeight * inWidth * channels && output.count == outHeight * outWidth * channels,
      "\(pixels.count) bytes to \(output.count)")
    unsafe pixels.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        unsafe run(source, into: target)
      }
    }
  }

  private func run(_ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>) {
    let length = outWidth * channels
    // Rows between the passes: those that one output row needs, in turn, with room for what the kernels touch behind.
    let stride = (length + 31) / 16 * 16
    unsafe withUnsafeTemporaryAllocation(byteCount: 4 * (4 * inWidth + taps * stride), alignment: 64) { memory in
      guard let start = memory.baseAddress else { return }
      let floats = unsafe start.initializeMemory(as: Float.self, repeating: 0, count: 4 * inWidth + taps * stride)
      let (pixels, rows) = unsafe (floats, floats + 4 * inWidth)
      unsafe horizontal.withTable { across in
        unsafe vertical.withTable { down in
          unsafe withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: taps) { used in
            var filled = 0
            for y in 0..<outHeight {
              let first = unsafe Int(down.starts[y])
              let (begin, end) = unsafe (Int(down.offsets[y]), Int(down.offsets[y + 1]))
              while filled < first + end - begin {
                unsafe genba_resize_rounded_row(
                  &across, source + filled * inWidth * channels, Int32(channels), pixels, rows + filled % taps * stride)
                filled += 1
              }
              for tap in 0..<end - begin { unsafe used[tap] = UnsafePointer(rows + (first + tap) % taps * stride) }
              unsafe genba_blend_rounded_rows(
                used.baseAddress, down.weights + begin, Int32(end - begin), Int64(length), target + y * length)
            }
          }
        }
      }
    }
  }
}

extension RoundedResizeAxis {
  @unsafe
  fileprivate func withTable(_ body: (inout genba_rounded_axis) -> Void) {
    unsafe starts.withUnsafeBufferPointer { starts in
      unsafe offsets.withUnsafeBufferPointer { offsets in
        unsafe weights.withUnsafeBufferPointer { weights in
          var table = unsafe genba_rounded_axis(
            in_size: Int32(inSize), out_size: Int32(starts.count), starts: starts.baseAddress,
            offsets: offsets.baseAddress, weights: weights.baseAddress)
          unsafe body(&table)
        }
      }
    }
  }
}
