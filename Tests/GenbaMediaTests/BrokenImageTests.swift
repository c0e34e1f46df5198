import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Pictures that cannot be decoded, and what is said about them.
@Suite struct BrokenImageTests {
  @Test(
    arguments: [
      ("empty.jpg", GenbaError.Code.truncated), ("empty.png", .truncated),
      ("text.jpg", .unsupportedFormat), ("text.png", .unsupportedFormat),
      ("text.wav", .unsupportedFormat), ("truncated.flac", .unsupportedFormat), ("audio-only.mp4", .unsupportedFormat),
      ("half.jpg", .truncated), ("half-progressive.jpg", .truncated), ("header-only.jpg", .truncated),
      ("half.png", .truncated), ("few-rows.png", .corruptData), ("bad-crc.png", .corruptData),
      ("zero-width.png", .corruptData), ("huge-header.png", .limitExceeded), ("huge-header.jpg", .limitExceeded),
      ("no-such-file.png", .cannotOpen), ("", .cannotOpen),
    ])
  func namesTheFileAndTheReason(name: String, code: GenbaError.Code) throws {
    let path = TestAssets.corrupt(name)
    let error = #expect(throws: GenbaError.self) { try ImageDecoder.decode(path) }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(error?.source.path == path)
  }

  @Test func quotesTheLibrary() throws {
    let png = #expect(throws: GenbaError.self) { try ImageDecoder.decode(TestAssets.corrupt("bad-crc.png")) }
    #expect(png?.cause?.hasPrefix("libpng: ") == true, "\(String(describing: png))")
    let jpeg = #expect(throws: GenbaError.self) { try ImageDecoder.decode(TestAssets.corrupt("half.jpg")) }
    #expect(jpeg?.cause == "libjpeg: Premature end of JPEG file")
  }

  @Test func saysWhatWasFoundInstead() throws {
    let text = #expect(throws: GenbaError.self) { try ImageDecoder.decode(TestAssets.corrupt("text.jpg")) }
    #expect(text?.message == "not a picture but text")
    let sound = #expect(throws: GenbaError.self) { try ImageDecoder.decode(TestAssets.media("speech-16k.wav")) }
    #expect(sound?.message == "not a picture but a sound (WAV)")
    let odd = #expect(throws: GenbaError.self) { try ImageDecoder.decode(.memory([0, 1, 2, 0xfe, 0xff])) }
    #expect(odd?.message == "not a picture but unknown content that begins with the bytes 00 01 02 fe")
  }

  @Test func theLimitIsTheCallers() throws {
    let path = TestAssets.media("photo-aloe.jpg")
    let metadata = try ImageDecoder.metadata(path)
    let pixels = metadata.width * metadata.height
    #expect(throws: Never.self) { try ImageDecoder.decode(path, limits: DecodeLimits(pixels: pixels)) }
    let error = #expect(throws: GenbaError.self) {
      try ImageDecoder.decode(path, limits: DecodeLimits(pixels: pixels - 1))
    }
    #expect(error?.code == .limitExceeded)
  }

  /// A picture cut anywhere gives its pixels or an error, and never made-up pixels.
  @Test(arguments: ["photo-1x1.jpg", "photo-exif-2.jpg", "png-1x1.png", "png-gray1.png"])
  func everyCut(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    let whole = try ImageDecoder.decode(.memory(bytes))
    var failures = 0
    for length in 1..<bytes.count {
      do {
        #expect(try ImageDecoder.decode(.memory(Array(bytes[..<length]))).pixels == whole.pixels)
      } catch {
        failures += 1
        #expect(error.source.path == "(memory)")
      }
    }
    #expect(failures > bytes.count / 2)
  }

  /// Seeded damage: each copy with a few bytes changed decodes or throws.
  @Test(arguments: ["photo-exif-6.jpg", "photo-progressive.jpg", "png-gray1.png", "png-interlaced.png"])
  func damage(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    var random = SeededRandom(state: 7)
    for _ in 0..<100 {
      let source = MediaSource.memory(damaged(bytes, &random))
      guard let image = try? ImageDecoder.decode(source, limits: DecodeLimits(pixels: 4_000_000)) else { continue }
      let metadata = try ImageDecoder.metadata(source)
      #expect(Set(image.shape) == [metadata.height, metadata.width, metadata.channelCount])
    }
  }
}
