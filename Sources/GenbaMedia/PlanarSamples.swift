internal import GenbaCore

/// Decoded sound as it grows at its end and is taken from its beginning, one array for each channel, as float32 of
/// nominally -1 … 1.
struct PlanarSamples {
  private var planes: [[Float]]
  /// How many samples at the beginning of each plane have been taken.
  private var taken = 0

  /// No samples yet.
  ///
  /// - Parameter channels: How many there are.
  init(channels: Int) { planes = Array(repeating: [], count: channels) }

  /// Samples of one channel.
  var count: Int { (planes.first?.count ?? 0) - taken }

  /// Appends [channels, samples].
  mutating func append(_ samples: Tensor<Float>) {
    let source = samples.span
    for channel in planes.indices {
      let plane = source.extracting(channel * samples.shape[1]..<(channel + 1) * samples.shape[1])
      planes[channel].reserveCapacity(nextCapacity(for: plane.count))
      for index in plane.indices { planes[channel].append(plane[index]) }
    }
  }

  /// Room for `more` samples; doubled when it must grow.
  private func nextCapacity(for more: Int) -> Int {
    let needed = taken + count + more
    return needed <= planes[0].capacity ? needed : max(needed, 2 * planes[0].capacity)
  }

  /// The first `count` samples, or as many as there are: float32 [channels, samples].
  func prefix(_ count: Int) -> Tensor<Float> {
    let count = min(count, self.count)
    return Tensor<Float>(shape: [planes.count, count]) { output in
      for plane in planes {
        let first = plane.span.extracting(taken..<taken + count)
        for index in first.indices { output.append(first[index]) }
      }
    }
  }

  /// Drops the first `count` samples, or as many as there are, and says how many.
  @discardableResult
  mutating func dropFirst(_ count: Int) -> Int {
    let count = min(count, self.count)
    taken += count
    // Moving the rest costs less than what was taken has cost.
    guard taken > 0, taken >= self.count else { return count }
    for channel in planes.indices { planes[channel].removeFirst(taken) }
    taken = 0
    return count
  }
}
