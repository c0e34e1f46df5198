import GenbaCore
import GenbaMedia
import GenbaStorage
import GenbaTestSupport
import Testing

/// What else can be asked for than a file's first picture in full.
@Suite struct PictureOptionsTests {
  private static let golden = try? Golden(TestAssets.golden("decoded-pictures.safetensors"))

  private func checksum(_ bytes: RawSpan) -> Int64 {
    var checksum = CRC32()
    checksum.update(bytes)
    return Int64(checksum.value)
  }

  private func expect(_ image: Image, _ name: String) throws {
    let golden = try #require(Self.golden)
    golden.expectMatches("\(name)/shape", Tensor(image.shape.map(Int64.init)), within: 0)
    golden.expectMatches("\(name)/crc32", Tensor([checksum(image.tensor.bytes)]), within: 0)
  }

  @Test(
    arguments: [
      ("pages.tiff", 4), ("frames.gif", 3), ("big.tiff", 2), ("moving.webp", 4), ("moving-lossy.webp", 2),
    ])
  func everyPictureOfAFileEqualsPillows(name: String, count: Int) throws {
    #expect(try ImageDecoder.metadata(TestAssets.media(name)).imageCount == count)
    for index in 0..<count {
      try expect(ImageDecoder.decode(TestAssets.media(name), index: index), "\(name)/\(index)")
    }
    for index in [count, -1] {
      let error = #expect(throws: GenbaError.self) { try ImageDecoder.decode(TestAssets.media(name), index: index) }
      #expect(error?.code == .outOfRange && error?.message.contains("has \(count)") == true)
    }
  }

  @Test func otherFormatsHaveOnePicture() throws {
    #expect(try ImageDecoder.metadata(TestAssets.media("photo-aloe.jpg")).imageCount == 1)
    let error = #expect(throws: GenbaError.self) { try ImageDecoder.decode(TestAssets.media("png-rgb.png"), index: 1) }
    #expect(error?.code == .outOfRange)
  }

  @Test(
    arguments: [
      "photo-aloe.jpg", "photo-street.jpg", "photo-board.jpg", "photo-gray.jpg", "photo-progressive.jpg",
      "photo-440.jpg",
    ], [2, 4, 8])
  func scaledDecodingEqualsPillowsDraft(name: String, denominator: Int) throws {
    let full = try ImageDecoder.metadata(TestAssets.media(name))
    let minimum = (height: full.height / denominator, width: full.width / denominator)
    try expect(ImageDecoder.decode(TestAssets.media(name), minimumSize: minimum), "\(name)/1-\(denominator)")
  }

  @Test func scaledPicturesAreLargeEnough() throws {
    for (height, width) in [(1, 1), (100, 1), (300, 300), (555, 641), (2000, 2000)] {
      let image = try ImageDecoder.decode(TestAssets.media("photo-aloe.jpg"), minimumSize: (height, width))
      #expect(image.height >= min(height, 555) && image.width >= min(width, 641))
    }
    // The size is that of the upright picture: a file of 311 rows and 419 columns that is turned by 90 degrees.
    let turned = try ImageDecoder.decode(TestAssets.media("photo-exif-6.jpg"), minimumSize: (209, 155))
    #expect(turned.shape == [210, 156, 3])
    let stored = try ImageDecoder.decode(
      TestAssets.media("photo-exif-6.jpg"), minimumSize: (209, 155), applyOrientation: false)
    #expect(stored.shape == [311, 419, 3])
    #expect(try ImageDecoder.decode(TestAssets.media("png-rgb.png"), minimumSize: (1, 1)).shape == [133, 201, 3])
  }

  @Test func deepTIFFEqualsOpenCVs() throws {
    let image = try ImageDecoder.decode(TestAssets.media("rgb16.tiff"))
    #expect(image.tensor.dtype == .uint16 && image.colorModel == .rgb)
    try expect(image, "rgb16.tiff")
  }

  @Test func anAVIFIsNearPillows() throws {
    let golden = try #require(Self.golden)
    let image = try ImageDecoder.decode(TestAssets.media("picture.avif"))
    let deviation = golden.expectMatches("picture.avif", image.tensor, within: 24)
    #expect(deviation.mean < 2.5)
  }

  @Test(arguments: ["photo-icc.jpg", "png-icc.png"])
  func profilesAreKept(name: String) throws {
    let golden = try #require(Self.golden)
    let profile = try #require(try ImageDecoder.decode(TestAssets.media(name)).iccProfile)
    golden.expectMatches(
      "\(name)/icc", Tensor([Int64(profile.count), checksum(AnyTensor(Tensor(profile)).bytes)]), within: 0)
    #expect(try ImageDecoder.metadata(TestAssets.media(name)).iccProfile == profile)
    #expect(try ImageDecoder.decode(TestAssets.media("photo-aloe.jpg")).iccProfile == nil)
  }

  /// A profile in two parts, the second of which comes first.
  @Test func profilesInPartsArePutTogether() throws {
    let photo = try FileReading.bytes(of: TestAssets.media("photo-1x1.jpg"))
    func segment(_ part: UInt8, of count: UInt8, _ content: [UInt8]) -> [UInt8] {
      let payload = Array("ICC_PROFILE\0".utf8) + [part, count] + content
      return [0xff, 0xe2, UInt8((payload.count + 2) >> 8), UInt8((payload.count + 2) & 255)] + payload
    }
    func profile(_ segments: [UInt8]) throws -> [UInt8]? {
      try ImageDecoder.decode(.memory(Array(photo[..<2]) + segments + photo[2...])).iccProfile
    }
    #expect(try profile(segment(2, of: 2, [3, 4, 5]) + segment(1, of: 2, [1, 2])) == [1, 2, 3, 4, 5])
    #expect(try profile(segment(2, of: 2, [3, 4, 5])) == nil)
    #expect(try profile(segment(0, of: 1, [3])) == nil)
  }

  @Test func batchesAreOneTensor() throws {
    let names = (3...4).map { TestAssets.media("photo-exif-\($0).jpg") }
    let batch = try ImageDecoder.decodeBatch(names)
    #expect(batch.shape == [2, 40, 61, 3])
    let bytes = try #require(batch.as(UInt8.self))
    let single = try names.flatMap { name -> [UInt8] in
      guard case .uint8(let pixels) = try ImageDecoder.decode(name).pixels else { return [] }
      return Array(pixels)
    }
    #expect(Array(bytes) == single)
    #expect(try ImageDecoder.decodeBatch([TestAssets.media("png-gray16.png")]).dtype == .uint16)

    let other = TestAssets.media("png-gray.png")
    let error = #expect(throws: GenbaError.self) { try ImageDecoder.decodeBatch([names[0], other]) }
    #expect(error?.code == .mismatchedInputs && error?.source.path == other)
    #expect(throws: GenbaError.self) { try ImageDecoder.decodeBatch([String]()) }
  }

  @Test func floatPicturesAreReadFromTheBottom() throws {
    let values: [Float] = [0, 0.5, -1.25, 1e10, 3, .infinity]
    let little = values.flatMap { value -> [UInt8] in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
    }
    let big = values.flatMap { value -> [UInt8] in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(24 - 8 * $0)) }
    }
    for (scale, bytes): (String, [UInt8]) in [("-1.0", little), ("2.5", big)] {
      let gray = try ImageDecoder.decode(.memory(Array("Pf\n3 2\n\(scale)\n".utf8) + bytes))
      #expect(gray.pixels == .float32(Tensor([1e10, 3, .infinity, 0, 0.5, -1.25], shape: [2, 3, 1])))
      let color = try ImageDecoder.decode(.memory(Array("PF 1 2 \(scale)\n".utf8) + bytes))
      #expect(color.colorModel == .rgb && color.shape == [2, 1, 3])
      #expect(try ImageDecoder.metadata(.memory(Array("PF 1 2 \(scale)\n".utf8))).bitDepth == 32)
      let cut = #expect(throws: GenbaError.self) {
        try ImageDecoder.decode(.memory(Array("Pf\n3 2\n\(scale)\n".utf8) + bytes.dropLast()))
      }
      #expect(cut?.code == .truncated)
    }
    for header in ["Pf\n3 x\n-1\n", "Pf\n3 2\n0\n", "Pf\n-3 2\n1\n", "Pf\n3", "PF\n3 2\nnan\n"] {
      let error = #expect(throws: GenbaError.self) { try ImageDecoder.decode(.memory(Array(header.utf8))) }
      #expect(error?.code == .corruptData)
    }
    let huge = #expect(throws: GenbaError.self) {
      try ImageDecoder.decode(.memory(Array("PF\n2000000000 2000000000\n-1\n".utf8)))
    }
    #expect(huge?.code == .limitExceeded)
  }
}
