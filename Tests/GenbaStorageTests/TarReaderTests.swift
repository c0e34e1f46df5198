import FoundationEssentials
import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Testing

@Suite struct TarReaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func archive(_ files: [(name: String, content: [UInt8])], end: [UInt8] = TarMember.end) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, content) in files {
      let member = TarMember(name: name, byteCount: content.count)
      bytes += try member.header() + content + [UInt8](repeating: 0, count: member.paddingCount)
    }
    return bytes + end
  }

  private func write(_ bytes: [UInt8]) throws -> String {
    let path = folder.path + "/a.tar"
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  @Test func filesComeInTheirOrder() throws {
    let files: [(name: String, content: [UInt8])] = [
      ("b.json", Array("{}".utf8)), ("empty", []), ("a.bin", [UInt8](repeating: 7, count: 512)),
    ]
    let path = try write(try archive(files))
    #expect(try TarReader.detect(contentsOf: path))
    let reader = try TarReader(contentsOf: path)
    for (name, content) in files {
      let entry = try #require(try reader.next())
      #expect(entry.member == TarMember(name: name, byteCount: content.count))
      #expect(try reader.content(of: entry) == content && !reader.hasEnd)
    }
    #expect(try reader.next() == nil && reader.hasEnd)
    #expect(try reader.next() == nil)
  }

  @Test func endsThatAreMissing() throws {
    let whole = try archive([("a.npy", [UInt8](repeating: 1, count: 600)), ("b.npy", [2])])
    for (count, message) in [(1636, "the header at byte 1536"), (700, "within a.npy, which reaches to byte 1112")] {
      let reader = try TarReader(contentsOf: write(Array(whole.prefix(count))))
      let error = #expect(throws: GenbaError.self) {
        while try reader.next() != nil {}
      }
      #expect(error?.code == .truncated && error?.message.contains(message) == true)
    }
    // Behind a file, where nothing tells but the end that is not there.
    let reader = try TarReader(contentsOf: write(Array(whole.prefix(1536))))
    #expect(try reader.next()?.member.name == "a.npy")
    #expect(try reader.next() == nil && !reader.hasEnd)
  }

  @Test func whatIsNoArchive() throws {
    #expect(try TarReader.detect(contentsOf: write(TarMember.end)))
    #expect(try !TarReader.detect(contentsOf: write([UInt8](repeating: 0, count: 4096))))
    #expect(try !TarReader.detect(contentsOf: write(Array("ustar".utf8))))
    var damaged = try archive([("a.npy", [1]), ("b.npy", [2])])
    damaged[1024] ^= 1
    let reader = try TarReader(contentsOf: write(damaged))
    #expect(try reader.next()?.member.name == "a.npy")
    let error = #expect(throws: GenbaError.self) { try reader.next() }
    #expect(error?.code == .corruptData && error?.message.contains("byte 1024") == true)
  }
}
