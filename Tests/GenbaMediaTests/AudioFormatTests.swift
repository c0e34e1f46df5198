import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Every container and encoding: the same samples as in soundfile, or in torchcodec where that cannot read it.
@Suite struct AudioFormatTests {
  static let soundfile = [
    ("s32.wav", "pcm_s32le"), ("f64.wav", "pcm_f64le"), ("extensible.wav", "pcm_s24le"), ("rf64.wav", "pcm_s16le"),
    ("machine.w64", "pcm_s16le"), ("adpcm.wav", "adpcm_ima_wav"), ("s24.aiff", "pcm_s24be"), ("f32.aifc", "pcm_f32be"),
    ("pcm.caf", "pcm_s16be"), ("s24.flac", "flac"),
  ]

  @Test(arguments: soundfile)
  func samplesEqualSoundfiles(name: String, codec: String) throws {
    let golden = try Golden(TestAssets.golden("decoded-audio.safetensors"))
    let decoder = try AudioDecoder(TestAssets.media(name))
    #expect(decoder.metadata.codec == codec && decoder.metadata.backend == .libsndfile)
    golden.expectMatches("\(name)/samples", try decoder.allSamples().samples, within: 0)
  }

  @Test func layerTwoIsClose() throws {
    let golden = try Golden(TestAssets.golden("decoded-audio.safetensors"))
    let decoder = try AudioDecoder(TestAssets.media("layer-2.mp3"))
    golden.expectMatches("layer-2.mp3/samples", try decoder.allSamples().samples, within: 3e-6)
  }

  @Test(arguments: [
    ("clip-eac3.eac3", "eac3"), ("raw.aac", "aac"), ("voice.amr", "amr_nb"), ("ogg-flac.oga", "flac"),
    ("two-sounds.mkv", "aac"),
  ])
  func samplesEqualTorchcodecs(name: String, codec: String) throws {
    let golden = try Golden(TestAssets.golden("decoded-audio.safetensors"))
    let decoder = try AudioDecoder(TestAssets.media(name))
    #expect(decoder.metadata.codec == codec && decoder.metadata.backend == .ffmpeg)
    golden.expectMatches("\(name)/torchcodec", try decoder.allSamples().samples, within: 3e-6)
  }

  /// CAF gives ALAC's packets no length, and the first of them begins at time 0. The sound is the FLAC's, without a loss.
  @Test func theFirstPacketCountsWhereNoneHasALength() throws {
    let caf = try AudioDecoder(TestAssets.media("clip-alac.caf")).allSamples()
    let flac = try AudioDecoder(TestAssets.media("machine-44k1-stereo.flac")).samples(in: 0..<0.25)
    #expect(caf.samples == flac.samples && caf.ptsSeconds == 0)
  }

  @Test func theStreamIsChosenByItsIndex() throws {
    let golden = try Golden(TestAssets.golden("decoded-audio.safetensors"))
    for (stream, codec) in [(1, "aac"), (2, "opus")] {
      let decoder = try AudioDecoder(TestAssets.media("two-sounds.mkv"), stream: stream)
      #expect(decoder.metadata.streamIndex == stream && decoder.metadata.codec == codec)
      golden.expectMatches("two-sounds.mkv/\(stream)/torchcodec", try decoder.allSamples().samples, within: 3e-6)
    }
  }

  /// Up to 64 channels, each with numbers of its own, in whole, range and blocks.
  @Test(arguments: [1, 2, 3, 5, 8, 33, 64])
  func manyChannels(count: Int) throws {
    let frames = 301
    var values: [Int16] = []
    for frame in 0..<frames {
      for channel in 0..<count { values.append(Int16(frame * 64 + channel)) }
    }
    let decoder = try AudioDecoder(.memory(WAVFile.pcm16(values, channels: UInt16(count))))
    let whole = try decoder.allSamples()
    let part = try decoder.samples(in: 100 / 16_000..<103 / 16_000)
    for channel in 0..<count {
      let expected = (0..<frames).map { Float($0 * 64 + channel) / 32_768 }
      #expect(whole.row(channel) == expected)
      #expect(part.row(channel) == Array(expected[100..<103]))
    }
  }

  @Test func theContentIsCountedOnRequest() throws {
    for name in ["tone-48k.mp3", "voice-late.mka", "clip-ac3.ac3", "speech-16k.wav"] {
      let decoder = try AudioDecoder(TestAssets.media(name))
      let whole = try decoder.allSamples()
      let scanned = try decoder.scannedMetadata()
      #expect(decoder.metadata.sampleCountFromContent == nil)
      #expect(scanned.sampleCountFromContent == whole.sampleCount)
      #expect(scanned.durationSecondsFromContent == whole.durationSeconds)
      #expect(scanned.beginStreamSecondsFromContent == whole.ptsSeconds)
    }
  }
}
