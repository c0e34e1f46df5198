import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

/// Which library reads what, and that both agree on the numbers.
@Suite struct AudioBackendTests {
  @Test(
    arguments: [
      ("speech-16k.wav", AudioMetadata.Backend.libsndfile), ("tone-48k.mp3", .mpg123), ("notify.oga", .libvorbis),
      ("tiny.aiff", .libsndfile), ("mulaw.au", .libsndfile), ("long-16k.flac", .libsndfile), ("voice.opus", .ffmpeg),
      ("clip-audio.m4a", .ffmpeg), ("line-h264.mp4", .ffmpeg),
    ])
  func theContentChoosesTheLibrary(name: String, backend: AudioMetadata.Backend) throws {
    let bytes = try FileReading.bytes(of: TestAssets.media(name))
    // Under a name that says nothing.
    #expect(try AudioDecoder(.memory(bytes, name: "sound")).metadata.backend == backend)
  }

  @Test(arguments: ["clip-audio.m4a", "line-h264.mp4"])
  func soundOfVideosEqualsTorchcodecs(name: String) throws {
    let golden = try Golden(TestAssets.golden("decoded-audio.safetensors"))
    let audio = try AudioDecoder(TestAssets.media(name)).allSamples()
    golden.expectMatches("\(name)/torchcodec", audio.samples, within: 3e-6)
    golden.expectMatches("\(name)/sample_rate", Tensor([Int64(audio.sampleRate)]), within: 0)
  }

  @Test func aStreamThatIsNotThere() {
    for name in ["speech-16k.wav", "line-h264.mp4"] {
      let error = #expect(throws: GenbaError.self) { _ = try AudioDecoder(TestAssets.media(name), stream: 7) }
      #expect(error?.code == .noSuchStream, "\(String(describing: error))")
    }
  }

  @Test func aVideoWithoutSound() {
    let error = #expect(throws: GenbaError.self) { _ = try AudioDecoder(TestAssets.media("line-odd.mp4")) }
    #expect(error?.code == .noSuchStream, "\(String(describing: error))")
  }

  @Test func anUnknownCodecNamesBothLibraries() throws {
    var wav = WAVFile.pcm16([1, 2, 3, 4])
    (wav[20], wav[21]) = (0x34, 0x12)
    let error = #expect(throws: GenbaError.self) { _ = try AudioDecoder(.memory(wav)) }
    #expect(error?.message == "looks like a sound (WAV), but neither libsndfile nor FFmpeg can read it")
    #expect(error?.cause?.contains("libsndfile: Error in WAV") == true, "\(String(describing: error))")
  }
}
