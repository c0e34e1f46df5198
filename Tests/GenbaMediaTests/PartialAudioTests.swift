import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// What stands before the damage, and the error beside it.
@Suite struct PartialAudioTests {
  /// A file without its last two fifths: what is given is the beginning of the whole.
  @Test(arguments: [
    "speech-16k.wav", "s24.wav", "8ch.wav", "rf64.wav", "machine.w64", "s24.aiff", "mulaw.au",
    "machine-44k1-stereo.flac",
    "voice.opus", "two-sounds.mkv", "clip-wma.wma",
  ])
  func aCutFileGivesItsBeginning(name: String) throws {
    var bytes = try FileReading.bytes(of: TestAssets.media(name))
    let whole = try AudioDecoder(.memory(bytes)).allSamples()
    bytes.removeLast(bytes.count * 2 / 5)
    let error = #expect(throws: GenbaError.self) { try AudioDecoder(.memory(bytes)).allSamples() }
    let decoder = try AudioDecoder(.memory(bytes), damage: .partial)
    let part = try decoder.allSamples()
    #expect(part.damage?.code == .truncated || part.damage?.code == .corruptData, "\(String(describing: part.damage))")
    #expect(part.damage?.code == error?.code && part.damage?.source.ptsSeconds != nil)
    #expect(part.sampleCount > 0 && part.sampleCount < whole.sampleCount)
    for channel in 0..<whole.channelCount {
      // A frame that was cut in two may come as far as it goes: all but the last samples are the whole's.
      let count = max(part.sampleCount - 2048, 0)
      #expect(part.row(channel).prefix(count) == whole.row(channel).prefix(count))
    }
    var blocks = try decoder.blocks(of: 1000)
    var count = 0
    while let block = try blocks.next() {
      count += block.sampleCount
      #expect(block.damage == nil || block.sampleCount < 1000)
    }
    #expect(count == part.sampleCount && blocks.damage == part.damage)
    // A range that ends before the damage knows nothing of it.
    #expect(try decoder.samples(in: part.ptsSeconds..<part.ptsSeconds + 0.005).damage == nil)
  }

  @Test(arguments: ["speech-16k.wav", "machine-44k1-stereo.flac", "voice.opus", "clip-wma.wma"])
  func concealIsPartialForSound(name: String) throws {
    let bytes = Array(try FileReading.bytes(of: TestAssets.media(name)).dropLast(2000))
    let part = try AudioDecoder(.memory(bytes), damage: .partial).allSamples()
    #expect(try part == AudioDecoder(.memory(bytes), damage: .conceal).allSamples() && part.damage != nil)
  }

  @Test func aWholeFileHasNoDamage() throws {
    for name in ["speech-16k.wav", "voice.opus", "notify.oga", "clip-audio.m4a", "tone-48k.mp3"] {
      let whole = try AudioDecoder(TestAssets.media(name), damage: .partial).allSamples()
      #expect(whole.damage == nil)
      #expect(try whole == AudioDecoder(TestAssets.media(name)).allSamples())
    }
  }

  /// Behind a damaged page everything would come too early, so the sound ends there.
  @Test func oggEndsAtTheDamagedPage() throws {
    var bytes = try FileReading.bytes(of: TestAssets.media("voice.opus"))
    let whole = try AudioDecoder(.memory(bytes)).allSamples()
    bytes[bytes.count / 2] ^= 1
    let error = #expect(throws: GenbaError.self) { try AudioDecoder(.memory(bytes)).allSamples() }
    #expect(error?.code == .corruptData && error?.message.hasPrefix("the Ogg page at byte ") == true)
    let part = try AudioDecoder(.memory(bytes), damage: .partial).allSamples()
    #expect(part.damage?.message == error?.message)
    #expect((1000..<whole.sampleCount * 2 / 3).contains(part.sampleCount))
    #expect(part.row(0) == Array(whole.row(0).prefix(part.sampleCount)))
  }

  @Test func resampledSoundsKeepTheDamage() throws {
    let decoder = try AudioDecoder(TestAssets.corrupt("truncated.wav"), damage: .partial)
    let part = try decoder.allSamples(sampleRate: 8000, channels: .mono)
    #expect(part.damage?.code == .truncated && part.damage?.source.path == TestAssets.corrupt("truncated.wav"))
    #expect(part.sampleCount == 60_426 / 2)
  }

  @Test func withoutAHeaderThereIsNoPart() {
    for name in ["header-only.wav", "empty.flac", "text.wav"] {
      #expect(throws: GenbaError.self) { _ = try AudioDecoder(TestAssets.corrupt(name), damage: .partial) }
    }
  }
}
