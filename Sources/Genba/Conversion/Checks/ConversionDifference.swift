public import GenbaCore
internal import GenbaStorage

/// Compares two outputs sample by sample: what is only in one, what has another status, what has other numbers.
///
/// Samples are told by their keys. Both outputs are gone through once, side by side; in memory are those that have no
/// partner yet.
public struct ConversionDifference: Sendable {
  /// A difference.
  public enum Finding: Sendable, Hashable, CustomStringConvertible {
    case recipe(setting: String, left: String, right: String)
    case onlyLeft(key: String)
    case onlyRight(key: String)
    case status(key: String, left: String, right: String)
    /// Shapes or types differ, or the numbers do, by so much at most.
    case tensor(key: String, name: String, what: String)
    /// Another part of the sample than its tensors.
    case other(key: String)

    public var description: String {
      switch self {
      case .recipe(let setting, let left, let right): "recipe: \(setting) is \(left) and \(right)"
      case .onlyLeft(let key): "\(key): only in the first"
      case .onlyRight(let key): "\(key): only in the second"
      case .status(let key, let left, let right): "\(key): \(left) and \(right)"
      case .tensor(let key, let name, let what): "\(key): \(name): \(what)"
      case .other(let key): "\(key): the same tensors, and something else differs"
      }
    }
  }

  private let left: ConversionOutput
  private let right: ConversionOutput

  /// A comparison of two outputs.
  public init(_ left: ConversionOutput, _ right: ConversionOutput) {
    self.left = left
    self.right = right
  }

  /// Calls `found` for each difference.
  ///
  /// - Returns: How many samples both have.
  /// - Throws: What reading throws.
  public func run(_ found: (Finding) -> Void) throws(GenbaError) -> Int {
    let (old, new) = (left.plan.recipeJSON, right.plan.recipeJSON)
    for key in Set(old.members.map(\.key) + new.members.map(\.key)).sorted() where old[key] != new[key] {
      found(.recipe(setting: key, left: old[key]?.text ?? "not set", right: new[key]?.text ?? "not set"))
    }
    var common = 0
    var waiting: (left: [String: SampleRow], right: [String: SampleRow]) = ([:], [:])
    var rightRows = RowCursor(right)
    func takeRight(_ row: SampleRow) throws(GenbaError) {
      if let partner = waiting.left.removeValue(forKey: row.key) {
        common += 1
        try compare(partner, row, found)
      } else {
        waiting.right[row.key] = row
      }
    }
    try left.forEachRow { (row) throws(GenbaError) in
      waiting.left[row.key] = row
      if let partner = waiting.right.removeValue(forKey: row.key) {
        waiting.left[row.key] = nil
        common += 1
        try compare(row, partner, found)
      }
      if let next = try rightRows.next() { try takeRight(next) }
    }
    while let next = try rightRows.next() { try takeRight(next) }
    for row in waiting.left.values.sorted(by: { $0.ordinal < $1.ordinal }) { found(.onlyLeft(key: row.key)) }
    for row in waiting.right.values.sorted(by: { $0.ordinal < $1.ordinal }) { found(.onlyRight(key: row.key)) }
    return common
  }

  private func compare(_ old: SampleRow, _ new: SampleRow, _ found: (Finding) -> Void) throws(GenbaError) {
    guard old.status == new.status else {
      return found(.status(key: old.key, left: old.status.rawValue, right: new.status.rawValue))
    }
    guard old.shard != nil, old.checksum != new.checksum else { return }
    let (first, second) = (try left.tensors(of: old), try right.tensors(of: new))
    var areEqual = true
    for name in first.names where second[name] == nil {
      areEqual = false
      found(.tensor(key: old.key, name: name, what: "only in the first"))
    }
    for (name, tensor) in second {
      guard let other = first[name] else {
        areEqual = false
        found(.tensor(key: old.key, name: name, what: "only in the second"))
        continue
      }
      guard other != tensor else { continue }
      areEqual = false
      found(.tensor(key: old.key, name: name, what: Self.words(other, tensor)))
    }
    // Another format, or other facts beside the tensors, is no difference in a sample's numbers.
    if areEqual, left.plan.recipe.format == right.plan.recipe.format { found(.other(key: old.key)) }
  }

  private static func words(_ old: AnyTensor, _ new: AnyTensor) -> String {
    guard old.dtype == new.dtype, old.shape == new.shape else { return "\(old) and \(new)" }
    func largest<Element: TensorElement>(_ type: Element.Type) -> (Double, Int) {
      guard let old = old.as(type), let new = new.as(type) else { return (0, 0) }
      let left = old.span
      let right = new.span
      var (largest, count) = (0.0, 0)
      for index in 0..<left.count where left[index] != right[index] {
        count += 1
        largest = max(largest, abs(left[index].doubleValue - right[index].doubleValue))
      }
      return (largest, count)
    }
    let (difference, count) = largest(old.dtype.elementType)
    return "\(count) of \(old.count) values differ, by \(difference) at most"
  }
}

/// The rows of an output, one at a time.
private struct RowCursor {
  private let output: ConversionOutput
  private var shard = 0
  private var rows: [SampleRow] = []
  private var place = 0

  init(_ output: ConversionOutput) { self.output = output }

  mutating func next() throws(GenbaError) -> SampleRow? {
    while place == rows.count {
      guard shard < output.plan.shardCount else { return nil }
      var read: [SampleRow] = []
      if try ShardSidecar.read(output.folder, shard: shard) != nil {
        try output.forEachRow(ofShard: shard) { read.append($0) }
      }
      rows = read
      place = 0
      shard += 1
    }
    defer { place += 1 }
    return rows[place]
  }
}
