import Genba

/// Tensors of many samples, by name: how many, their types and shapes, and the range and the mean of all their numbers.
struct TensorTally {
  private struct Figures {
    var shapes = TensorShapes()
    var minimum: Double?
    var maximum: Double?
    var sum = 0.0
    var finiteCount = 0
    var nanCount = 0
  }

  private var figures: [String: Figures] = [:]
  /// In the order in which they were met.
  private var names: [String] = []

  var isEmpty: Bool { names.isEmpty }

  init() {}

  /// The tensors of a shard of more samples than anybody wants to read one by one, each called `KEY/NAME`; `nil` for any
  /// other bundle. Also how many keys there are.
  static func samples(in bundle: TensorBundle) -> (tally: TensorTally, count: Int)? {
    guard bundle.count > mostListed else { return nil }
    var tally = TensorTally()
    var keys: Set<Substring> = []
    for (name, tensor) in bundle where !name.hasSuffix("/__pad__") {
      guard let slash = name.lastIndex(of: "/") else { return nil }
      keys.insert(name[..<slash])
      tally.add(tensor, named: String(name[name.index(after: slash)...]))
    }
    return keys.count > 1 ? (tally, keys.count) : nil
  }

  private static let mostListed = 40

  mutating func add(_ tensor: AnyTensor, named name: String) {
    if figures[name] == nil { names.append(name) }
    let statistics = TensorStatistics(tensor)
    var known = figures[name] ?? Figures()
    known.shapes.add(dtype: tensor.dtype.name, shape: tensor.shape)
    if let low = statistics.minimum { known.minimum = min(known.minimum ?? low, low) }
    if let high = statistics.maximum { known.maximum = max(known.maximum ?? high, high) }
    known.sum += (statistics.mean ?? 0) * Double(statistics.finiteCount)
    known.finiteCount += statistics.finiteCount
    known.nanCount += statistics.nanCount
    figures[name] = known
  }

  /// One name's row. The names are those of the JSON.
  struct Row: Encodable {
    var name: String
    var count: Int
    var dtypes: [String]
    /// The shortest and the longest of each axis; absent where ranks differ.
    var min_shape: [Int]?
    var max_shape: [Int]?
    var min: Double?
    var mean: Double?
    var max: Double?
    var nan_count: Int?
  }

  var rows: [Row] {
    names.compactMap { name in
      guard let known = figures[name] else { return nil }
      return Row(
        name: name, count: known.shapes.count, dtypes: known.shapes.dtypes,
        min_shape: known.shapes.axes.map { $0.map(\.lowerBound) },
        max_shape: known.shapes.axes.map { $0.map(\.upperBound) }, min: known.minimum,
        mean: known.finiteCount == 0 ? nil : known.sum / Double(known.finiteCount), max: known.maximum,
        nan_count: known.nanCount == 0 ? nil : known.nanCount)
    }
  }

  /// The rows under a heading, in columns.
  var text: String {
    var table = [["name", "dtype", "shape", "count", "min", "mean", "max"]]
    for row in rows {
      table.append(
        [
          row.name.printable, row.dtypes.joined(separator: " or "), figures[row.name]?.shapes.shapeText ?? "",
          "\(row.count)",
        ] + [row.min, row.mean, row.max].map(TensorTable.figure) + (row.nan_count.map { ["\($0) NaN"] } ?? []))
    }
    return TensorTable.aligned(table, words: 3, columns: 7)
  }
}
