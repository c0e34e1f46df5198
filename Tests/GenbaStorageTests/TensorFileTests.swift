import FoundationEssentials
import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Testing

@Suite struct TensorFileTests {
  let temporary: TemporaryFolder
  var folder: String { temporary.path }

  init() throws { temporary = try TemporaryFolder() }

  @Test func theEndingChoosesTheFormat() throws {
    var bundle = TensorBundle()
    bundle.set("mel", to: Samples.cube)
    bundle.metadata["rate"] = "16000"
    try bundle.write(to: folder + "/a.safetensors")
    try bundle.write(to: folder + "/a.npz")
    try bundle.write(to: folder + "/mel.NPY")
    #expect(try FileReading.bytes(of: folder + "/a.safetensors") == Safetensors.encode(bundle))
    #expect(try FileReading.bytes(of: folder + "/a.npz") == NPZ.encode(bundle))
    #expect(try FileReading.bytes(of: folder + "/mel.NPY") == NPY.encode(AnyTensor(Samples.cube)))

    #expect(try TensorBundle(contentsOf: folder + "/a.safetensors") == bundle)
    bundle.metadata = [:]
    #expect(try TensorBundle(contentsOf: folder + "/a.npz") == bundle, "numpy's files have no metadata")
    #expect(try TensorBundle(contentsOf: folder + "/mel.NPY") == bundle, "a .npy file's array is called by the file")

    let error = #expect(throws: GenbaError.self) { try bundle.write(to: folder + "/a.txt") }
    #expect(error?.code == .unsupportedFormat)
    #expect(temporary.contents.count == 3, "nothing else is left")
  }

  @Test func theContentDecidesWhenReading() throws {
    var bundle = TensorBundle()
    bundle.set("a", to: Samples.cube)
    try bundle.write(to: folder + "/a.npz")
    try FileManager.default.moveItem(atPath: folder + "/a.npz", toPath: folder + "/a.safetensors")
    #expect(try TensorFileFormat.detect(contentsOf: folder + "/a.safetensors") == .npz)
    #expect(try TensorBundle(contentsOf: folder + "/a.safetensors") == bundle)
    #expect(try TensorFileFormat.detect(contentsOf: #filePath) == nil)
    let error = #expect(throws: GenbaError.self) { try TensorBundle(contentsOf: #filePath) }
    #expect(error?.code == .unsupportedFormat && error?.source.path == #filePath)
  }

  @Test func npyHoldsOneTensor() throws {
    var bundle = TensorBundle()
    bundle.set("mel", to: Samples.cube)
    bundle.set("rate", to: Tensor<Int64>([16000]))
    let error = #expect(throws: GenbaError.self) { try bundle.write(to: folder + "/a.npy") }
    #expect(error?.message.contains("mel, rate") == true && error?.message.contains("--tensor NAME") == true)
    try bundle.write(to: folder + "/a.npy", tensor: "rate")
    #expect(try TensorBundle(contentsOf: folder + "/a.npy")["a"] == bundle["rate"])
    let missing = #expect(throws: GenbaError.self) { try bundle.write(to: folder + "/a.npy", tensor: "none") }
    #expect(missing?.code == .outOfRange)
  }

  @Test func aLargeTensorSurvives() throws {
    let tensor = Tensor<Float>(shape: [3, 700_001]) { output in
      for index in 0..<2_100_003 { output.append(Float(index)) }
    }
    var bundle = TensorBundle()
    bundle.set("large", to: tensor)
    for ending in ["safetensors", "npy", "npz"] {
      try bundle.write(to: "\(folder)/large.\(ending)")
      #expect(try TensorBundle(contentsOf: "\(folder)/large.\(ending)") == bundle, "\(ending)")
    }
  }

  @Test func limitsAndMissingFiles() throws {
    try Samples.everything.write(to: folder + "/a.safetensors")
    let large = #expect(throws: GenbaError.self) {
      try TensorBundle(contentsOf: folder + "/a.safetensors", limits: DecodeLimits(fileBytes: 100))
    }
    #expect(large?.code == .limitExceeded)
    let missing = #expect(throws: GenbaError.self) { try TensorBundle(contentsOf: folder + "/b.npy") }
    #expect(missing?.code == .cannotOpen)
    let nowhere = #expect(throws: GenbaError.self) { try TensorBundle().write(to: folder + "/no/a.npz") }
    #expect(nowhere?.code == .ioFailed)
  }

  /// Damaged files throw or give a bundle; a trap or an endless loop would end the test run.
  @Test(arguments: ["all.safetensors", "several.npz", "compressed.npz", "float32.npy", "fortran.npy"])
  func damagedFilesNeverTrap(name: String) throws {
    let original = try Samples.bytes(name)
    var random = SeededRandom(state: 7)
    var refused = 0
    for _ in 0..<500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
        case 1: bytes[Int.random(in: bytes.indices, using: &random)] = UInt8(ascii: "9")
        case 2: bytes.removeSubrange(Int.random(in: 1..<bytes.count, using: &random)...)
        default: bytes.insert(.random(in: 0...255, using: &random), at: Int.random(in: bytes.indices, using: &random))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      do throws(GenbaError) {
        switch name.split(separator: ".").last {
        case "safetensors": _ = try Safetensors.decode(bytes)
        case "npz": _ = try NPZ.decode(bytes)
        default: _ = try NPY.decode(bytes)
        }
      } catch { refused += 1 }
    }
    #expect(refused > 100, "most damage is seen")
  }
}
