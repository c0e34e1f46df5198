import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Two hundred seeded mutations of a small file of every format: cut, with bits flipped, or both. What comes is an
/// error, or the part that can be decoded with the error beside it; whole, range and blocks agree.
@Suite struct AudioMutationTests {
  static let sounds = [
    "8ch.wav", "s24.wav", "s32.wav", "f32.wav", "f64.wav", "u8.wav", "extensible.wav", "rf64.wav", "machine.w64",
    "adpcm.wav", "tiny.aiff", "s24.aiff", "f32.aifc", "pcm.caf", "mulaw.au", "s24.flac", "ogg-flac.oga", "notify.oga",
    "layer-2.mp3", "tone-48k.mp3", "voice.opus", "voice-late.mka", "clip-audio.m4a", "raw.aac", "clip-ac3.ac3",
    "clip-eac3.eac3", "clip-alac.m4a", "clip-alac.caf", "clip-wma.wma", "voice.amr", "two-sounds.mkv",
  ]

  private func mutated(_ bytes: [UInt8], _ index: Int, _ random: inout SeededRandom) -> [UInt8] {
    var copy = bytes
    if index % 2 == 0 { copy.removeLast(Int.random(in: 1..<copy.count, using: &random)) }
    guard index % 4 != 2 else { return copy }
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      // Half of them near the beginning, where headers are.
      let end = Bool.random(using: &random) ? min(copy.count, 200) : copy.count
      copy[Int.random(in: 0..<end, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
    return copy
  }

  @Test(arguments: sounds)
  func mutations(name: String) throws {
    // Enough for a header and some packets: the beginning of a longer file is a file that was cut.
    let bytes = Array(try FileReading.bytes(of: TestAssets.media(name)).prefix(12_000))
    var random = SeededRandom(state: 7)
    for index in 0..<200 {
      let source = MediaSource.memory(mutated(bytes, index, &random))
      do throws(GenbaError) {
        let decoder = try AudioDecoder(source, damage: .partial, limits: DecodeLimits(samples: 1_000_000))
        let whole = try decoder.allSamples()
        #expect(whole.samples.count <= 1_000_000)
        var blocks = try decoder.blocks(of: 777)
        var count = 0
        while let block = try blocks.next() { count += block.sampleCount }
        #expect(count == whole.sampleCount && blocks.damage == whole.damage, "\(name) \(index)")
        guard whole.sampleCount > 10 else { continue }
        let first = whole.sampleCount / 3
        let begin = whole.ptsSeconds + Double(first) / Double(whole.sampleRate)
        let part = try decoder.samples(in: begin ..< .infinity, channels: .channel(0))
        #expect(
          part.sampleCount == whole.sampleCount - first && part.damage?.code == whole.damage?.code, "\(name) \(index)")
      } catch {
        #expect(error.source.path == "(memory)", "\(error)")
      }
    }
  }
}
