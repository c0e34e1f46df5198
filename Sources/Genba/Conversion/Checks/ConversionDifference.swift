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
    /// Both failed, or both lack a recording, and not for the same reason.
    case failure(key: String, left: String, right: String)
    /// Shapes or types differ, or numbers do: how many, and where most.
    case tensor(key: String, name: String, what: String)
    /// All tensors are the same, and a file beside them is not: which of its fields, or from which byte on.
    case part(key: String, name: String, what: String)

    public var description: String {
      switch self {
      case .recipe(let setting, let left, let right): "recipe: \(setting) is \(left) and \(right)"
      case .onlyLeft(let key): "\(key): only in the first"
      case .onlyRight(let key): "\(key): only in the second"
      case .status(let key, let left, let right): "\(key): \(left) and \(right)"
      case .failure(let key, let left, let right): "\(key): failed otherwise: \(left) and \(right)"
      case .tensor(let key, let name, let what): "\(key): \(name): \(what)"
      case .part(let key, let name, let what): "\(key): the same tensors, another \(name): \(what)"
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
    // By the keys' bytes: as strings, one é is equal to another that is made of two scalars.
    var waiting: (left: [[UInt8]: SampleRow], right: [[UInt8]: SampleRow]) = ([:], [:])
    var rightRows = RowCursor(right)
    func takeRight(_ row: SampleRow) throws(GenbaError) {
      if let partner = waiting.left.removeValue(forKey: Array(row.key.utf8)) {
        common += 1
        try compare(partner, row, found)
      } else {
        waiting.right[Array(row.key.utf8)] = row
      }
    }
    try left.forEachRow { (row) throws(GenbaError) in
      let key = Array(row.key.utf8)
      waiting.left[key] = row
      if let partner = waiting.right.removeValue(forKey: key) {
        waiting.left[key] = nil
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
      return found(.status(key: old.key, left: Self.words(old), right: Self.words(new)))
    }
    if Self.reasons(old) != Self.reasons(new) {
      found(.failure(key: old.key, left: Self.words(old), right: Self.words(new)))
    }
    guard old.shard != nil, old.checksum != new.checksum else { return }
    let (first, second) = (try left.tensors(of: old), try right.tensors(of: new))
    var areEqual = true
    func note(_ name: String, _ what: String) {
      areEqual = false
      found(.tensor(key: old.key, name: name, what: what))
    }
    for name in first.names where second[name] == nil { note(name, "only in the first") }
    for (name, tensor) in second {
      guard let other = first[name] else {
        note(name, "only in the second")
        continue
      }
      if other != tensor, let words = SampleDifference.words(other, tensor) { note(name, words) }
    }
    // Another format, or other facts beside other tensors, is no difference of its own.
    guard areEqual, left.plan.recipe.format == right.plan.recipe.format else { return }
    if let part = SampleDifference.part(try left.parts(of: old), try right.parts(of: new)) {
      found(.part(key: old.key, name: part.name, what: part.what))
    } else {
      found(.part(key: old.key, name: "order", what: "tensors in another order, or the same values in other bits"))
    }
  }

  private static func reasons(_ row: SampleRow) -> [[String]] {
    row.failures.map { [$0.failureClass.rawValue, $0.column ?? "", $0.message] }
  }

  /// `ok`, or `failed (open: there is no such file)`.
  private static func words(_ row: SampleRow) -> String {
    let reasons = row.failures.map { "\($0.failureClass.rawValue): \($0.message)" }
    return row.status.rawValue + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))")
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
