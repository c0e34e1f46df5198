public import GenbaCore
internal import Glibc

/// The fast global smoother (Min, Choi, Lu, Ham, Sohn, Do: Fast global image smoothing based on weighted least squares,
/// IEEE TIP 2014), which also carries distances into holes.
///
/// What is minimised is the sum of squares to the known distances, plus `lambda` times the sum of squares between
/// neighbours, each weighted exp(-|difference of the guide| / sigma): smooth except where the guide steps. Rows and
/// columns are solved in turn, exactly (Thomas's algorithm), `iterations` times with λ_t = 1.5 · 4^(T-t) / (4^T - 1) · λ
/// (the paper's equation 14). Pixels without a distance count 0, and the result is divided by what the same smoothing
/// makes of the mask (its section on sparse data).
public struct FastGlobalSmoother: Sendable, Hashable, Codable {
  /// How smooth: the weight of the differences between neighbours. Four times as much smooths twice as far.
  public var lambda: Double
  /// How large a step of the guide stops the smoothing, in the guide's unit: metres, or levels of a picture.
  public var sigma: Double
  /// Rounds of rows and columns.
  public var iterations: Int

  /// A smoother; a lambda or sigma that is not above 0, or other than 1 to 10 iterations, trap.
  public init(lambda: Double = 100, sigma: Double = 0.02, iterations: Int = 3) {
    precondition(lambda > 0 && sigma > 0 && (1...10).contains(iterations), "\(lambda), \(sigma), \(iterations)")
    self.lambda = lambda
    self.sigma = sigma
    self.iterations = iterations
  }

  /// Smoothed distances.
  ///
  /// - Parameters:
  ///   - depth: The distances.
  ///   - guide: Whose steps are kept: float32 or levels as float32, [height, width] or [height, width, channels]; `nil`
  ///     for the distances themselves, between which and a hole nothing is carried. Another shape traps.
  ///   - fillsHoles: Whether holes get the distance that is carried into them; without a guide they get none.
  public func callAsFunction(_ depth: DepthMap, guide: Tensor<Float>? = nil, fillsHoles: Bool = false) -> DepthMap {
    let (height, width) = (depth.height, depth.width)
    precondition(
      guide == nil || guide?.shape.prefix(2).elementsEqual([height, width]) == true, "the guide has another shape")
    let links = Links(depth, guide, sigma: sigma)
    let mask = Array(depth.validMask)
    var values = Array(depth.metres)
    var weights = mask.map { $0 ? Float(1) : 0 }
    var scratch = [Float](repeating: 0, count: height * width)
    let total = pow(4, Double(iterations)) - 1
    for iteration in 1...iterations {
      let strength = Float(1.5 * pow(4, Double(iterations - iteration)) / total * lambda)
      Self.solveRows(&values, &weights, links.right, strength, height, width, &scratch)
      Self.solveColumns(&values, &weights, links.below, strength, height, width, &scratch)
    }
    func isKept(_ index: Int) -> Bool { mask[index] || (fillsHoles && weights[index] > 1e-6) }
    return DepthMap(
      metres: Tensor(shape: [height, width]) { output in
        for index in mask.indices { output.append(isKept(index) ? values[index] / weights[index] : 0) }
      },
      validMask: Tensor(shape: [height, width]) { output in
        for index in mask.indices { output.append(isKept(index)) }
      })
  }

  /// exp(-|difference| / sigma) between each pixel and the one right of it, and the one below it; 0 at the ends.
  private struct Links {
    var right: [Float], below: [Float]

    init(_ depth: DepthMap, _ guide: Tensor<Float>?, sigma: Double) {
      let (height, width) = (depth.height, depth.width)
      right = [Float](repeating: 0, count: height * width)
      below = right
      let source = guide ?? depth.metres
      let channels = source.count / max(height * width, 1)
      let values = source.span
      let mask = depth.validMask.span
      let isSelf = guide == nil
      func link(_ a: Int, _ b: Int) -> Float {
        if isSelf && !(mask[a] && mask[b]) { return 0 }
        var square: Float = 0
        for channel in 0..<channels {
          let difference = values[a * channels + channel] - values[b * channels + channel]
          square += difference * difference
        }
        return expf(-square.squareRoot() / Float(sigma))
      }
      for y in 0..<height {
        for x in 0..<width {
          let index = y * width + x
          if x + 1 < width { right[index] = link(index, index + 1) }
          if y + 1 < height { below[index] = link(index, index + width) }
        }
      }
    }
  }

  private static func solveRows(
    _ values: inout [Float], _ weights: inout [Float], _ links: [Float], _ strength: Float, _ height: Int, _ width: Int,
    _ scratch: inout [Float]
  ) {
    guard width > 1 else { return }
    var u = values.mutableSpan
    var m = weights.mutableSpan
    var c = scratch.mutableSpan
    let link = links.span
    for y in 0..<height {
      let row = y * width
      var before: Float = 0
      for x in 0..<width {
        let after = strength * link[row + x]
        let previous = x > 0 ? c[x - 1] : 0
        let scale = 1 / (1 + before + after - before * previous)
        c[x] = after * scale
        u[row + x] = (u[row + x] + before * (x > 0 ? u[row + x - 1] : 0)) * scale
        m[row + x] = (m[row + x] + before * (x > 0 ? m[row + x - 1] : 0)) * scale
        before = after
      }
      for x in (0..<width - 1).reversed() {
        u[row + x] += c[x] * u[row + x + 1]
        m[row + x] += c[x] * m[row + x + 1]
      }
    }
  }

  /// The same along columns, all columns of a row at once.
  private static func solveColumns(
    _ values: inout [Float], _ weights: inout [Float], _ links: [Float], _ strength: Float, _ height: Int, _ width: Int,
    _ scratch: inout [Float]
  ) {
    guard height > 1 else { return }
    var u = values.mutableSpan
    var m = weights.mutableSpan
    var c = scratch.mutableSpan
    let link = links.span
    for y in 0..<height {
      let (row, above) = (y * width, (y - 1) * width)
      for x in 0..<width {
        let before = y > 0 ? strength * link[above + x] : 0
        let after = strength * link[row + x]
        let scale = 1 / (1 + before + after - before * (y > 0 ? c[above + x] : 0))
        c[row + x] = after * scale
        u[row + x] = (u[row + x] + (y > 0 ? before * u[above + x] : 0)) * scale
        m[row + x] = (m[row + x] + (y > 0 ? before * m[above + x] : 0)) * scale
      }
    }
    for y in (0..<height - 1).reversed() {
      let (row, below) = (y * width, (y + 1) * width)
      for x in 0..<width {
        u[row + x] += c[row + x] * u[below + x]
        m[row + x] += c[row + x] * m[below + x]
      }
    }
  }
}
