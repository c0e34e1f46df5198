internal import GenbaCore

extension Tensor where Element == Float {
  /// The first `count` samples of each channel of [channels, samples].
  func prefix(samples count: Int) -> Tensor {
    guard count < shape[1] else { return self }
    return Tensor(shape: [shape[0], count]) { output in
      for channel in 0..<shape[0] { output.append(copying: row(channel).extracting(first: count)) }
    }
  }

  /// One channel of [channels, samples].
  @_lifetime(borrow self)
  func row(_ channel: Int) -> Span<Float> {
    span.extracting(channel * shape[1]..<(channel + 1) * shape[1])
  }

  /// [channels, samples] of several parts, one behind the other.
  init(joining parts: [Tensor], channels: Int) {
    if parts.count == 1 {
      self = parts[0]
      return
    }
    self.init(shape: [channels, parts.reduce(0) { $0 + $1.shape[1] }]) { output in
      for channel in 0..<channels {
        for part in parts { output.append(copying: part.row(channel)) }
      }
    }
  }
}

extension OutputSpan<Float> {
  /// Appends all elements of a span, by one copy of memory.
  @_lifetime(self: copy self)
  mutating func append(copying source: Span<Float>) {
    unsafe withUnsafeMutableBufferPointer { room, written in
      unsafe source.withUnsafeBufferPointer { source in
        let rest = unsafe UnsafeMutableBufferPointer(rebasing: room[written...])
        precondition(source.count <= rest.count, "\(source.count) samples where there is room for \(rest.count)")
        if let from = source.baseAddress { unsafe rest.baseAddress?.update(from: from, count: source.count) }
      }
      written += source.count
    }
  }
}
