internal import GenbaCore

/// A tree that halves space at the median of its longest side (Bentley, 1975), to find nearest neighbours.
struct PointTree {
  private static let leafSize = 16

  private struct Node {
    var range: Range<Int>
    /// 0, 1, 2, or -1 for a leaf.
    var axis: Int
    var middle: Float
    var right: Int
  }

  /// Points in the tree's order, and their indices in the cloud.
  private var points: [SIMD3<Float>]
  private var nodes: [Node] = []
  private let original: [SIMD3<Float>]

  init(_ tensor: Tensor<Float>) {
    let source = tensor.span
    original = (0..<tensor.shape[0]).map { SIMD3(source[3 * $0], source[3 * $0 + 1], source[3 * $0 + 2]) }
    points = original
    build(0..<points.count)
  }

  private mutating func build(_ range: Range<Int>) {
    let place = nodes.count
    nodes.append(Node(range: range, axis: -1, middle: 0, right: 0))
    guard range.count > Self.leafSize else { return }
    var (low, high) = (points[range.lowerBound], points[range.lowerBound])
    for index in range {
      low = pointwiseMin(low, points[index])
      high = pointwiseMax(high, points[index])
    }
    let extent = high - low
    // Equal points cannot be parted.
    guard extent.max() > 0 else { return }
    let axis = extent.x == extent.max() ? 0 : extent.y == extent.max() ? 1 : 2
    points[range].sort { $0[axis] < $1[axis] }
    let half = range.lowerBound + range.count / 2
    nodes[place].axis = axis
    nodes[place].middle = points[half][axis]
    build(range.lowerBound..<half)
    nodes[place].right = nodes.count
    build(half..<range.upperBound)
  }

  /// The mean distance of a point to its nearest `neighbors`, itself among them.
  func meanDistance(from index: Int, neighbors: Int) -> Double {
    var nearest = [Float](repeating: .infinity, count: neighbors)
    search(0, original[index], &nearest)
    return nearest.reduce(0.0) { $0 + Double($1).squareRoot() } / Double(neighbors)
  }

  /// Puts smaller squared distances into `nearest`, which ascends.
  private func search(_ place: Int, _ point: SIMD3<Float>, _ nearest: inout [Float]) {
    let node = nodes[place]
    guard node.axis >= 0 else {
      for index in node.range {
        let difference = points[index] - point
        let square = (difference * difference).sum()
        guard square < nearest[nearest.count - 1] else { continue }
        var slot = nearest.count - 1
        while slot > 0, nearest[slot - 1] > square {
          nearest[slot] = nearest[slot - 1]
          slot -= 1
        }
        nearest[slot] = square
      }
      return
    }
    let offset = point[node.axis] - node.middle
    search(offset < 0 ? place + 1 : node.right, point, &nearest)
    if offset * offset < nearest[nearest.count - 1] { search(offset < 0 ? node.right : place + 1, point, &nearest) }
  }
}
