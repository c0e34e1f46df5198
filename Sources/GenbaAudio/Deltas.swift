public import GenbaCore

/// How features change from frame to frame, as `librosa.feature.delta` (0.11) estimates it: the derivative of the
/// polynomial that fits best in a window around each frame (Savitzky and Golay).
///
/// ```swift
/// let first = try Deltas()(coefficients)
/// let second = try Deltas(order: 2)(coefficients)
/// ```
public struct Deltas: Sendable {
  /// What the frames near the ends see, for whose windows there are too few neighbours.
  public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The first and the last whole window: librosa's default.
    case interp
    /// The first and the last frame, repeated.
    case nearest
  }

  /// Frames of a window: odd and at least 3.
  public let width: Int
  /// Which derivative, and the degree of the polynomial.
  public let order: Int
  public let mode: Mode

  /// What each frame of a window is multiplied by.
  private let weights: [Double]

  /// - Throws: `.invalidConfiguration` for a width that is even or below 3, or an order that is not 1 … width - 1.
  public init(width: Int = 9, order: Int = 1, mode: Mode = .interp) throws(GenbaError) {
    guard width % 2 == 1, (3...9999).contains(width) else {
      throw GenbaError(.invalidConfiguration, "a delta's width is \(width); it must be odd, 3 … 9999")
    }
    guard (1..<min(width, 10)).contains(order) else {
      throw GenbaError(.invalidConfiguration, "a delta's order is \(order); it must be 1 … \(min(width, 10) - 1)")
    }
    self.width = width
    self.order = order
    self.mode = mode
    weights = Self.weights(width: width, order: order)
  }

  /// The leading coefficient of the best polynomial is the projection on the orthogonal polynomial of that degree, and
  /// the derivative of that order is a constant, the coefficient times order!.
  private static func weights(width: Int, order: Int) -> [Double] {
    let positions = (0..<width).map { Double($0 - width / 2) }
    var (before, beforeSquare) = ([Double](repeating: 0, count: width), 1.0)
    var polynomial = [Double](repeating: 1, count: width)
    var square = Double(width)
    var factorial = 1.0
    for degree in 1...order {
      let next = positions.indices.map { positions[$0] * polynomial[$0] - square / beforeSquare * before[$0] }
      (before, beforeSquare, polynomial) = (polynomial, square, next)
      square = next.reduce(0) { $0 + $1 * $1 }
      factorial *= Double(degree)
    }
    return polynomial.map { $0 * factorial / square }
  }

  /// The changes along the last axis, in a tensor of the same shape.
  ///
  /// - Throws: `.mismatchedInputs` if there are fewer frames than a window has and the mode is `interp`.
  public func callAsFunction(_ features: Tensor<Float>) throws(GenbaError) -> Tensor<Float> {
    let frames = features.shape.last ?? 1
    try check(frames: frames)
    let source = features.span
    return Tensor(shape: features.shape) { output in
      for start in stride(from: 0, to: features.count, by: max(frames, 1)) {
        let row = source.extracting(start..<start + frames)
        for frame in 0..<frames { output.append(change(at: frame, of: frames, in: row, from: 0)) }
      }
    }
  }

  private func check(frames: Int) throws(GenbaError) {
    guard mode != .interp || frames >= width else {
      throw GenbaError(
        .mismatchedInputs,
        "there are \(frames) frames, less than a window of \(width); lower the width or take the mode nearest")
    }
  }

  /// The change at `frame` of `frames`, from the values of a row of which `origin` is the first frame.
  private func change(at frame: Int, of frames: Int, in values: Span<Float>, from origin: Int) -> Float {
    let half = width / 2
    let first = mode == .interp ? min(max(frame - half, 0), frames - width) : frame - half
    var sum = 0.0
    for index in 0..<width {
      sum += weights[index] * Double(values[min(max(first + index, 0), frames - 1) - origin])
    }
    return Float(sum)
  }
}

extension Deltas: FrameFilter {
  /// The frames that later windows need.
  public struct State: Sendable {
    /// For each row, the last frames, at most a window of them.
    var rows: [[Float]]
    /// How many frames have come.
    var received = 0
    /// How many changes have gone out.
    var given = 0
  }

  public func makeState(rows: Int) -> State { State(rows: Array(repeating: [], count: rows)) }

  /// The changes of frames that come in blocks: those of the whole, each as soon as its window is there.
  ///
  /// - Throws: `.mismatchedInputs` if the last frames have come, there are fewer of them than a window has, and the mode
  ///   is `interp`.
  public func callAsFunction(
    _ frames: Tensor<Float>, isLast: Bool, state: inout State
  ) throws(GenbaError) -> Tensor<Float> {
    let (rows, count) = (frames.shape[0], frames.shape[1])
    let source = frames.span
    let kept = state.received - (state.rows.first?.count ?? 0)
    for row in 0..<rows {
      for frame in 0..<count { state.rows[row].append(source[row * count + frame]) }
    }
    state.received += count
    let half = width / 2
    // The first changes see a whole window, or repeat the first frame, and so do the last once they are known.
    let complete = mode == .interp && state.received < width ? 0 : max(state.received - half, 0)
    if isLast { try check(frames: state.received) }
    let changes = state.given..<(isLast ? state.received : max(complete, state.given))
    let (held, total) = (state.rows, isLast ? state.received : .max)
    let out = Tensor<Float>(shape: [rows, changes.count]) { output in
      for row in held {
        let values = row.span
        for frame in changes { output.append(change(at: frame, of: total, in: values, from: kept)) }
      }
    }
    state.given = changes.upperBound
    let dropped = min(max(state.received - width, 0), max(state.given - half, 0)) - kept
    if dropped > 0 {
      for row in 0..<rows { state.rows[row].removeFirst(dropped) }
    }
    return out
  }
}
