import GenbaCore
import GenbaMedia
import GenbaStorage
import GenbaTestSupport
import Testing

/// Pictures that FFmpeg decodes, against Pillow's pixels and against pixels known beforehand.
@Suite struct FFmpegImageTests {
  static let pillow = try? Golden(TestAssets.golden("decoded-images.safetensors"))
  static let names = ["alpha.webp", "lossless.webp", "lossy.webp", "picture.bmp", "picture.tiff", "gray16.tiff"]

  @Test(arguments: names)
  func pixelsEqualPillows(name: String) throws {
    let golden = try #require(Self.pillow)
    let image = try ImageDecoder.decode(TestAssets.media(name))
    golden.expectMatches("\(name)/shape", Tensor(image.shape.map(Int64.init)), within: 0)
    var checksum = CRC32()
    checksum.update(image.tensor.bytes)
    golden.expectMatches("\(name)/crc32", Tensor([Int64(checksum.value)]), within: 0)
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    #expect(try ImageDecoder.decode(.memory(bytes)) == image)
    let metadata = try ImageDecoder.metadata(TestAssets.media(name))
    #expect([metadata.height, metadata.width, metadata.channelCount] == image.shape)
  }

  /// A BMP of gray levels has a palette, which is widened to RGB.
  @Test func palettesAreWidened() throws {
    let image = try ImageDecoder.decode(TestAssets.media("gray.bmp"))
    #expect(image.colorModel == .rgb)
    guard case .uint8(let pixels) = image.pixels else { return }
    let span = pixels.span
    for index in stride(from: 0, to: pixels.count, by: 3) {
      #expect(span[index] == span[index + 1] && span[index] == span[index + 2])
    }
  }

  @Test func netpbmKeepsItsPixels() throws {
    for (width, height) in [(1, 1), (3, 2), (17, 5), (33, 31)] {
      let gray = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 * 7) }
      let pgm = try ImageDecoder.decode(.memory(Array("P5\n\(width) \(height)\n255\n".utf8) + gray))
      #expect(pgm == Image(pixels: .uint8(Tensor(gray, shape: [height, width, 1])), colorModel: .gray))

      let color = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 * 11) }
      let ppm = try ImageDecoder.decode(.memory(Array("P6\n\(width) \(height)\n255\n".utf8) + color))
      #expect(ppm == Image(rgb: Tensor(color, shape: [height, width, 3])))

      let deep = (0..<width * height).map { UInt16(truncatingIfNeeded: $0 * 2011 + 5) }
      let bytes = deep.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
      let wide = try ImageDecoder.decode(.memory(Array("P5\n\(width) \(height)\n65535\n".utf8) + bytes))
      #expect(wide == Image(pixels: .uint16(Tensor(deep, shape: [height, width, 1])), colorModel: .gray))
    }
  }

  @Test func cutPicturesAreErrors() throws {
    for name in Self.names {
      let bytes = try FileReading.bytes(of: TestAssets.media(name))
      for length in [1, 10, 30, bytes.count / 4, bytes.count / 2] {
        #expect(throws: GenbaError.self, "\(name), \(length) bytes") {
          try ImageDecoder.decode(.memory(Array(bytes[..<length])))
        }
      }
    }
  }

  @Test func claimsAreCheckedBeforeMemoryIsAskedFor() throws {
    let error = #expect(throws: GenbaError.self) {
      try ImageDecoder.decode(.memory(Array("P6\n60000 60000\n255\n".utf8) + [1, 2, 3]))
    }
    #expect(error?.code == .limitExceeded && error?.message.contains("DecodeLimits.pixels") == true)
  }

  @Test func anAnimatedWebPWithoutFramesIsDamaged() throws {
    let bytes = Array("RIFF\u{20}\0\0\0WEBPVP8X\u{0a}\0\0\0\u{2}".utf8) + [UInt8](repeating: 0, count: 30)
    let error = #expect(throws: GenbaError.self) { try ImageDecoder.decode(.memory(bytes)) }
    #expect(error?.code == .corruptData && error?.message.contains("animated") == true)
  }

  /// A frame says where it is; beyond the canvas it is an error, not a write.
  @Test func framesStayOnTheirCanvas() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("moving.webp"))
    let frame = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("ANMF".utf8)) })
    bytes[frame + 8] = 1
    let error = #expect(throws: GenbaError.self) { try ImageDecoder.decode(.memory(bytes)) }
    #expect(error?.code == .corruptData && error?.message.contains("canvas") == true)
  }

  @Test func aBigTIFFOfOtherByteOrderIsTheSame() throws {
    // One strip of 2 x 2 gray pixels, high bytes first: width, height, depth, compression, photometric, offset, counts.
    let entries: [(tag: Int, type: Int, value: Int)] = [
      (256, 3, 2), (257, 16, 2), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 16, 16), (277, 3, 1), (278, 4, 2),
      (279, 16, 4),
    ]
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
    }
    var bytes = Array("MM\0+".utf8) + number(8, 2) + number(0, 2) + number(20, 8) + [7, 77, 177, 250]
    bytes += number(entries.count, 8)
    for entry in entries {
      let width = [3: 2, 4: 4][entry.type] ?? 8
      bytes += number(entry.tag, 2) + number(entry.type, 2) + number(1, 8) + number(entry.value, width)
      bytes += [UInt8](repeating: 0, count: 8 - width)
    }
    bytes += number(0, 8)
    let image = try ImageDecoder.decode(.memory(bytes))
    #expect(image == Image(pixels: .uint8(Tensor([7, 77, 177, 250], shape: [2, 2, 1])), colorModel: .gray))
    // A directory far behind the end.
    bytes[8] = 255
    let error = #expect(throws: GenbaError.self) { try ImageDecoder.decode(.memory(bytes)) }
    #expect(error?.code == .corruptData && error?.message.contains("BigTIFF") == true)
  }

  @Test(arguments: names)
  func seededDamage(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    var random = SeededRandom(state: 23)
    for _ in 0..<40 {
      let source = MediaSource.memory(damaged(bytes, &random))
      do {
        let image = try ImageDecoder.decode(source, limits: DecodeLimits(pixels: 4_000_000))
        #expect(image.width * image.height <= 4_000_000)
      } catch {
        #expect(error.source.path == "(memory)")
      }
    }
  }
}
