import GenbaCore
import GenbaStorage
import Testing

@Suite struct NPYTests {
  @Test(arguments: DType.allCases.filter { $0 != .bfloat16 })
  func writesAndReadsNumpysBytes(dtype: DType) throws {
    let bytes = try Samples.bytes("\(dtype.name).npy")
    #expect(try NPY.encode(Samples.tensor(dtype)) == bytes)
    #expect(try NPY.decode(bytes) == Samples.tensor(dtype))
  }

  @Test func writesAndReadsOtherShapes() throws {
    let shapes: [(String, AnyTensor)] = [
      ("scalar", AnyTensor(Tensor<Float>(repeating: 2.5, shape: []))),
      ("vector", AnyTensor(Tensor((0..<130).map(Int16.init)))),
      ("empty", AnyTensor(Tensor<Float>(shape: [0, 3]) { _ in })),
    ]
    for (name, tensor) in shapes {
      #expect(try NPY.encode(tensor) == Samples.bytes("\(name).npy"), "\(name)")
      #expect(try NPY.decode(Samples.bytes("\(name).npy")) == tensor, "\(name)")
    }
  }

  @Test(arguments: ["fortran.npy", "big-endian.npy", "version-2.npy"])
  func readsOtherOrdersAndVersions(name: String) throws {
    #expect(try NPY.decode(Samples.bytes(name)) == AnyTensor(Samples.cube))
  }

  @Test func complexArraysGetALastAxisOfTwo() throws {
    let expected = Tensor((0..<48).map { Float($0 / 2 + ($0 % 2) * 100) }, shape: [2, 3, 4, 2])
    #expect(try NPY.decode(Samples.bytes("complex-fortran.npy")) == AnyTensor(expected))
  }

  @Test(arguments: ["structured.npy", "strings.npy", "objects.npy"])
  func refusesWhatIsNoArrayOfNumbers(name: String) throws {
    let bytes = try Samples.bytes(name)
    let error = #expect(throws: GenbaError.self) { try NPY.decode(bytes) }
    #expect(error?.code == .unsupportedFormat)
  }

  @Test func numpyHasNoBfloat16() {
    let error = #expect(throws: GenbaError.self) { try NPY.encode(Samples.tensor(.bfloat16)) }
    #expect(error?.code == .unsupportedFormat && error?.message.contains("safetensors") == true)
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 8, 0), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2), ",
    "{'descr': '<f4', 'fortran_order': 1, 'shape': (2,), }",
    "{'descr': '<f4', 'shape': (2,), }",
    "{'fortran_order': False, 'shape': (2,), }",
    "{'descr': [('a', '<f4'], 'fortran_order': False, 'shape': (2,)",
    "{'descr': '<f4",
    "",
  ])
  func brokenHeadersThrow(header: String) {
    let length = header.utf8.count
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length), 0] + Array(header.utf8)
    #expect(throws: GenbaError.self, "\(header)") { try NPY.decode(bytes + [UInt8](repeating: 0, count: 8)) }
  }
}

@Suite struct NPZTests {
  private var several: TensorBundle {
    var bundle = TensorBundle()
    bundle.set("mel", to: Samples.cube)
    bundle.set("rate", to: Tensor<Int64>(repeating: 16000, shape: []))
    bundle.set("größe", to: Tensor<UInt8>([0, 1, 2]))
    return bundle
  }

  @Test func writesTheBytesThatNumpyWrites() throws {
    #expect(try NPZ.encode(several) == Samples.bytes("several.npz"))
  }

  @Test func readsWhatNumpyWrote() throws {
    #expect(try NPZ.decode(Samples.bytes("several.npz")) == several)
    #expect(try NPZ.decode(NPZ.encode(TensorBundle())) == TensorBundle())
  }

  @Test func readsCompressedArrays() throws {
    let bundle = try NPZ.decode(Samples.bytes("compressed.npz"))
    #expect(bundle.names == ["mel", "squares", "zeros", "noise", "scalar"])
    #expect(bundle["mel"] == AnyTensor(Samples.cube))
    #expect(bundle["squares"] == AnyTensor(Tensor((0..<3000).map { Int32($0 * $0) })))
    #expect(bundle["zeros"] == AnyTensor(Tensor<Double>(repeating: 0, shape: [100, 100])))
    #expect(bundle["noise"]?.shape == [400], "its checksum vouches for its content")
    #expect(bundle["scalar"] == AnyTensor(Tensor<Int8>(repeating: 3, shape: [])))
    #expect(try NPZ.decode(Samples.bytes("stored-blocks.npz"))["mel"] == AnyTensor(Samples.cube))
  }

  @Test func readsMoreCompressedBytesThanItTakesAtOnce() throws {
    let noise = try #require(NPZ.decode(Samples.bytes("compressed-noise.npz")).tensor("noise", as: UInt8.self))
    #expect(noise.shape == [300, 500])
    #expect([noise[0, 0], noise[150, 0], noise[299, 499]] == [244, 234, 246])
  }

  @Test(arguments: [
    ("one-more", GenbaError.Code.corruptData, "more bytes were compressed than announced"),
    ("one-less", .corruptData, "the compressed data falls short of the announced size, by 1"),
    ("no-end", .truncated, "the compressed data ends too early"),
  ])
  func compressedDataEndsWhereTheDirectorySaysSo(name: String, code: GenbaError.Code, message: String) throws {
    let bytes = try Samples.bytes("deflated-\(name).npz")
    let error = #expect(throws: GenbaError.self) { try NPZ.decode(bytes) }
    #expect(error?.code == code && error?.message == "mel.npy: \(message)")
  }

  @Test func damagedCompressedDataGivesZlibsWords() throws {
    var bytes = try Samples.bytes("compressed.npz")
    // The first member's first block, said to be of the kind that is not defined.
    bytes[57] |= 6
    let error = #expect(throws: GenbaError.self) { try NPZ.decode(bytes) }
    #expect(error?.code == .corruptData && error?.cause == "zlib: invalid block type")
  }

  @Test func aCompressedSizeThatCannotBeIsRefused() throws {
    var bytes = try Samples.bytes("compressed.npz")
    // The last entry of the directory: 4 GB less a little, from a few hundred bytes.
    let entry = try #require((0..<bytes.count - 4).last { Array(bytes[$0..<$0 + 4]) == [0x50, 0x4B, 1, 2] })
    bytes.replaceSubrange(entry + 24..<entry + 28, with: [0xFE, 0xFF, 0xFF, 0xFF])
    let error = #expect(throws: GenbaError.self) { try NPZ.decode(bytes) }
    #expect(error?.code == .corruptData && error?.message.contains("cannot stand for") == true)
  }

  @Test func theDirectoryOfALargeFileIsPythons() throws {
    let members = [
      ZipMember(name: Array("a.npy".utf8), byteCount: 1000, checksum: 0x1234_5678, offset: 0),
      ZipMember(name: Array("b.npy".utf8), byteCount: 5 << 30, checksum: 0x1234_5678, offset: 1064),
      ZipMember(name: Array("c.npy".utf8), byteCount: 3 << 30, checksum: 0x1234_5678, offset: (5 << 30) + 2128),
    ]
    #expect(ZipMember.centralDirectory(of: members, at: 8 << 30) == (try Samples.bytes("directory-8-gib.bin")))
  }

  @Test func aDamagedByteFailsTheChecksum() throws {
    var bytes = try Samples.bytes("several.npz")
    // Within the first array's numbers.
    bytes[200] ^= 1
    let error = #expect(throws: GenbaError.self) { try NPZ.decode(bytes) }
    #expect(error?.code == .corruptData && error?.message.hasPrefix("mel.npy: the checksum differs") == true)
  }

  @Test func aCutFileThrows() throws {
    let bytes = try Samples.bytes("several.npz")
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: GenbaError.self, "\(length)") { try NPZ.decode(Array(bytes[..<length])) }
    }
  }
}

@Suite struct CRC32Tests {
  @Test func equalsTheDefinition() {
    var checksum = CRC32()
    #expect(checksum.value == 0)
    checksum.update(Array("123456789".utf8))
    #expect(checksum.value == 0xCBF4_3926, "the check value of CRC-32/ISO-HDLC")
  }

  @Test func theStepsDoNotMatter() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    var whole = CRC32()
    whole.update(bytes)
    for cut in [1, 7, 8, 9, 500] {
      var parts = CRC32()
      parts.update(Array(bytes[..<cut]))
      parts.update(Array(bytes[cut...]))
      #expect(parts.value == whole.value, "\(cut)")
    }
  }
}
