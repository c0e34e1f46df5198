import GenbaCore
import GenbaStorage
import Testing

@Suite struct SafetensorsTests {
  @Test func writesTheBytesThatPythonWrites() throws {
    #expect(try Safetensors.encode(Samples.everything) == Samples.bytes("all.safetensors"))
    #expect(try Safetensors.encode(TensorBundle()) == Samples.bytes("nothing.safetensors"))
  }

  @Test func readsWhatPythonWrote() throws {
    let bundle = try TensorBundle(contentsOf: Samples.golden("all.safetensors"))
    let expected = Samples.everything
    #expect(bundle.metadata == expected.metadata)
    #expect(Set(bundle.names) == Set(expected.names))
    for (name, tensor) in expected { #expect(bundle[name] == tensor, "\(name)") }
    #expect(bundle.names.first == "uint64" && bundle.names.last == "bool", "in the order of their bytes")
  }

  @Test func metadataKeysAreSorted() throws {
    var bundle = TensorBundle()
    bundle.metadata = ["b": "2", "a": "1", "B": "3"]
    let text = String(decoding: try Safetensors.encode(bundle).dropFirst(8), as: UTF8.self)
    #expect(text == #"{"__metadata__":{"B":"3","a":"1","b":"2"}}      "#)
    #expect(try Safetensors.decode(Safetensors.encode(bundle)) == bundle)
  }

  @Test func complexTensorsGetALastAxisOfTwo() throws {
    let bytes = file(#"{"z":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, data: [0, 0, 128, 63, 0, 0, 0, 64])
    #expect(try Safetensors.decode(bytes)["z"] == AnyTensor(Tensor<Float>([1, 2], shape: [1, 2])))
  }

  @Test func theReservedNameIsRefused() {
    var bundle = TensorBundle()
    bundle.set("__metadata__", to: Tensor<Float>([1]))
    let error = #expect(throws: GenbaError.self) { try Safetensors.encode(bundle) }
    #expect(error?.code == .mismatchedInputs)
  }

  @Test(arguments: [
    // Header text, bytes of data, what is wrong.
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, GenbaError.Code.truncated),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, .corruptData),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, .corruptData),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, .corruptData),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, .corruptData),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, .corruptData),
    (#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, 8, .corruptData),
    (#"{"a":{"dtype":"F32","shape":[2,4611686018427387904],"data_offsets":[0,8]}}"#, 8, .corruptData),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,8,0],"data_offsets":[0,0]}}"#, 0, .corruptData),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#, 8, .corruptData),
    (#"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#, 8, .unsupportedFormat),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, 4,
      .corruptData
    ),
    (#"{"a":{"dtype":"F32","shape":[2]}}"#, 8, .corruptData),
    (#"{"__metadata__":{"a":1}}"#, 0, .corruptData),
    (#"{"a":"#, 0, .corruptData),
    (#"[]"#, 0, .corruptData),
  ])
  func brokenHeadersThrow(header: String, dataCount: Int, code: GenbaError.Code) {
    let bytes = file(header, data: [UInt8](repeating: 0, count: dataCount))
    let error = #expect(throws: GenbaError.self, "\(header)") { try Safetensors.decode(bytes) }
    #expect(error?.code == code, "\(header): \(error?.description ?? "")")
  }

  @Test func aHeaderLongerThanTheFileThrows() {
    for length: UInt64 in [1, 99, 100_000_001, 1 << 40, .max] {
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + Array("{}".utf8)
      #expect(throws: GenbaError.self, "\(length)") { try Safetensors.decode(bytes) }
    }
    #expect(throws: GenbaError.self) { try Safetensors.decode([]) }
  }

  private func file(_ header: String, data: [UInt8]) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8) + data
  }
}
