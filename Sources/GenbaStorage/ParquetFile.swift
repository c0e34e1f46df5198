public import GenbaCore

/// Writes tables of numbers and strings as Apache Parquet (format 2.9: PLAIN, uncompressed, one data page of version 1
/// for each column of a row group), as pyarrow, duckdb and HF datasets read it.
///
/// Rows are held until a row group is full, so memory does not grow with the table. The file appears complete or not
/// at all.
///
/// ```swift
/// var table = try ParquetFile(
///   path: "rows.parquet", columns: [.init("key", .string), .init("seconds", .double, isOptional: true)])
/// try table.append([.string("a"), .double(1.5)])
/// try table.append([.string("b"), .null])
/// try table.commit()
/// ```
public struct ParquetFile: ~Copyable {
  /// A column.
  public struct Column: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
      case int64, double, string
    }

    public var name: String
    public var kind: Kind
    /// Whether rows may have `.null` in it.
    public var isOptional: Bool

    /// A column.
    public init(_ name: String, _ kind: Kind, isOptional: Bool = false) {
      self.name = name
      self.kind = kind
      self.isOptional = isOptional
    }
  }

  /// A cell.
  public enum Value: Sendable, Hashable {
    case null
    case int64(Int)
    case double(Double)
    case string(String)
  }

  private let columns: [Column]
  private let rowGroupSize: Int
  private let metadata: [(key: String, value: String)]
  private var file: AtomicFile
  private var position = 0
  private var chunks: [ParquetChunk]
  private var rowGroups: [ParquetRowGroup] = []
  private var pendingRows = 0

  private static let magic = Array("PAR1".utf8)

  /// Begins a table.
  ///
  /// - Parameters:
  ///   - path: The file, which ``commit()`` puts in its place.
  ///   - columns: At least one; names are unique.
  ///   - metadata: Written into the footer, sorted by key.
  ///   - rowGroupSize: Rows in a row group.
  public init(
    path: String, columns: [Column], metadata: [String: String] = [:], rowGroupSize: Int = 32_768
  ) throws(GenbaError) {
    precondition(!columns.isEmpty && rowGroupSize > 0, "a table has columns, and a row group rows")
    self.columns = columns
    self.rowGroupSize = rowGroupSize
    self.metadata = metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    chunks = columns.map(ParquetChunk.init)
    var file = try AtomicFile(path: path)
    try file.write(Self.magic)
    self.file = file
    position = Self.magic.count
  }

  /// Appends a row; a value of another kind than its column's, and `.null` where it may not be, trap.
  public mutating func append(_ row: [Value]) throws(GenbaError) {
    precondition(row.count == columns.count, "a row of \(row.count) values in a table of \(columns.count) columns")
    for index in row.indices { chunks[index].append(row[index]) }
    pendingRows += 1
    if pendingRows == rowGroupSize { try flush() }
  }

  /// Writes the footer and puts the file in its place.
  public consuming func commit() throws(GenbaError) {
    if pendingRows > 0 { try flush() }
    let footer = footer()
    try file.write(footer)
    var length: [UInt8] = []
    length.appendLittleEndian(UInt64(footer.count), byteCount: 4)
    try file.write(length + Self.magic)
    try file.commit()
  }

  private mutating func flush() throws(GenbaError) {
    var group = ParquetRowGroup(rowCount: pendingRows)
    for index in chunks.indices {
      let page = chunks[index].page(rowCount: pendingRows)
      group.chunks.append((offset: position, byteCount: page.count))
      try file.write(page)
      position += page.count
      chunks[index] = ParquetChunk(columns[index])
    }
    rowGroups.append(group)
    pendingRows = 0
  }

  private func footer() -> [UInt8] {
    var thrift = ThriftCompact()
    thrift.field(1, int32: 2)
    let root: [Column?] = [nil]
    thrift.field(2, structs: root + columns.map(Optional.some)) { thrift, column in
      guard let column else {
        thrift.field(4, string: "schema")
        thrift.field(5, int32: columns.count)
        return
      }
      thrift.field(1, int32: column.kind.physicalType)
      thrift.field(3, int32: column.isOptional ? 1 : 0)
      thrift.field(4, string: column.name)
      if column.kind == .string {
        thrift.field(6, int32: 0)
        // LogicalType's member STRING, an empty struct.
        thrift.field(10, struct: { $0.field(1, struct: { _ in }) })
      }
    }
    thrift.field(3, int64: rowGroups.reduce(0) { $0 + $1.rowCount })
    thrift.field(4, structs: rowGroups) { thrift, group in
      thrift.field(1, structs: Array(zip(columns, group.chunks))) { thrift, pair in
        let (column, chunk) = pair
        thrift.field(2, int64: chunk.offset)
        thrift.field(
          3,
          struct: { thrift in
            thrift.field(1, int32: column.kind.physicalType)
            // PLAIN values, RLE definition levels.
            thrift.field(2, int32s: [0, 3])
            thrift.field(3, strings: [column.name])
            thrift.field(4, int32: 0)
            thrift.field(5, int64: group.rowCount)
            thrift.field(6, int64: chunk.byteCount)
            thrift.field(7, int64: chunk.byteCount)
            thrift.field(9, int64: chunk.offset)
          })
      }
      thrift.field(2, int64: group.chunks.reduce(0) { $0 + $1.byteCount })
      thrift.field(3, int64: group.rowCount)
    }
    if !metadata.isEmpty {
      thrift.field(5, structs: metadata) { thrift, pair in
        thrift.field(1, string: pair.key)
        thrift.field(2, string: pair.value)
      }
    }
    thrift.field(6, string: "Genba")
    thrift.stop()
    return thrift.bytes
  }
}

extension ParquetFile.Column.Kind {
  /// The number of the type in `parquet.thrift`.
  var physicalType: Int {
    switch self {
    case .int64: 2
    case .double: 5
    case .string: 6
    }
  }
}

/// Where the columns of a row group stand.
struct ParquetRowGroup {
  var rowCount: Int
  var chunks: [(offset: Int, byteCount: Int)] = []

  init(rowCount: Int) { self.rowCount = rowCount }
}

/// The values of one column that no row group has taken yet.
struct ParquetChunk {
  let column: ParquetFile.Column
  private var values: [UInt8] = []
  /// Runs of rows that have a value, or have none.
  private var runs: [(isPresent: Bool, count: Int)] = []

  init(_ column: ParquetFile.Column) { self.column = column }

  mutating func append(_ value: ParquetFile.Value) {
    switch (value, column.kind) {
    case (.null, _): precondition(column.isOptional, "the column \(column.name) has a value in every row")
    case (.int64(let number), .int64):
      values.appendLittleEndian(UInt64(bitPattern: Int64(number)), byteCount: 8)
    case (.double(let number), .double): values.appendLittleEndian(number.bitPattern, byteCount: 8)
    case (.string(let string), .string):
      values.appendLittleEndian(UInt64(string.utf8.count), byteCount: 4)
      values.append(contentsOf: string.utf8)
    default: preconditionFailure("\(value) does not fit the column \(column.name)")
    }
    let isPresent = value != .null
    if runs.last?.isPresent == isPresent { runs[runs.count - 1].count += 1 } else { runs.append((isPresent, 1)) }
  }

  /// The data page with its header.
  func page(rowCount: Int) -> [UInt8] {
    var content: [UInt8] = []
    if column.isOptional {
      // Definition levels of one bit, as runs: twice the length, then the level.
      var levels: [UInt8] = []
      for run in runs {
        levels.appendVarint(UInt64(run.count) << 1)
        levels.append(run.isPresent ? 1 : 0)
      }
      content.appendLittleEndian(UInt64(levels.count), byteCount: 4)
      content += levels
    }
    content += values
    var header = ThriftCompact()
    header.field(1, int32: 0)
    header.field(2, int32: content.count)
    header.field(3, int32: content.count)
    header.field(
      5,
      struct: { header in
        header.field(1, int32: rowCount)
        header.field(2, int32: 0)
        header.field(3, int32: 3)
        header.field(4, int32: 3)
      })
    header.stop()
    return header.bytes + content
  }
}
