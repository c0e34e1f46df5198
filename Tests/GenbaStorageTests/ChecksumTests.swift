import GenbaStorage
import Testing

@Suite struct ChecksumTests {
  /// FIPS 180-4's examples.
  @Test func sha256OfTheStandardsMessages() {
    #expect(SHA256.hash(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(SHA256.hash([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    var hash = SHA256()
    for _ in 0..<1000 { hash.update([UInt8](repeating: UInt8(ascii: "a"), count: 1000)) }
    #expect(hash.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8((7 * $0 + 3) % 251) } }

  /// What Python's xxhash 3 gives.
  @Test(arguments: [
    (0, "ef46db3751d8e999"), (1, "1f25c8d0bc1f4bb6"), (3, "31d2363f52e564c9"), (4, "9bb64b7d66ee9fda"),
    (7, "9a7b149959ce60d8"), (8, "dab99d95c6f90092"), (31, "a2aa5f33cc4a6119"), (32, "23c3c17ef790fd97"),
    (33, "50a7cfc7ba588784"), (63, "f1438f15b9ed16e9"), (64, "2cd990a1beed6894"), (100, "778e26df8290f456"),
    (1000, "021f7a7424085ea4"),
  ])
  func xxh64(count: Int, expected: String) {
    var checksum = XXH64()
    checksum.update(bytes(count))
    #expect(checksum.hexadecimal == expected)
  }

  @Test func xxh64OfPartsIsThatOfTheWhole() {
    let all = bytes(200)
    var whole = XXH64()
    whole.update(all)
    for first in stride(from: 0, to: 200, by: 7) {
      for second in stride(from: first, to: 200, by: 31) {
        var parts = XXH64()
        parts.update(Array(all[..<first]))
        parts.update(Array(all[first..<second]))
        parts.update(Array(all[second...]))
        #expect(parts.value == whole.value, "split at \(first) and \(second)")
      }
    }
  }
}
