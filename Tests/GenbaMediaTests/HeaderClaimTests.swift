import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Headers that claim what cannot be, or what nobody would believe.
@Suite struct HeaderClaimTests {
  private func decode(_ wav: [UInt8], limits: DecodeLimits = DecodeLimits()) -> Result<AudioSamples, GenbaError> {
    Result { () throws(GenbaError) in try AudioDecoder(.memory(wav), limits: limits).allSamples() }
  }

  private func code(_ result: Result<AudioSamples, GenbaError>) -> GenbaError.Code? {
    if case .failure(let error) = result { error.code } else { nil }
  }

  /// Slow sensors record at 1 Hz; nothing records at 4 GHz.
  @Test func sampleRates() throws {
    let slow = try decode(WAVFile.pcm16([1, 2, 3], sampleRate: 1)).get()
    #expect(slow.sampleRate == 1 && slow.durationSeconds == 3)
    for rate: UInt32 in [1_000_001, 2_147_483_647, 4_000_000_000, 4_294_967_295, 0] {
      #expect(code(decode(WAVFile.pcm16([1, 2, 3], sampleRate: rate))) == .corruptData, "\(rate) Hz")
    }
    // What is 1 Hz cannot become 16 kHz, but says so.
    let decoder = try AudioDecoder(.memory(WAVFile.pcm16([1, 2, 3], sampleRate: 1)))
    let apart = #expect(throws: GenbaError.self) { try decoder.allSamples(sampleRate: 16_000) }
    #expect(apart?.code == .outOfRange)
  }

  @Test func channels() throws {
    let none = code(decode(WAVFile.pcm16([1, 2], channels: 0)))
    #expect(none == .corruptData || none == .unsupportedFormat)
    let thousand = WAVFile.pcm16((0..<2000).map { Int16($0) }, channels: 1000)
    #expect(code(decode(thousand)) == .limitExceeded)
    let raised = try decode(thousand, limits: DecodeLimits(channels: 1000)).get()
    #expect(raised.samples.shape == [1000, 2] && raised.samples[999, 1] == 1999 / 32_768)
  }

  /// A float file's NaN and infinities come as they are; mixing and resampling follow IEEE arithmetic.
  @Test func numbersThatAreNone() throws {
    let decoder = try AudioDecoder(.memory(WAVFile.float32([.nan, 1, .infinity, -1, 0.5, 0.25], channels: 2)))
    let kept = try decoder.allSamples()
    #expect(kept.samples[0, 0].isNaN && kept.samples[0, 1] == .infinity && kept.samples[1, 1] == -1)
    let mono = try decoder.allSamples(channels: .mono)
    #expect(mono.samples[0, 0].isNaN && mono.samples[0, 1] == .infinity && mono.samples[0, 2] == 0.375)
    #expect(try decoder.allSamples(sampleRate: 8000).sampleCount == 2)
  }

  @Test func aLengthThatTheFileDoesNotHave() throws {
    let wav = WAVFile.pcm16([1, 2, 3], claiming: 0x7000_0000)
    #expect(code(decode(wav)) == .truncated)
    let part = try AudioDecoder(.memory(wav), damage: .partial).allSamples()
    #expect(Array(part.samples) == [1, 2, 3].map { $0 / 32_768 } && part.damage?.code == .truncated)
  }
}
