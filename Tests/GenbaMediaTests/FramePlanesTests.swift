import GenbaCore
import GenbaMedia
import GenbaStorage
import GenbaTestSupport
import Testing

/// Frames as stored, as gray and with 16 bits, against what the ffmpeg program writes.
@Suite struct FramePlanesTests {
  static let golden = try? Golden(TestAssets.golden("frame-planes.safetensors"))
  static let names = (golden?.bundle.names ?? []).filter { $0.hasSuffix("/gray.crc32") }.map { String($0.dropLast(11)) }

  @Test func thereAreGoldens() { #expect(Self.names.count >= 13) }

  @Test(arguments: names)
  func planesAreWhatIsStored(name: String) throws {
    var video = try VideoDecoder(TestAssets.media(name))
    var checksum = CRC32()
    for index in 0..<(video.metadata.numFrames ?? 0) {
      let frame = try video.planes(at: index)
      #expect(frame.pixelFormat == video.metadata.pixelFormat)
      for plane in frame.planes {
        if let bytes = plane.as(UInt8.self) {
          unsafe checksum.update(bytes.span.bytes)
        } else {
          let words = try #require(plane.as(UInt16.self))
          unsafe checksum.update(words.span.bytes)
        }
      }
    }
    Self.golden?.expectMatches("\(name)/planes.crc32", Tensor([Int64(checksum.value)]), within: 0)
  }

  @Test(arguments: names)
  func grayIsWhatFFmpegMakes(name: String) throws {
    var video = try VideoDecoder(TestAssets.media(name))
    let batch = try video.grayFrames(at: Array(0..<(video.metadata.numFrames ?? 0)))
    #expect(batch.maximum == 255 && batch.pixels.shape[1] == 1)
    Self.golden?.expectMatches("\(name)/gray.crc32", Tensor([checksum(batch.pixels.span)]), within: 0)
  }

  @Test(arguments: names)
  func sixteenBitsAreWhatFFmpegMakes(name: String) throws {
    let golden = try #require(Self.golden)
    var video = try VideoDecoder(TestAssets.media(name))
    let batch = try video.deepFrames(at: Array(0..<(video.metadata.numFrames ?? 0)))
    let (channels, area) = (batch.pixels.shape[1], batch.pixels.shape[2] * batch.pixels.shape[3])
    let key = channels == 3 ? "rgb48le" : golden.bundle.names.contains("\(name)/gray16le.crc32") ? "gray16le" : "planes"
    var bytes: [UInt8] = []
    for frame in 0..<batch.pixels.shape[0] {
      for pixel in 0..<area {
        for channel in 0..<channels {
          let value = batch.pixels.span[(frame * channels + channel) * area + pixel]
          bytes += [UInt8(value & 255), UInt8(value >> 8)]
        }
      }
    }
    golden.expectMatches("\(name)/\(key).crc32", Tensor([checksum(bytes.span)]), within: 0)
  }

  /// Depth as a formula in the script has it.
  @Test func depthComesAsItIsStored() throws {
    var video = try VideoDecoder(TestAssets.media("px-depth16.mkv"))
    let depth = try video.deepFrames(at: [3, 0])
    #expect(depth.maximum == 65_535 && depth.pixels.shape == [2, 1, 47, 62])
    for (place, frame) in [3, 0].enumerated() {
      for (x, y) in [(0, 0), (61, 46), (17, 5)] {
        #expect(Int(depth.pixels[place, 0, y, x]) == 500 + x * 37 + y * 53 + frame * 400)
      }
    }
    var shallow = try VideoDecoder(TestAssets.media("px-depth12.mkv"))
    #expect(try shallow.deepFrames(at: [0]).maximum == 4095)
    #expect(try shallow.deepFrames(at: []).pixels.shape == [0, 1, 47, 62])
  }

  @Test func alphaIsAPlaneOfItsOwn() throws {
    var video = try VideoDecoder(TestAssets.media("px-alpha.mkv"))
    let frame = try video.planes(at: 1)
    #expect(frame.planes.map(\.shape) == [[72, 96], [36, 48], [36, 48], [72, 96]])
    let alpha = try #require(frame.planes[3].as(UInt8.self))
    #expect(alpha[10, 40] == 80 && alpha[0, 0] == 0)
  }

  @Test func rotationAppliesToGray() throws {
    var turned = try VideoDecoder(TestAssets.media("line-rotated.mp4"))
    let gray = try turned.grayFrames(at: [0])
    let rgb = try turned.frame(at: 0)
    #expect(gray.pixels.shape == [1, 1, rgb.height, rgb.width])
    // The green channel is near the brightness.
    var difference = 0
    for index in 0..<(rgb.height * rgb.width) {
      difference += abs(Int(gray.pixels.span[index]) - Int(rgb.pixels.span[rgb.height * rgb.width + index]))
    }
    #expect(difference / (rgb.height * rgb.width) < 8)
  }
}
