import FoundationEssentials
import Genba

/// What a summary of tensors shows: a row for each, as aligned text or as JSON.
struct TensorTable {
  /// One tensor's row. The names are those of the JSON.
  struct Row: Encodable {
    var name: String
    var dtype: String
    var shape: [Int]
    var min: Double?
    var mean: Double?
    var max: Double?
    /// How many elements are NaN; absent if none is.
    var nan_count: Int?
  }

  var rows: [Row]
  var metadata: [String: String]

  init(_ bundle: TensorBundle) {
    metadata = bundle.metadata
    rows = bundle.map { name, tensor in
      let statistics = TensorStatistics(tensor)
      return Row(
        name: name, dtype: tensor.dtype.name, shape: tensor.shape, min: statistics.minimum, mean: statistics.mean,
        max: statistics.maximum, nan_count: statistics.nanCount == 0 ? nil : statistics.nanCount)
    }
  }

  /// The rows under a heading, in columns, and the metadata below. Control characters are escaped.
  var text: String {
    var table = [["name", "dtype", "shape", "min", "mean", "max"]]
    for row in rows {
      table.append(
        [row.name.printable, row.dtype, "\(row.shape)"] + [row.min, row.mean, row.max].map(Self.figure)
          + (row.nan_count.map { ["\($0) NaN"] } ?? []))
    }
    let lines = metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)".printable + "\n" }
    return Self.aligned(table, words: 3, columns: 6) + lines.joined()
  }

  /// Lines of a table: the first `words` columns to the left, figures to the right, and what stands behind `columns`.
  static func aligned(_ table: [[String]], words: Int, columns: Int) -> String {
    let widths = (0..<columns).map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: Swift.max(column < columns ? widths[column] - cell.count : 0, 0))
        return column < words || column >= columns ? cell + padding : padding + cell
      }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  /// Each row as one line of JSON.
  var jsonLines: [String] {
    get throws { try rows.map(JSONText.line) }
  }

  /// A number as people read it: whole numbers whole, others with five figures.
  static func figure(_ value: Double?) -> String {
    guard let value else { return "-" }
    guard value.isFinite else { return "\(value)" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    var exponent = 0
    var scaled = abs(value)
    while scaled >= 10 { (scaled, exponent) = (scaled / 10, exponent + 1) }
    while scaled < 1 { (scaled, exponent) = (scaled * 10, exponent - 1) }
    guard (-5..<7).contains(exponent) else {
      var mantissa = (scaled * 1e4).rounded() / 1e4
      if mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
      return "\(value < 0 ? "-" : "")\(mantissa)e\(exponent)"
    }
    let decimals = Swift.max(4 - exponent, 0)
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let whole = Int64((abs(value) * power).rounded())
    let digits = String(whole)
    let padded = String(repeating: "0", count: Swift.max(decimals + 1 - digits.count, 0)) + digits
    let point = padded.index(padded.endIndex, offsetBy: -decimals)
    return "\(value < 0 ? "-" : "")\(padded[..<point])" + (decimals == 0 ? "" : ".\(padded[point...])")
  }
}

/// JSON as the command line prints it: keys sorted, slashes as they are.
enum JSONText {
  /// On one line.
  static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
