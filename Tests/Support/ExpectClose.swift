public import GenbaCore
public import Testing
internal import Glibc

/// How far two sequences of numbers are apart.
public struct Deviation: Sendable, CustomStringConvertible {
  /// The largest absolute difference.
  public var maximum: Double
  /// Where it is, counted over all elements.
  public var index: Int
  /// The mean absolute difference.
  public var mean: Double
  /// The share of elements that are not equal.
  public var shareUnequal: Double

  public var description: String {
    "maximum \(maximum) at \(index), mean \(mean), \(shareUnequal * 100) % unequal"
  }
}

/// Expects every element of `actual` within `tolerance` of its counterpart, and returns what it saw.
///
/// A NaN is close to nothing, and infinities are close to themselves only. A tolerance of 0 asks for equal values.
@discardableResult
public func expectClose<Element: TensorElement>(
  _ actual: Tensor<Element>, _ expected: Tensor<Element>, within tolerance: Double, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) -> Deviation {
  #expect(actual.shape == expected.shape, comment, sourceLocation: sourceLocation)
  guard actual.shape == expected.shape else {
    return Deviation(maximum: .infinity, index: 0, mean: .infinity, shareUnequal: 1)
  }
  return expectClose(
    Array(actual).map(\.doubleValue), Array(expected).map(\.doubleValue), within: tolerance, comment,
    sourceLocation: sourceLocation)
}

/// Expects every number within `tolerance` of its counterpart, and returns what it saw.
@discardableResult
public func expectClose(
  _ actual: [Double], _ expected: [Double], within tolerance: Double, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) -> Deviation {
  #expect(actual.count == expected.count, comment, sourceLocation: sourceLocation)
  var deviation = Deviation(maximum: 0, index: 0, mean: 0, shareUnequal: 0)
  for (index, (left, right)) in zip(actual, expected).enumerated() where left != right {
    let difference = left.isNaN || right.isNaN ? .infinity : abs(left - right)
    deviation.mean += difference
    deviation.shareUnequal += 1
    if difference > deviation.maximum { (deviation.maximum, deviation.index) = (difference, index) }
  }
  let count = Double(max(actual.count, 1))
  deviation.mean /= count
  deviation.shareUnequal /= count
  let comparison = "\(deviation); allowed \(tolerance)"
  if printsDeviations {
    let place = "\(sourceLocation.fileName):\(sourceLocation.line)"
    print("deviation", place, comment.map { "\($0)" } ?? "", deviation.maximum, "allowed", tolerance)
  }
  #expect(
    deviation.maximum <= tolerance, comment.map { "\($0): \(comparison)" } ?? "\(comparison)",
    sourceLocation: sourceLocation)
  return deviation
}

/// Whether each comparison says what it saw: `GENBA_DEVIATIONS=1 swift test`, for the table in docs/numerics.md.
private let printsDeviations = unsafe getenv("GENBA_DEVIATIONS") != nil
