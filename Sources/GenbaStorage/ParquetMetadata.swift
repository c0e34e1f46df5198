public import GenbaCore

/// What the footer of a Parquet file says: its columns and how many rows there are. Rows are not read.
///
/// ```swift
/// let table = try ParquetMetadata(contentsOf: "manifest.parquet")
/// print(table.rowCount, table.columns.map(\.name))
/// ```
public struct ParquetMetadata: Sendable, Equatable {
  /// A column; of nested ones, the names are joined by dots.
  public struct Column: Sendable, Equatable {
    public var name: String
    /// `int64`, `double`, `string`, `bytes` … the physical type, or `string` for bytes that are UTF-8.
    public var type: String
    /// Whether cells may be empty.
    public var isOptional: Bool
  }

  /// In the file's order.
  public var columns: [Column] = []
  public var rowCount: Int
  public var rowGroupCount: Int
  /// The file's own keys and values.
  public var metadata: [String: String] = [:]
  /// The program that wrote it; `nil` if it does not say.
  public var createdBy: String?

  private static let magic = Array("PAR1".utf8)
  private static let largestFooter = 256 << 20

  /// Whether a file begins as Parquet does.
  public static func detect(contentsOf path: String) throws(GenbaError) -> Bool {
    guard try FileReading.check(path) != nil else { return false }
    return (try? ByteSource(path: path, limit: .max).bytes(at: 0, count: 4)) == magic
  }

  /// Reads the footer of a file.
  ///
  /// - Throws: `.cannotOpen`; `.truncated` for a file without its end, `.corruptData` for a footer that cannot be read.
  public init(contentsOf path: String) throws(GenbaError) {
    do throws(GenbaError) {
      try self.init(ByteSource(path: path, limit: .max))
    } catch {
      throw error.at(path: path)
    }
  }

  init(_ source: ByteSource) throws(GenbaError) {
    guard source.count >= 12, try source.bytes(at: source.count - 4, count: 4) == Self.magic else {
      throw GenbaError(.truncated, "the file ends without Parquet's footer, so it was not written to its end")
    }
    let length = try source.bytes(at: source.count - 8, count: 4).enumerated().reduce(0) {
      $0 | Int($1.element) << (8 * $1.offset)
    }
    guard length <= min(source.count - 12, Self.largestFooter) else {
      throw GenbaError(.corruptData, "the footer claims \(length) bytes in a file of \(source.count)")
    }
    var reader = ThriftReader(try source.bytes(at: source.count - 8 - length, count: length))
    let root = try reader.structure()
    guard let rows = root[3]?.int, let schema = root[2]?.elements, !schema.isEmpty else {
      throw GenbaError(.corruptData, "the footer has no schema or does not say how many rows there are")
    }
    rowCount = rows
    rowGroupCount = root[4]?.elements.count ?? 0
    createdBy = root[6]?.string
    for pair in root[5]?.elements ?? [] { metadata[pair[1]?.string ?? ""] = pair[2]?.string ?? "" }
    addColumns(schema)
  }

  /// Leaves of the tree of which the list is the preorder.
  private mutating func addColumns(_ schema: [ThriftValue]) {
    var open: [(name: String, left: Int, isOptional: Bool)] = []
    for (index, element) in schema.enumerated() {
      let name = element[4]?.string ?? ""
      // 0 is required; 1 optional, 2 repeated.
      let isOptional = element[3]?.int ?? 0 != 0
      let children = element[5]?.int ?? 0
      if !open.isEmpty { open[open.count - 1].left -= 1 }
      if children > 0 {
        open.append((index == 0 ? "" : name, children, index > 0 && isOptional))
      } else if index > 0 {
        let path = open.map(\.name).filter { !$0.isEmpty } + [name]
        columns.append(
          Column(
            name: path.joined(separator: "."), type: Self.type(of: element),
            isOptional: isOptional || open.contains { $0.isOptional }))
      }
      while let last = open.last, last.left <= 0 { open.removeLast() }
    }
  }

  private static func type(of element: ThriftValue) -> String {
    let names = ["boolean", "int32", "int64", "int96", "float", "double", "bytes", "fixed bytes"]
    let type = element[1]?.int ?? -1
    if type == 6, element[6]?.int == 0 || element[10]?[1] != nil { return "string" }
    return names.indices.contains(type) ? names[type] : "type \(type)"
  }
}
