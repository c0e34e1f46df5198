import FoundationEssentials
import GenbaCore
import GenbaTestSupport
import Testing

@Suite struct FileTests {
  let temporary: TemporaryFolder
  var folder: String { temporary.path }

  init() throws { temporary = try TemporaryFolder() }

  @Test func writesAndReadsBack() throws {
    let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var file = try AtomicFile(path: folder + "/a.bin")
    try file.write(Array(bytes[..<1000]))
    try file.write(Array(bytes[1000...]))
    #expect(!FileManager.default.fileExists(atPath: folder + "/a.bin"), "nothing under the name before the commit")
    try file.commit()
    #expect(try FileReading.bytes(of: folder + "/a.bin") == bytes)
    #expect(temporary.contents == ["a.bin"])
  }

  @Test func withoutACommitNothingIsLeft() throws {
    do {
      var file = try AtomicFile(path: folder + "/a.bin")
      try file.write([1, 2, 3])
    }
    #expect(temporary.contents.isEmpty)
  }

  @Test func namesTheReasonWhenAFileCannotBeRead() throws {
    let missing = #expect(throws: GenbaError.self) { try FileReading.bytes(of: self.folder + "/nothing") }
    #expect(missing?.code == .cannotOpen)
    #expect(missing?.description.hasPrefix(folder + "/nothing: there is no such file") == true)

    let isFolder = #expect(throws: GenbaError.self) { try FileReading.bytes(of: self.folder) }
    #expect(isFolder?.code == .cannotOpen && isFolder?.message == "this is a folder, not a file")

    try AtomicFile(path: folder + "/empty").commit()
    let empty = #expect(throws: GenbaError.self) { try FileReading.bytes(of: self.folder + "/empty") }
    #expect(empty?.code == .truncated)
  }

  @Test func refusesAFileOverTheLimit() throws {
    var file = try AtomicFile(path: folder + "/big")
    try file.write([UInt8](repeating: 0, count: 100))
    try file.commit()
    #expect(throws: GenbaError.self) { try FileReading.bytes(of: self.folder + "/big", limit: 99) }
    #expect(try FileReading.bytes(of: folder + "/big", limit: 100).count == 100)
  }

  @Test func refusesToWriteWhereItCannot() {
    let nowhere = #expect(throws: GenbaError.self) { _ = try AtomicFile(path: self.folder + "/no/such/a.bin") }
    #expect(nowhere?.code == .ioFailed && nowhere?.message == "the folder to write to does not exist")
    let onFolder = #expect(throws: GenbaError.self) { _ = try AtomicFile(path: self.folder) }
    #expect(onFolder?.code == .ioFailed)
  }
}
