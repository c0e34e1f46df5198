import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Depth pictures as OpenCV, Pillow and our writer made them.
@Suite struct DepthFileTests {
  let millimetres: Tensor<UInt16>
  let metres: Tensor<Float>

  init() throws {
    let golden = try Golden(TestAssets.golden("depth.safetensors"))
    let millimetres = try #require(golden.tensor("scene.millimetres", as: UInt16.self))
    self.millimetres = millimetres
    metres = Tensor(Array(millimetres).map { Float(Double($0) / 1000) }, shape: millimetres.shape)
  }

  @Test(arguments: ["scene-mm.png", "scene-mm.pgm", "scene-mm.tiff"])
  func sixteenBits(name: String) throws {
    #expect(try DepthDecoder.decode(TestAssets.media("depth/\(name)")) == .uint16(millimetres))
  }

  @Test(arguments: ["scene-m.pfm", "scene-m.tiff", "scene-m.exr"])
  func floats(name: String) throws {
    #expect(try DepthDecoder.decode(TestAssets.media("depth/\(name)")) == .float32(metres))
  }

  @Test(arguments: ["png", "pgm", "tiff", "tif"])
  func unitsAreWrittenAndRead(ending: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/depth.\(ending)"
    try DepthEncoder.write(.uint16(millimetres), to: path)
    #expect(try DepthDecoder.decode(path) == .uint16(millimetres))
  }

  @Test(arguments: ["pfm", "tiff", "exr"])
  func floatsAreWrittenAndRead(ending: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/depth.\(ending)"
    try DepthEncoder.write(.float32(metres), to: path)
    #expect(try DepthDecoder.decode(path) == .float32(metres))
  }

  @Test func aFormatThatDoesNotHoldTheTypeIsAnError() throws {
    let folder = try TemporaryFolder()
    for (image, ending) in [
      (DepthImage.float32(metres), "png"), (.float32(metres), "pgm"), (.uint16(millimetres), "pfm"),
      (.uint16(millimetres), "exr"), (.uint16(millimetres), "jpg"),
    ] {
      let error = #expect(throws: GenbaError.self) {
        try DepthEncoder.write(image, to: "\(folder.path)/depth.\(ending)")
      }
      #expect(error?.code == .unsupportedFormat)
    }
    #expect(folder.contents.isEmpty)
  }

  @Test(arguments: ["photo-aloe.jpg", "png-rgb16.png", "png-gray.png", "speech-16k.wav"])
  func whatHoldsNoDistancesIsAnError(name: String) throws {
    let error = #expect(throws: GenbaError.self) { try DepthDecoder.decode(TestAssets.media(name)) }
    #expect(error?.code == .unsupportedFormat && error?.source.path?.hasSuffix(name) == true)
  }

  /// Cut anywhere, a file is an error; damaged anywhere, it is one or other numbers.
  @Test(arguments: ["scene-m.pfm", "scene-m.tiff", "scene-mm.pgm"])
  func brokenFilesNeverTrap(name: String) throws {
    let whole = try FileReading.bytes(of: TestAssets.media("depth/\(name)"))
    for count in [1, 3, 7, 12, 60, 200, whole.count / 2, whole.count - 3] {
      #expect(throws: GenbaError.self, "\(count) bytes") {
        try DepthDecoder.decode(.memory(Array(whole[..<count]), name: name))
      }
    }
    var random = SeededRandom(state: 2)
    for _ in 0..<200 {
      var bytes = whole
      // Where the header is.
      let place =
        Bool.random(using: &random)
        ? Int.random(in: 0..<20, using: &random) : whole.count - 1 - Int.random(in: 0..<200, using: &random)
      bytes[place] = UInt8.random(in: 0...255, using: &random)
      _ = try? DepthDecoder.decode(.memory(bytes, name: name))
    }
  }

  @Test func headersThatClaimTooMuchAreErrors() throws {
    for text in [
      "Pf\n1000000 1000000\n-1.0\n1234", "Pf\n9223372036854775807 2\n-1.0\n", "Pf\n2 2\nnan\n", "PF\n1 1\n-1\n",
    ] {
      #expect(throws: GenbaError.self) { try DepthDecoder.decode(.memory(Array(text.utf8), name: "x.pfm")) }
    }
  }
}
