import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Sounds against the samples that Python's soundfile decodes from the same files.
@Suite struct AudioDecoderTests {
  @Test(
    arguments: [
      "speech-16k.wav", "s24.wav", "f32.wav", "u8.wav", "8ch.wav", "one-sample.wav", "mulaw.au", "tiny.aiff",
      "long-16k.flac", "machine-44k1-stereo.flac",
    ])
  func losslessSamplesAreExact(name: String) throws {
    let golden = try Golden(TestAssets.golden("decoded-audio.safetensors"))
    let audio = try AudioDecoder(TestAssets.media(name)).allSamples()
    golden.expectMatches("\(name)/samples", audio.samples, within: 0)
    golden.expectMatches("\(name)/sample_rate", Tensor([Int64(audio.sampleRate)]), within: 0)
  }

  @Test(arguments: ["tone-48k.mp3", "notify.oga"])
  func lossySamplesAreClose(name: String) throws {
    let golden = try Golden(TestAssets.golden("decoded-audio.safetensors"))
    let audio = try AudioDecoder(TestAssets.media(name)).allSamples()
    golden.expectMatches("\(name)/samples", audio.samples, within: 3e-6)
  }

  @Test(arguments: [
    "speech-16k.wav", "8ch.wav", "long-16k.flac", "tone-48k.mp3", "notify.oga", "tiny.aiff", "mulaw.au",
  ])
  func decodesFromMemoryAsFromAFile(name: String) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    let fromFile = try AudioDecoder(TestAssets.media(name))
    let fromMemory = try AudioDecoder(.memory(bytes))
    #expect(fromMemory.metadata == fromFile.metadata)
    #expect(try fromMemory.allSamples() == fromFile.allSamples())
  }

  @Test(arguments: ["machine-44k1-stereo.flac", "notify.oga", "tone-48k.mp3", "voice.opus"])
  func readsTwice(name: String) throws {
    let decoder = try AudioDecoder(TestAssets.media(name))
    #expect(try decoder.allSamples() == decoder.allSamples())
  }

  @Test func saysWhatTheHeaderSays() throws {
    let flac = try AudioDecoder(TestAssets.media("machine-44k1-stereo.flac"))
    #expect(flac.metadata.container == "flac" && flac.metadata.codec == "flac")
    #expect(flac.metadata.sampleRate == 44_100 && flac.metadata.channelCount == 2 && flac.metadata.bitDepth == 16)
    #expect(try flac.metadata.sampleCountFromHeader == flac.allSamples().sampleCount)

    let wav = try AudioDecoder(TestAssets.media("s24.wav")).metadata
    #expect(wav.container == "wav" && wav.codec == "pcm_s24le" && wav.sampleFormat == "s24")
    #expect(wav.bitRate.map { abs($0 - 24 * wav.sampleRate * wav.channelCount) < 1000 } == true)

    let aiff = try AudioDecoder(TestAssets.media("tiny.aiff")).metadata
    #expect(aiff.container == "aiff" && aiff.codec == "pcm_s16be" && aiff.durationSecondsFromHeader == 100 / 48_000)

    let vorbis = try AudioDecoder(TestAssets.media("notify.oga")).metadata
    #expect(vorbis.container == "ogg" && vorbis.codec == "vorbis" && vorbis.bitDepth == nil)
  }

  /// Every 16-bit value, scaled by 2^-15.
  @Test func scalesIntegers() throws {
    let values = (0..<65_536).map { Int16(truncatingIfNeeded: $0 - 32_768) }
    let audio = try AudioDecoder(.memory(WAVFile.pcm16(values))).allSamples()
    #expect(Array(audio.samples) == values.map { Float($0) / 32_768 })
  }

  @Test func keepsFloatsAsTheyAre() throws {
    let values: [Float] = [0, -0.0, 1.5, -3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, .nan]
    let audio = try AudioDecoder(.memory(WAVFile.float32(values))).allSamples()
    #expect(Array(audio.samples).map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func noSamplesAreNoError() throws {
    let audio = try AudioDecoder(TestAssets.corrupt("no-samples.wav")).allSamples(sampleRate: 8000, channels: .mono)
    #expect(audio.samples.shape == [1, 0] && audio.sampleRate == 8000)
  }

  @Test func aLengthThatIsNotKnownIsCounted() throws {
    // Zero total samples in a FLAC's STREAMINFO, as an encoder writes that cannot seek back.
    var flac = try FileReading.bytes(of: TestAssets.media("long-16k.flac"))
    for index in 22..<26 { flac[index] = 0 }
    flac[21] &= 0xf0
    let streamed = try AudioDecoder(.memory(flac))
    #expect(streamed.metadata.sampleCountFromHeader == nil)
    #expect(try streamed.allSamples() == AudioDecoder(TestAssets.media("long-16k.flac")).allSamples())

    // What FFmpeg, sox and arecord write into a WAV's header before they know.
    for size: UInt32 in [0xffff_ffff, 0x7fff_f000, 0x8000_0000] {
      let wav = WAVFile.pcm16([1, 2, 3], claiming: size)
      #expect(try Array(AudioDecoder(.memory(wav)).allSamples().samples) == [1, 2, 3].map { $0 / 32_768 })
    }
  }
}
