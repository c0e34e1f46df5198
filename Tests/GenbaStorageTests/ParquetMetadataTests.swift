import FoundationEssentials
import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Testing

@Suite struct ParquetMetadataTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func columns(_ table: ParquetMetadata) -> [String] {
    table.columns.map { "\($0.name) \($0.type)\($0.isOptional ? "?" : "")" }
  }

  private func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

  @Test func aTableOfPyarrow() throws {
    let path = TestAssets.golden("storage/nested.parquet")
    #expect(try ParquetMetadata.detect(contentsOf: path))
    let table = try ParquetMetadata(contentsOf: path)
    #expect(table.rowCount == 3 && table.rowGroupCount == 2 && table.createdBy == "parquet-cpp-arrow version 26.0.1")
    #expect(
      columns(table) == [
        "key string?", "frame.index int32?", "frame.time float?", "tags.list.element string?", "blob bytes?",
        "good boolean?",
      ])
    #expect(table.metadata["line"] == "4")
  }

  @Test func aTableOfItsOwn() throws {
    let path = folder.path + "/table.parquet"
    try ParquetFileTests.write(path, rows: 1000, rowGroupSize: 300)
    let table = try ParquetMetadata(contentsOf: path)
    #expect(table.rowCount == 1000 && table.rowGroupCount == 4 && table.createdBy == "Genba")
    #expect(
      columns(table) == ["key string", "count int64", "maybe int64?", "ratio double", "note string?", "level double?"])
    #expect(table.metadata == ["a": "1", "b": "2"])
  }

  /// No cut and no flipped bit does anything but an error, or other figures.
  @Test func damageIsAnError() throws {
    let whole = try FileReading.bytes(of: TestAssets.golden("storage/nested.parquet"))
    let path = folder.path + "/cut.parquet"
    try write(Array(whole.dropLast(1)), to: path)
    let cut = #expect(throws: GenbaError.self) { try ParquetMetadata(contentsOf: path) }
    #expect(cut?.code == .truncated && cut?.source.path == path)
    for place in stride(from: whole.count - 1600, to: whole.count, by: 7) {
      var damaged = whole
      damaged[place] ^= 0xF5
      try write(damaged, to: path)
      _ = try? ParquetMetadata(contentsOf: path)
    }
    // A footer of lists in lists, and one of a list that claims to be longer than the file.
    for footer in [[0x19] + [UInt8](repeating: 0x19, count: 5000), [0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0x7F, 0]] {
      let length = (0..<4).map { UInt8(truncatingIfNeeded: footer.count >> (8 * $0)) }
      try write(Array("PAR1".utf8) + footer + length + Array("PAR1".utf8), to: path)
      let error = #expect(throws: GenbaError.self) { try ParquetMetadata(contentsOf: path) }
      #expect(error?.code == .corruptData)
    }
  }
}
