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
    guard mode != .interp || frames >= width else {
      throw GenbaError(
        .mismatchedInputs,
        "there are \(frames) frames, less than a window of \(width); lower the width or take the mode nearest")
    }
    let source = features.span
    let half = width / 2
    return Tensor(shape: features.shape) { output in
      for start in stride(from: 0, to: features.count, by: max(frames, 1)) {
        for frame in 0..<frames {
          let first = mode == .interp ? min(max(frame - half, 0), frames - width) : frame - half
          var sum = 0.0
          for index in 0..<width {
            sum += weights[index] * Double(source[start + min(max(first + index, 0), frames - 1)])
          }
          output.append(Float(sum))
        }
      }
    }
  }
}
