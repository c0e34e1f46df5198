public import GenbaCore

/// Smooths the depth of a stream over time: an exponential mean of each pixel that starts anew where its distance jumps,
/// and holes that are filled for a while from before.
///
/// The temporal filter of Intel's librealsense (`rs-temporal-filter`, Apache-2.0) with its meaning of alpha, delta and
/// persistence; there delta is in disparities or sensor units, here it is in metres and may grow with the square of the
/// distance.
///
/// ```swift
/// var filter = TemporalDepthFilter()
/// for frame in frames { let steady = filter(frame) }
/// ```
public struct TemporalDepthFilter: Sendable {
  /// The share of the new frame; 1 smooths nothing.
  public let alpha: Float
  /// A larger change is a step, and not smoothed: in metres.
  public let delta: Float
  /// Whether ``delta`` holds at 1 m and grows with the square of the distance.
  public let growsWithDistance: Bool
  /// A hole keeps the distance from before if the pixel was valid in at least `needed` of the last `frames` frames.
  public let persistence: (needed: Int, frames: Int)?

  private var previous: [Float] = []
  private var shape: [Int] = []
  /// The last eight frames, the newest in the lowest bit: where there was a distance.
  private var history: [UInt8] = []

  /// A filter that has seen nothing. An alpha outside of 0 to 1, a delta below 0, or a persistence over other than 1 to
  /// 8 frames, traps.
  public init(
    alpha: Float = 0.4, delta: Float = 0.02, growsWithDistance: Bool = true,
    persistence: (needed: Int, frames: Int)? = (2, 4)
  ) {
    precondition(alpha > 0 && alpha <= 1 && delta >= 0, "a share of \(alpha) and steps of \(delta) m")
    precondition(
      persistence.map { (1...8).contains($0.frames) && (1...$0.frames).contains($0.needed) } ?? true,
      "a persistence over 1 to 8 frames")
    self.alpha = alpha
    self.delta = delta
    self.growsWithDistance = growsWithDistance
    self.persistence = persistence
  }

  /// The next frame, smoothed with those before it. A frame of another size starts anew.
  public mutating func callAsFunction(_ depth: DepthMap) -> DepthMap {
    if shape != depth.metres.shape {
      shape = depth.metres.shape
      previous = [Float](repeating: 0, count: depth.metres.count)
      history = [UInt8](repeating: 0, count: depth.metres.count)
    }
    let recent = persistence.map { UInt8(truncatingIfNeeded: (1 << $0.frames) - 1) } ?? 0
    let source = depth.metres.span
    let (alpha, delta, growsWithDistance, persistence) = (alpha, delta, growsWithDistance, persistence)
    // Taken out and put back, so that they are changed in place.
    var mean: [Float] = []
    var seen: [UInt8] = []
    swap(&mean, &previous)
    swap(&seen, &history)
    let metres = Tensor<Float>(shape: depth.metres.shape) { output in
      for index in 0..<source.count {
        let (now, before) = (source[index], mean[index])
        if now > 0 {
          let limit = growsWithDistance ? delta * now * now : delta
          let isSame = before > 0 && abs(now - before) <= limit
          mean[index] = isSame ? alpha * now + (1 - alpha) * before : now
          output.append(mean[index])
        } else {
          let count = (seen[index] & recent).nonzeroBitCount
          output.append(before > 0 && persistence.map { count >= $0.needed } == true ? before : 0)
        }
        seen[index] = seen[index] << 1 | (now > 0 ? 1 : 0)
      }
    }
    swap(&mean, &previous)
    swap(&seen, &history)
    return DepthMap(metres: metres)
  }
}
