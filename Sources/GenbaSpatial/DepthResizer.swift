public import GenbaCore

/// Resizes depth without inventing distances: what is valid is not mixed with what is not, nor what is near with what
/// is far.
///
/// ```swift
/// let small = DepthResizer(toHeight: 224, width: 224)(depth)
/// let camera = intrinsics.scaled(x: 224.0 / 640, y: 224.0 / 480)
/// ```
public struct DepthResizer: Sendable, Hashable, Codable {
  /// Which distance a pixel of the result gets.
  public enum Method: Sendable, Hashable, Codable {
    /// That of the pixel in which its centre lies (torch's `nearest-exact`), a hole included.
    case nearest
    /// The nearest distance in the area that it covers: obstacles stay, however thin.
    case min
    /// The mean over the area that it covers (or, where the picture grows, between four pixels) of those valid pixels
    /// whose distance is that of the one next to its centre, within a share of it. A hole where less than half of the
    /// area is valid.
    case weighted(step: Float = 0.05)
  }

  /// Rows of the result.
  public var height: Int
  /// Columns of the result.
  public var width: Int
  /// Which distance a pixel gets.
  public var method: Method

  /// A resize to this size; one that is not above 0 traps.
  public init(toHeight height: Int, width: Int, method: Method = .nearest) {
    precondition(height > 0 && width > 0, "no picture of \(width)x\(height) pixels")
    self.height = height
    self.width = width
    self.method = method
  }

  /// The resized distances. A picture without pixels traps.
  public func callAsFunction(_ depth: DepthMap) -> DepthMap {
    precondition(depth.metres.count > 0, "a picture without pixels cannot be resized")
    let rows = Axis(from: depth.height, to: height)
    let columns = Axis(from: depth.width, to: width)
    let source = depth.metres.span
    return DepthMap(
      metres: Tensor(shape: [height, width]) { output in
        for y in 0..<height {
          for x in 0..<width {
            switch method {
            case .nearest: output.append(source[rows.nearest[y] * depth.width + columns.nearest[x]])
            case .min:
              var least = Float.infinity
              for row in rows.covered[y] {
                for column in columns.covered[x] {
                  let z = source[row * depth.width + column]
                  if z > 0 && z < least { least = z }
                }
              }
              output.append(least == .infinity ? 0 : least)
            case .weighted(let step):
              output.append(Self.weighted(source, depth.width, rows, y, columns, x, step))
            }
          }
        }
      })
  }

  private static func weighted(
    _ source: borrowing Span<Float>, _ width: Int, _ rows: Axis, _ y: Int, _ columns: Axis, _ x: Int, _ step: Float
  ) -> Float {
    // The valid pixel next to the centre says which surface it is.
    var (reference, closest) = (Float(0), Float.infinity)
    var valid: Float = 0
    for (row, rowWeight, rowDistance) in rows.taps[y] {
      for (column, columnWeight, columnDistance) in columns.taps[x] {
        let z = source[row * width + column]
        guard z > 0 else { continue }
        valid += rowWeight * columnWeight
        let distance = rowDistance * rowDistance + columnDistance * columnDistance
        if distance < closest || (distance == closest && z < reference) { (reference, closest) = (z, distance) }
      }
    }
    guard valid >= 0.5 - 1e-6, reference > 0 else { return 0 }
    var (sum, weights) = (Float(0), Float(0))
    for (row, rowWeight, _) in rows.taps[y] {
      for (column, columnWeight, _) in columns.taps[x] {
        let z = source[row * width + column]
        guard z > 0, abs(z - reference) <= step * reference else { continue }
        sum += rowWeight * columnWeight * (z - reference)
        weights += rowWeight * columnWeight
      }
    }
    // The reference may have no weight of its own where four pixels are mixed.
    return weights > 0 ? reference + sum / weights : reference
  }

  /// Which pixels of the source each pixel of the result takes, along one axis.
  private struct Axis {
    var nearest: [Int] = []
    var covered: [Range<Int>] = []
    /// Pixels with their weights, which sum to 1, and their distances from the centre.
    var taps: [[(index: Int, weight: Float, distance: Float)]] = []

    init(from inSize: Int, to outSize: Int) {
      let scale = Double(inSize) / Double(outSize)
      for index in 0..<outSize {
        let center = (Double(index) + 0.5) * scale
        nearest.append(min(Int(center), inSize - 1))
        let (start, end) = (Double(index) * scale, Double(index + 1) * scale)
        let first = min(Int(start + 1e-9), inSize - 1)
        let range = first..<max(min(Int((end - 1e-9).rounded(.up)), inSize), first + 1)
        covered.append(range)
        if scale >= 1 {
          taps.append(
            range.map { pixel in
              let overlap = min(end, Double(pixel + 1)) - max(start, Double(pixel))
              return (pixel, Float(overlap / scale), Float(abs(Double(pixel) + 0.5 - center)))
            })
        } else {
          let position = min(max(center - 0.5, 0), Double(inSize - 1))
          let left = min(Int(position), max(inSize - 2, 0))
          let fraction = position - Double(left)
          taps.append(
            [(left, 1 - fraction, fraction), (left + 1, fraction, 1 - fraction)]
              .filter { $0.0 < inSize && $0.1 > 0 }.map { ($0.0, Float($0.1), Float($0.2)) })
        }
      }
    }
  }
}
