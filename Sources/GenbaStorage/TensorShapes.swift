/// The types and shapes of tensors of one name in many samples.
///
/// ```swift
/// var shapes = TensorShapes()
/// shapes.add(dtype: "float32", shape: [80, 3000])
/// shapes.add(dtype: "float32", shape: [80, 1500])
/// print(shapes.text)  // 2 x float32 [80, 1500…3000]
/// ```
public struct TensorShapes: Sendable, Hashable {
  /// How many tensors there are.
  public private(set) var count = 0
  /// Their types, each once, in the order in which they were met.
  public private(set) var dtypes: [String] = []
  /// The shortest and the longest of each axis; `nil` for tensors of different ranks.
  public private(set) var axes: [ClosedRange<Int>]? = []

  /// None yet.
  public init() {}

  /// Counts a tensor.
  public mutating func add(dtype: String, shape: [Int]) {
    if !dtypes.contains(dtype) { dtypes.append(dtype) }
    if count == 0 {
      axes = shape.map { $0...$0 }
    } else if let known = axes {
      axes =
        known.count == shape.count
        ? zip(known, shape).map { min($0.lowerBound, $1)...max($0.upperBound, $1) } : nil
    }
    count += 1
  }

  /// `[1, 128, 80…3000]`; `of several ranks` where there is no such thing.
  public var shapeText: String {
    guard let axes else { return "of several ranks" }
    let lengths = axes.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)…\($0.upperBound)" }
    return "[\(lengths.joined(separator: ", "))]"
  }

  /// How many, of which type and shape: `4 x float32 [1, 128, 3000]`.
  public var text: String { "\(count) x \(dtypes.joined(separator: " or ")) \(shapeText)" }
}
