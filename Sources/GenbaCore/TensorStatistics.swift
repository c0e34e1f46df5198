/// The range and the mean of a tensor's elements: what a summary shows.
///
/// ```swift
/// let statistics = TensorStatistics(bundle["input_features"]!)
/// print(statistics.minimum ?? 0, statistics.maximum ?? 0, statistics.mean ?? 0, statistics.nanCount)
/// ```
public struct TensorStatistics: Sendable, Hashable, Codable {
  /// How many elements there are.
  public var count = 0

  /// How many of them are numbers, neither infinite nor NaN. The other figures are of these.
  public var finiteCount = 0

  /// How many are NaN.
  public var nanCount = 0

  /// The smallest element; `nil` if none is finite.
  public var minimum: Double?

  /// The largest element; `nil` if none is finite.
  public var maximum: Double?

  /// The mean, added up in double precision; `nil` if none is finite.
  public var mean: Double?

  /// Looks at every element once. `Bool` counts as 0 and 1; integers beyond 2^53 are rounded to a `Double`.
  public init(_ tensor: AnyTensor) {
    // Spelled out, so that each element type has a loop of its own; through `elementType` all share a slow one.
    switch tensor.dtype {
    case .float64: add(tensor.as(Double.self))
    case .float32: add(tensor.as(Float.self))
    case .float16: add(tensor.as(Float16.self))
    case .bfloat16: add(tensor.as(BFloat16.self))
    case .int64: add(tensor.as(Int64.self))
    case .int32: add(tensor.as(Int32.self))
    case .int16: add(tensor.as(Int16.self))
    case .int8: add(tensor.as(Int8.self))
    case .uint64: add(tensor.as(UInt64.self))
    case .uint32: add(tensor.as(UInt32.self))
    case .uint16: add(tensor.as(UInt16.self))
    case .uint8: add(tensor.as(UInt8.self))
    case .bool: add(tensor.as(Bool.self))
    }
  }

  @inline(__always)
  private mutating func add<Element>(_ tensor: Tensor<Element>?) {
    guard let tensor else { return }
    let span = tensor.span
    var (smallest, largest, sum) = (Double.infinity, -Double.infinity, 0.0)
    var (finite, nan) = (0, 0)
    for index in 0..<span.count {
      let value = span[index].doubleValue
      if value.isFinite {
        finite += 1
        sum += value
        smallest = min(smallest, value)
        largest = max(largest, value)
      } else if value.isNaN {
        nan += 1
      }
    }
    (count, finiteCount, nanCount) = (span.count, finite, nan)
    if finite > 0 { (minimum, maximum, mean) = (smallest, largest, sum / Double(finite)) }
  }
}
