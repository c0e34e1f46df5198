import GenbaCore
import GenbaTestSupport
import Testing

@testable import GenbaMedia

/// FFmpeg's warnings of lost packets are kept for each thread, and files take turns on it.
@Suite struct TransportDamageTests {
  private func decodeAll(_ bytes: [UInt8], after others: [UInt8]? = nil) throws {
    let input = try FFmpegInput(.memory(bytes), describing: true, limits: DecodeLimits())
    let decoder = try FFmpegDecoder(input, .video, stream: nil, threads: 1, limits: DecodeLimits())
    // Opening a file reads its beginning.
    if let others { _ = try FFmpegInput(.memory(others), describing: true, limits: DecodeLimits()) }
    while try decoder.decode() {}
  }

  @Test func lossesOfAnotherFileAreNone() throws {
    let bytes = try FileReading.bytes(of: TestAssets.media("gop-30-b.ts"))
    let lossy = Array(bytes[..<(61 * 188)] + bytes[(63 * 188)...])
    #expect(throws: GenbaError.self, "a loss of its own") { try decodeAll(lossy) }
    _ = try FFmpegInput(.memory(lossy), describing: true, limits: DecodeLimits())
    #expect(throws: Never.self, "one from before it was opened") { try decodeAll(bytes) }
    #expect(throws: Never.self, "one from between its packets") { try decodeAll(bytes, after: lossy) }
  }
}
