import Foundation
import GenbaCore
import GenbaMedia
import GenbaStorage
import GenbaTestSupport
import Testing

/// Pictures against the pixels that Pillow and FFmpeg decode from the same files.
@Suite struct ImageDecoderTests {
  static let pillow = try? Golden(TestAssets.golden("decoded-images.safetensors"))
  static let ffmpeg = try? Golden(TestAssets.golden("decoded-images-16bit.safetensors"))

  static func names(_ golden: Golden?) -> [String] {
    (golden?.bundle.names ?? []).filter { $0.hasSuffix("/crc32") }.map { String($0.dropLast(6)) }
  }

  /// Checks the shape and the checksum of all pixels.
  func expect(_ image: Image, asIn golden: Golden?, name: String) throws {
    let golden = try #require(golden)
    golden.expectMatches("\(name)/shape", Tensor(image.shape.map(Int64.init)), within: 0)
    var checksum = CRC32()
    checksum.update(image.tensor.bytes)
    golden.expectMatches("\(name)/crc32", Tensor([Int64(checksum.value)]), within: 0)
  }

  /// All but lossy WebP, whose colours libswscale converts otherwise than libwebp does, and a palette of grays, which
  /// Pillow takes for no palette.
  @Test(arguments: names(pillow).filter { !["lossy.webp", "alpha.webp", "gray.bmp"].contains($0) })
  func pixelsEqualPillows(name: String) throws {
    let image = try ImageDecoder.decode(TestAssets.media(name))
    try expect(image, asIn: Self.pillow, name: name)
    #expect(image.isOrientationApplied)
  }

  @Test func aPaletteOfGraysIsRGB() throws {
    let image = try ImageDecoder.decode(TestAssets.media("gray.bmp"))
    guard case .uint8(let pixels) = image.pixels else { return #expect(Bool(false), "8 bits are expected") }
    let bytes = Array(pixels)
    let gray = stride(from: 0, to: bytes.count, by: 3).map { bytes[$0] }
    #expect(bytes == gray.flatMap { [$0, $0, $0] })
    let picture = Image(pixels: .uint8(Tensor(gray, shape: [image.height, image.width, 1])), colorModel: .gray)
    try expect(picture, asIn: Self.pillow, name: "gray.bmp")
  }

  @Test(arguments: names(ffmpeg))
  func deepPixelsEqualFFmpegs(name: String) throws {
    let image = try ImageDecoder.decode(TestAssets.media(name))
    #expect(image.tensor.dtype == .uint16)
    try expect(image, asIn: Self.ffmpeg, name: name)
  }

  @Test func thereAreGoldens() {
    #expect(Self.names(Self.pillow).count >= 40 && Self.names(Self.ffmpeg).count >= 3)
  }

  /// A JPEG or PNG without a golden would be one that nothing compares.
  @Test func everyJPEGAndPNGIsCompared() throws {
    let compared = Set(Self.names(Self.pillow) + Self.names(Self.ffmpeg))
    let walk = try #require(FileManager.default.enumerator(atPath: TestAssets.media("")))
    let pictures = walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".jpg") || $0.hasSuffix(".png") }
    #expect(pictures.count >= 50)
    #expect(pictures.filter { !compared.contains($0) } == [])
  }

  @Test(arguments: names(pillow) + names(ffmpeg))
  func theHeaderSaysWhatComesOut(name: String) throws {
    guard name.hasSuffix(".jpg") || name.hasSuffix(".png") else { return }
    let metadata = try ImageDecoder.metadata(TestAssets.media(name))
    let stored = try ImageDecoder.decode(TestAssets.media(name), applyOrientation: false)
    #expect(stored.shape == [metadata.height, metadata.width, metadata.channelCount])
    #expect(stored.colorModel == metadata.colorModel && stored.orientation == metadata.orientation)
    #expect(stored.isOrientationApplied == false)
    #expect(metadata.format == (name.hasSuffix(".png") ? "png" : "jpeg"))
    #expect((metadata.bitDepth == 16) == (stored.tensor.dtype == .uint16))
  }

  @Test(
    arguments: [
      ("photo-gray.jpg", Image.ColorModel.gray, 8), ("photo-cmyk.jpg", .cmyk, 8), ("photo-aloe.jpg", .rgb, 8),
      ("png-gray1.png", .gray, 1), ("png-palette-4bit.png", .rgb, 4), ("png-palette-trns.png", .rgba, 8),
      ("png-gray-trns.png", .grayAlpha, 8), ("png-rgb-trns.png", .rgba, 8), ("png-la16.png", .grayAlpha, 16),
    ])
  func namesTheColorModel(name: String, colorModel: Image.ColorModel, bitDepth: Int) throws {
    let metadata = try ImageDecoder.metadata(TestAssets.media(name))
    #expect(metadata.colorModel == colorModel && metadata.bitDepth == bitDepth)
  }

  @Test(arguments: 2...8)
  func readsTheOrientation(number: Int) throws {
    let metadata = try ImageDecoder.metadata(TestAssets.media("photo-exif-\(number).jpg"))
    #expect(metadata.orientation.rawValue == number)
  }

  @Test func readsTheOrientationOfAPNG() throws {
    #expect(try ImageDecoder.metadata(TestAssets.media("png-exif-8.png")).orientation == .rotate90Counterclockwise)
  }

  /// The same coefficients read as Y, Cb, Cr and K must give the inks that JFIF's equations make of them.
  @Test func ycckBecomesCMYK() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("photo-cmyk.jpg"))
    guard case .uint8(let planes) = try ImageDecoder.decode(.memory(bytes)).pixels else { return }
    let adobe = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("Adobe".utf8)) })
    bytes[adobe + 11] = 2
    let image = try ImageDecoder.decode(.memory(bytes))
    #expect(image.colorModel == .cmyk)
    let expected = stride(from: 0, to: planes.count, by: 4).flatMap { place in
      let (y, cb, cr) = (
        255 - Double(planes.span[place]), 127 - Double(planes.span[place + 1]), 127 - Double(planes.span[place + 2])
      )
      let rgb = [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb]
      return rgb.map { min(max($0, 0), 255) } + [Double(planes.span[place + 3])]
    }
    guard case .uint8(let inks) = image.pixels else { return }
    expectClose(Array(inks).map(Double.init), expected, within: 1)
  }

  @Test func decodesFromMemoryAsFromAFile() throws {
    for name in ["photo-aloe.jpg", "png-rgba16.png"] {
      let bytes = try FileReading.bytes(of: TestAssets.media(name))
      #expect(try ImageDecoder.decode(.memory(bytes)) == ImageDecoder.decode(TestAssets.media(name)))
    }
  }
}
