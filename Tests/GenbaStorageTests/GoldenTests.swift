import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Testing

/// The reader of goldens must be able to fail, or the tests that use it prove nothing.
@Suite struct GoldenTests {
  let folder: TemporaryFolder
  var path: String { folder.path + "/golden.safetensors" }
  let large = Tensor((0..<1000).map { Float($0) / 8 }, shape: [10, 100])

  init() throws {
    folder = try TemporaryFolder()
    var checksum = CRC32()
    checksum.update(AnyTensor(large).bytes)
    var bundle = TensorBundle()
    bundle.set("small", to: Tensor<Int64>([1, 2, 3]))
    bundle.set("large.shape", to: Tensor<Int64>([10, 100]))
    bundle.set("large.indices", to: Tensor<Int64>([0, 417, 999]))
    bundle.set("large.values", to: Tensor<Float>([0, 417.0 / 8, 999.0 / 8]))
    bundle.metadata["large.crc32"] = String(checksum.value, radix: 16)
    try bundle.write(to: path)
  }

  @Test func equalTensorsMatch() throws {
    let golden = try Golden(path)
    #expect(golden.expectMatches("small", Tensor<Int64>([1, 2, 3]), within: 0).maximum == 0)
    #expect(golden.expectMatches("large", large, within: 0).maximum == 0)
  }

  @Test func everyDifferenceIsSeen() throws {
    let golden = try Golden(path)
    var sampled = large
    sampled[4, 17] += 0.25
    var unsampled = large
    unsampled[4, 18] += 0.25
    #expect(golden.expectMatches("large", sampled, within: 0.25).maximum == 0.25)
    withKnownIssue { golden.expectMatches("large", sampled, within: 0.2) }
    withKnownIssue("the checksum sees what the sample does not") {
      golden.expectMatches("large", unsampled, within: 0)
    }
    withKnownIssue { golden.expectMatches("large", large.reshaped(to: [1000]), within: 1) }
    withKnownIssue { golden.expectMatches("small", Tensor<Int32>([1, 2, 3]), within: 0) }
    withKnownIssue { golden.expectMatches("small", Tensor<Int64>([1, 2, 4]), within: 0) }
    withKnownIssue { golden.expectMatches("other", large, within: 1) }
    withKnownIssue { golden.expectMatches("small", nil, within: 1) }
  }
}
