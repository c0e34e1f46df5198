public import GenbaCore
internal import Glibc

/// Distances as the numbers that a model takes. What is not valid becomes 0, and the mask says so.
///
/// ```swift
/// let input = DepthNormalization.minMax(of: .inverse)(depth)  // Depth Anything's range, 1 is nearest
/// ```
public enum DepthNormalization: Sendable, Hashable, Codable {
  /// Which quantity is scaled.
  public enum Quantity: String, Sendable, Hashable, Codable, CaseIterable {
    /// z, in metres.
    case metres
    /// 1 / z, in 1/m: what DPT, MiDaS and Depth Anything predict, up to scale and shift.
    case inverse
    /// The natural logarithm of z in metres (Eigen et al., NIPS 2014).
    case log
  }

  /// z, in metres.
  case metres
  /// 1000 z.
  case millimetres
  /// 1 / z, in 1/m.
  case inverse
  /// ln(z / 1 m).
  case log
  /// (q - min) / (max - min), from 0 to 1, over the picture's valid pixels: Depth Anything V2 and MiDaS scale what they
  /// predict so, of the inverse. A picture of one distance gives 0.
  case minMax(of: Quantity)
  /// ((q - q_low) / (q_high - q_low) - 0.5) · 2, clamped to -1 … 1, with the percentiles of the picture's valid pixels
  /// (numpy's, with linear interpolation): Marigold (Ke et al., CVPR 2024) has 2 and 98 of the distance.
  case percentile(of: Quantity, low: Double = 2, high: Double = 98)
  /// (q - median) / mean |q - median|: DPT's and MiDaS's alignment (Ranftl et al., TPAMI 2020, equations 5 and 6) of
  /// the inverse. The median of an even number is the lower one, as torch has it.
  case medianDeviation(of: Quantity)

  /// The numbers, and where they are.
  ///
  /// - Returns: float32 [height, width], and the depth map's mask.
  public func callAsFunction(_ depth: DepthMap) -> (values: Tensor<Float>, validMask: Tensor<Bool>) {
    let (quantity, scaling) = parts(of: depth)
    let (metres, mask) = (depth.metres.span, depth.validMask.span)
    let values = Tensor<Float>(shape: depth.metres.shape) { output in
      for index in 0..<metres.count {
        output.append(mask[index] ? scaling(quantity.value(of: metres[index])) : 0)
      }
    }
    return (values, depth.validMask)
  }

  private func parts(of depth: DepthMap) -> (Quantity, (Float) -> Float) {
    switch self {
    case .metres: return (.metres, { $0 })
    case .millimetres: return (.metres, { $0 * 1000 })
    case .inverse: return (.inverse, { $0 })
    case .log: return (.log, { $0 })
    case .minMax(let quantity):
      let sorted = quantity.sorted(depth)
      let (low, extent) = (sorted.first ?? 0, (sorted.last ?? 0) - (sorted.first ?? 0))
      return (quantity, { extent > 0 ? ($0 - low) / extent : 0 })
    case .percentile(let quantity, let low, let high):
      let sorted = quantity.sorted(depth)
      let (first, last) = (Self.percentile(low, of: sorted), Self.percentile(high, of: sorted))
      let extent = last - first
      return (quantity, { extent > 0 ? min(max((($0 - first) / extent - 0.5) * 2, -1), 1) : 0 })
    case .medianDeviation(let quantity):
      let sorted = quantity.sorted(depth)
      guard !sorted.isEmpty else { return (quantity, { _ in 0 }) }
      let median = sorted[(sorted.count - 1) / 2]
      let deviation = Float(sorted.reduce(0.0) { $0 + abs(Double($1) - Double(median)) } / Double(sorted.count))
      return (quantity, { deviation > 0 ? ($0 - median) / deviation : 0 })
    }
  }

  /// numpy's `percentile` of ascending numbers, with linear interpolation; 0 of none.
  static func percentile(_ percent: Double, of sorted: [Float]) -> Float {
    guard !sorted.isEmpty else { return 0 }
    let place = min(max(percent, 0), 100) / 100 * Double(sorted.count - 1)
    let index = min(Int(place), max(sorted.count - 2, 0))
    let next = min(index + 1, sorted.count - 1)
    let (low, high) = (Double(sorted[index]), Double(sorted[next]))
    return Float(low + (high - low) * (place - Double(index)))
  }
}

extension DepthNormalization.Quantity {
  /// The quantity at a distance in metres.
  func value(of metres: Float) -> Float {
    switch self {
    case .metres: metres
    case .inverse: 1 / metres
    case .log: logf(metres)
    }
  }

  /// The quantity of all valid pixels, ascending.
  func sorted(_ depth: DepthMap) -> [Float] {
    var values = Array(depth.metres).filter { $0 > 0 }.map(value)
    values.sort()
    return values
  }
}

/// Distances as the numbers of bins, for models that classify depth.
public struct DepthBins: Sendable, Hashable, Codable {
  /// How bins are spaced.
  public enum Spacing: String, Sendable, Hashable, Codable, CaseIterable {
    /// Evenly in metres.
    case uniform
    /// Evenly in the logarithm: spacing-increasing discretization (Fu et al., DORN, CVPR 2018, equation 1).
    case logarithmic
    /// Widths that grow by the same step: linear-increasing discretization (Reading et al., CaDDN, CVPR 2021, eq. 6).
    case linearIncreasing
  }

  /// Where the first bin begins, in metres.
  public var depthMin: Double
  /// Where the last one ends, in metres.
  public var depthMax: Double
  /// How many there are.
  public var count: Int
  /// How they are spaced.
  public var spacing: Spacing

  /// Bins from `depthMin` to `depthMax`; none, an empty range, or one from 0 in logarithms, traps.
  public init(depthMin: Double, depthMax: Double, count: Int, spacing: Spacing = .logarithmic) {
    precondition(
      count > 0 && depthMax > depthMin && depthMin >= 0 && (spacing != .logarithmic || depthMin > 0),
      "no \(count) bins from \(depthMin) to \(depthMax) m")
    self.depthMin = depthMin
    self.depthMax = depthMax
    self.count = count
    self.spacing = spacing
  }

  /// The count + 1 distances between which the bins lie.
  public var edges: [Double] {
    (0...count).map { index in
      let share = Double(index) / Double(count)
      switch spacing {
      case .uniform: return depthMin + (depthMax - depthMin) * share
      case .logarithmic: return exp(log(depthMin) + log(depthMax / depthMin) * share)
      case .linearIncreasing:
        return depthMin + (depthMax - depthMin) * Double(index * (index + 1)) / Double(count * (count + 1))
      }
    }
  }

  /// The bin of each pixel, int64 [height, width]: 0 … count - 1, -1 where there is no distance or one outside.
  public func callAsFunction(_ depth: DepthMap) -> Tensor<Int64> {
    let edges = edges
    return depth.metres.mapped { metres in
      let z = Double(metres)
      guard metres > 0, z >= depthMin, z < depthMax else { return -1 }
      var (low, high) = (0, count)
      while high - low > 1 {
        let middle = (low + high) / 2
        if edges[middle] <= z { low = middle } else { high = middle }
      }
      return Int64(low)
    }
  }
}
