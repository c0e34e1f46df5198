import GenbaCore
import GenbaKernels
import GenbaStorage
import GenbaTestSupport
import GenbaVision
import Testing

/// Pictures of Bayer sensors against OpenCV's, and their packings against their definition.
@Suite struct BayerFormatTests {
  private func bytes(_ samples: [UInt16]) -> [UInt8] { samples.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }

  @Test(arguments: ["3x3", "4x5", "6x9", "5x300", "38x53"], BayerFormat.Pattern.allCases)
  func coloursEqualOpenCVs(size: String, pattern: BayerFormat.Pattern) throws {
    let golden = try Golden(TestAssets.golden("bayer.safetensors"))
    let sides = size.split(separator: "x").compactMap { Int($0) }
    let narrow = Array(try #require(golden.tensor("\(size).uint8.samples", as: UInt8.self)))
    let wide = Array(try #require(golden.tensor("\(size).uint16.samples", as: Int64.self))).map { UInt16($0) }
    for (bits, content) in [(8, narrow), (16, bytes(wide))] {
      let format = BayerFormat(width: sides[1], height: sides[0], pattern: pattern, bitDepth: bits)
      for method in BayerFormat.Demosaicing.allCases {
        for level in KernelLevel.available {
          let image = try level.run { () throws(GenbaError) in
            try format.image(of: content, demosaicing: method)
          }
          var checksum = CRC32()
          checksum.update(image.tensor.bytes)
          golden.expectMatches(
            "\(size).uint\(bits).\(pattern).\(method).crc32", Tensor([Int64(checksum.value)]), within: 0)
        }
      }
    }
  }

  /// Packs values bit by bit, low bits first.
  private func bitStream(_ samples: [UInt16], bits: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (samples.count * bits + 7) / 8)
    for (index, sample) in samples.enumerated() {
      for bit in 0..<bits where sample >> bit & 1 == 1 {
        bytes[(index * bits + bit) / 8] |= 1 << UInt8((index * bits + bit) % 8)
      }
    }
    return bytes
  }

  /// The high bytes of a group, then a byte of low bits.
  private func mipi(_ samples: [UInt16], bits: Int) -> [UInt8] {
    let (group, low) = (bits == 10 ? 4 : 2, bits - 8)
    return stride(from: 0, to: samples.count, by: group).flatMap { start in
      let part = (start..<start + group).map { $0 < samples.count ? samples[$0] : 0 }
      let last = part.enumerated().reduce(UInt16(0)) { $0 | ($1.1 & (1 << low - 1)) << ($1.0 * low) }
      return part.map { UInt8($0 >> low) } + [UInt8(last)]
    }
  }

  @Test(arguments: [10, 12], BayerFormat.Packing.allCases)
  func packingsHoldTheSameSamples(bits: Int, packing: BayerFormat.Packing) throws {
    var random = SeededRandom(state: 5)
    for (height, width) in [(3, 3), (4, 4), (5, 6), (3, 7), (7, 33)] {
      let samples = (0..<height * width).map { _ in UInt16.random(in: 0..<1 << bits, using: &random) }
      for padding in [0, 5] {
        var content: [UInt8] = [9, 9]
        for row in 0..<height {
          let line = Array(samples[row * width..<(row + 1) * width])
          let packed =
            switch packing {
            case .unpacked: bytes(line)
            case .mipi: mipi(line, bits: bits)
            case .genICam: bitStream(line, bits: bits)
            }
          content += packed
          content += [UInt8](repeating: 7, count: padding)
        }
        let rowBytes = (content.count - 2) / height
        var format = BayerFormat(
          width: width, height: height, pattern: .grbg, bitDepth: bits, packing: packing,
          rowBytes: padding == 0 ? nil : rowBytes, offset: 2)
        #expect(try format.samples(of: content).as(UInt16.self).map(Array.init) == samples)

        // Wide samples give the same colours after they have been narrowed again.
        guard case .uint16(let pixels) = try format.image(of: content).pixels else { return }
        format = BayerFormat(width: width, height: height, pattern: .grbg, bitDepth: 16)
        guard case .uint16(let plain) = try format.image(of: bytes(samples)).pixels else { return }
        #expect(Array(pixels).map { $0 >> UInt16(16 - bits) } == Array(plain))
      }
    }
  }

  @Test func whiteStaysWhite() throws {
    for bits in [10, 12, 16] {
      let white = [UInt16](repeating: UInt16(truncatingIfNeeded: 1 << bits - 1), count: 9)
      let image = try BayerFormat(width: 3, height: 3, pattern: .rggb, bitDepth: bits).image(of: bytes(white))
      #expect(image.pixels == .uint16(Tensor(repeating: 65535, shape: [3, 3, 3])))
    }
  }

  @Test(
    arguments: [
      (BayerFormat(width: 2, height: 9, pattern: .rggb), GenbaError.Code.invalidConfiguration),
      (BayerFormat(width: 3, height: 0, pattern: .rggb), .invalidConfiguration),
      (BayerFormat(width: 3, height: 3, pattern: .rggb, bitDepth: 14), .invalidConfiguration),
      (BayerFormat(width: 3, height: 3, pattern: .rggb, bitDepth: 8, packing: .mipi), .invalidConfiguration),
      (BayerFormat(width: 3, height: 3, pattern: .rggb, rowBytes: 2), .invalidConfiguration),
      (BayerFormat(width: 3, height: 3, pattern: .rggb, offset: -1), .invalidConfiguration),
      (BayerFormat(width: 5, height: 5, pattern: .rggb), .truncated),
      (BayerFormat(width: 4, height: 5, pattern: .rggb, offset: 5), .truncated),
      (BayerFormat(width: 3, height: 3, pattern: .rggb, bitDepth: 10), .corruptData),
      (BayerFormat(width: 200_000, height: 200_000, pattern: .rggb), .limitExceeded),
    ])
  func wrongFormatsAreErrors(format: BayerFormat, code: GenbaError.Code) {
    let error = #expect(throws: GenbaError.self) { try format.image(of: [UInt8](repeating: 255, count: 24)) }
    #expect(error?.code == code, "\(String(describing: error))")
  }
}
