import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Testing

/// That pyarrow, duckdb and HF datasets read what this writer writes is what `make interop` finds out; here is that it goes
/// on to write the same bytes.
@Suite struct ParquetFileTests {
  @Test func theBytesStayThoseThatThePeersRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/table.parquet"
    try Self.write(path, rows: 1000, rowGroupSize: 300)
    let bytes = try FileReading.bytes(of: path)
    #expect(bytes.starts(with: "PAR1".utf8) && bytes.suffix(4).elementsEqual("PAR1".utf8))
    #expect(SHA256.hash(bytes) == Self.knownHash)
  }

  @Test func aTableWithoutACommitIsNotThere() throws {
    let folder = try TemporaryFolder()
    do {
      var table = try ParquetFile(path: folder.path + "/table.parquet", columns: [.init("a", .int64)])
      try table.append([.int64(1)])
    }
    #expect(folder.contents.isEmpty)
  }

  /// Of 1000 rows in groups of 300.
  static let knownHash = "7dc46e193ed3dab28c58eebb81f3a9197d1e7b2e2a12d41e142b289a414bbb98"

  static func write(_ path: String, rows: Int, rowGroupSize: Int) throws(GenbaError) {
    var table = try ParquetFile(
      path: path,
      columns: [
        .init("key", .string), .init("count", .int64), .init("maybe", .int64, isOptional: true),
        .init("ratio", .double), .init("note", .string, isOptional: true), .init("level", .double, isOptional: true),
      ], metadata: ["b": "2", "a": "1"], rowGroupSize: rowGroupSize)
    for row in 0..<rows {
      try table.append([
        .string("key-\(row)"), .int64(row * row - 500), row % 3 == 0 ? .null : .int64(-row), .double(Double(row) / 8),
        row % 100 < 50 ? .null : .string("ünï \(row)"), row == 500 ? .double(0.5) : .null,
      ])
    }
    try table.commit()
  }
}
