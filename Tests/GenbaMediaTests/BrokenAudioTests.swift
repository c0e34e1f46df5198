import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Sounds that cannot be decoded, and what is said about them.
@Suite struct BrokenAudioTests {
  @Test(
    arguments: [
      ("empty.wav", GenbaError.Code.truncated), ("empty.flac", .truncated),
      ("text.wav", .unsupportedFormat), ("text.flac", .unsupportedFormat), ("half.png", .unsupportedFormat),
      ("header-only.wav", .corruptData), ("zero-channels.wav", .corruptData), ("zero-rate.wav", .corruptData),
      ("truncated.wav", .truncated), ("huge-claim.wav", .truncated), ("truncated.flac", .truncated),
      ("truncated.oga", .truncated), ("damaged.flac", .corruptData), ("no-such-file.wav", .cannotOpen),
      ("", .cannotOpen),
    ])
  func namesTheFileAndTheReason(name: String, code: GenbaError.Code) throws {
    let path = TestAssets.corrupt(name)
    let error = #expect(throws: GenbaError.self) { try AudioDecoder(path).allSamples() }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(error?.source.path == path)
  }

  @Test func saysWhenTheSoundBreaksOff() throws {
    let wav = #expect(throws: GenbaError.self) { try AudioDecoder(TestAssets.corrupt("truncated.wav")).allSamples() }
    #expect(wav?.source.ptsSeconds == 60_426.0 / 16_000)
    #expect(wav?.message == "the header promises 241748 bytes where the file has 120852")
    let flac = #expect(throws: GenbaError.self) { try AudioDecoder(TestAssets.corrupt("truncated.flac")).allSamples() }
    #expect(flac?.source.ptsSeconds.map { (2...3).contains($0) } == true)
  }

  @Test func aDamagedOggPageIsNotSkipped() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("notify.oga"))
    bytes[bytes.count - 1000] ^= 1
    let error = #expect(throws: GenbaError.self) { try AudioDecoder(.memory(bytes)).allSamples() }
    #expect(error?.code == .corruptData)
    #expect(error?.message.hasPrefix("the Ogg page at byte ") == true, "\(String(describing: error))")
  }

  @Test func saysWhatWasFoundInstead() {
    let text = #expect(throws: GenbaError.self) { try AudioDecoder(TestAssets.corrupt("text.wav")).allSamples() }
    #expect(text?.message == "not a sound but text")
  }

  @Test func theLimitsAreTheCallers() throws {
    let path = TestAssets.media("8ch.wav")
    let metadata = try AudioDecoder(path).metadata
    let count = try #require(metadata.sampleCountFromHeader)
    let seconds = Double(count) / Double(metadata.sampleRate)
    var limits = DecodeLimits(samples: count * 8, channels: 8, seconds: seconds)
    #expect(try AudioDecoder(path, limits: limits).allSamples().sampleCount == count)
    limits.samples -= 1
    let samples = #expect(throws: GenbaError.self) { try AudioDecoder(path, limits: limits).allSamples() }
    #expect(samples?.code == .limitExceeded)
    let channels = #expect(throws: GenbaError.self) {
      try AudioDecoder(path, limits: DecodeLimits(channels: 7)).allSamples()
    }
    #expect(channels?.code == .limitExceeded)
    let long = #expect(throws: GenbaError.self) {
      try AudioDecoder(path, limits: DecodeLimits(seconds: seconds / 2)).allSamples()
    }
    #expect(long?.code == .limitExceeded)
  }

  @Test func aHeadersClaimAsksForNoMemory() throws {
    // A FLAC of some kilobytes whose STREAMINFO claims 2^35 samples.
    var flac = Array(try FileReading.bytes(of: TestAssets.media("long-16k.flac")).prefix(20_000))
    flac[21] = flac[21] & 0xf0 | 0x08
    for limits in [DecodeLimits(), DecodeLimits(samples: .max, seconds: .infinity)] {
      let error = #expect(throws: GenbaError.self) { try AudioDecoder(.memory(flac), limits: limits).allSamples() }
      #expect(error?.code == (limits.samples == .max ? .truncated : .limitExceeded))
    }
  }

  /// A sound cut anywhere is an error or whole.
  @Test func everyCut() throws {
    let samples = (0..<64).map { Int16($0 * 100) }
    let bytes = WAVFile.pcm16(samples, channels: 2)
    for length in 1..<bytes.count {
      let cut = Array(bytes[..<length])
      #expect(throws: GenbaError.self, "cut after \(length) bytes") { try AudioDecoder(.memory(cut)).allSamples() }
    }
  }
}
