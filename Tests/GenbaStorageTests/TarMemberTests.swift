import GenbaCore
import GenbaStorage
import Testing

@Suite struct TarMemberTests {
  /// SHA-256 of the headers that Python 3.11's tarfile writes (USTAR, mode 0644, owner and time 0).
  @Test(arguments: [
    ("000000000.json", 12, "00106f8c4866d85568a01dc43a905829af27d370957a3f4bc55f364a2ae029da"),
    (
      "a/b/" + String(repeating: "x", count: 60) + ".input_features.npy", 1_536_128,
      "8ad0b9d235b8af3925a12b5037d0b3e455a393c512c9d4b878f639c620e7ce5d"
    ),
    (
      String(repeating: "d", count: 60) + "/" + String(repeating: "k", count: 64) + ".npy", 0,
      "896ecb2e37fe568389ca268990bfd0f985cf3fdb91b4227a5e674f1c4505f7e3"
    ),
    ("big.npy", 1 << 33 - 1, "dedf46afca0ff78f33015724fb95d0a05adc10b308aa15992f4fe80595caa0bb"),
  ])
  func headersAreThoseOfPython(name: String, count: Int, expected: String) throws {
    let member = TarMember(name: name, byteCount: count)
    let header = try member.header()
    #expect(SHA256.hash(header) == expected)
    #expect(try TarMember(header: header) == member)
  }

  @Test func whatDoesNotFitIsAnError() {
    for (name, count) in [(String(repeating: "n", count: 101), 0), ("a.npy", 1 << 33)] {
      let error = #expect(throws: GenbaError.self) { try TarMember(name: name, byteCount: count).header() }
      #expect(error?.code == .limitExceeded)
    }
  }

  @Test func damageIsNoticed() throws {
    var header = try TarMember(name: "a.npy", byteCount: 5).header()
    header[3] ^= 1
    let damaged = header
    let error = #expect(throws: GenbaError.self) { try TarMember(header: damaged) }
    #expect(error?.code == .corruptData)
    #expect(try TarMember(header: [UInt8](repeating: 0, count: 512)) == nil)
  }
}
