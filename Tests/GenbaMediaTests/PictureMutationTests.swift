import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// 200 seeded mutations of a picture in every format: each is decoded or an error, as a whole and in part, and never a
/// trap, a hang or more memory than allowed.
@Suite struct PictureMutationTests {
  /// Small pictures, one for each way through a decoder.
  private static let files = [
    "photo-exif-2.jpg", "photo-icc.jpg", "photo-411.jpg", "photo-ycck.jpg", "photo-progressive.jpg",
    "png-icc.png", "png-palette-trns.png", "png-interlaced.png", "png-gray16.png", "png-gray1.png",
    "alpha.webp", "lossy.webp", "gray.bmp", "gray16.tiff", "pages.tiff", "rgb16.tiff", "frames.gif", "lossless.jp2",
    "picture.avif", "big.tiff", "moving.webp", "moving-lossy.webp",
  ]

  private static let written: [(name: String, bytes: [UInt8])] = [
    ("pgm", Array("P5\n31 23\n255\n".utf8) + (0..<713).map { UInt8(truncatingIfNeeded: $0) }),
    ("pgm16", Array("P5\n31 23\n4095\n".utf8) + (0..<1426).map { UInt8(truncatingIfNeeded: $0 & 15) }),
    ("ppm", Array("P6 # a comment\n31 23 255\n".utf8) + (0..<2139).map { UInt8(truncatingIfNeeded: $0) }),
    ("ascii", Array("P2\n3 2\n9\n1 2 3 4 5 6\n".utf8)),
    ("pfm", Array("PF\n7 5\n-1\n".utf8) + (0..<420).map { UInt8(truncatingIfNeeded: $0 * 7) }),
  ]

  private func mutate(_ bytes: [UInt8], seed: UInt64) throws {
    let limits = DecodeLimits(pixels: 1_000_000)
    var random = SeededRandom(state: seed)
    for round in 0..<200 {
      var copy = damaged(bytes, &random)
      if round % 5 == 0 { copy = Array(copy.prefix(Int.random(in: 1...copy.count, using: &random))) }
      let source = MediaSource.memory(copy)
      let index = round % 3
      let whole = Result { () throws(GenbaError) in try ImageDecoder.decode(source, index: index, limits: limits) }
      let part = Result { () throws(GenbaError) in
        try ImageDecoder.decode(source, index: index, damage: .partial, limits: limits)
      }
      if case .success(let image) = whole {
        #expect(image.width * image.height <= limits.pixels && image.damage == nil)
        // What decodes as a whole is the same in part, but for what FFmpeg only mentions.
        if case .success(let part) = part, part.damage == nil { #expect(part.pixels == image.pixels) }
      }
      if case .failure(let error) = part { #expect(error.source.path == "(memory)") }
      if case .success(let image) = part { #expect(image.width * image.height <= limits.pixels) }
    }
  }

  @Test(arguments: files)
  func ofFiles(name: String) throws { try mutate(FileReading.bytes(of: TestAssets.media(name)), seed: 31) }

  @Test(arguments: written.indices)
  func ofWrittenBytes(index: Int) throws { try mutate(Self.written[index].bytes, seed: 37) }

  /// Scaled decoding and metadata go other ways through the same bytes.
  @Test func ofScaledPicturesAndHeaders() throws {
    let bytes = try FileReading.bytes(of: TestAssets.media("photo-411.jpg"))
    var random = SeededRandom(state: 41)
    for _ in 0..<200 {
      let source = MediaSource.memory(damaged(bytes, &random))
      let limits = DecodeLimits(pixels: 1_000_000)
      _ = try? ImageDecoder.decode(source, minimumSize: (30, 30), limits: limits)
      _ = try? ImageDecoder.metadata(source, limits: limits)
    }
  }

  @Test func zeroSizesAreErrors() {
    for header in [
      "P5\n0 5\n255\n", "P6\n5 0\n255\n", "PF\n0 1\n-1\n", "P7\nWIDTH 0\nHEIGHT 0\nDEPTH 1\nMAXVAL 255\nENDHDR\n",
    ] {
      #expect(throws: GenbaError.self) { try ImageDecoder.decode(.memory(Array(header.utf8))) }
    }
  }
}
