import Genba
import GenbaTestSupport
import Testing

/// How `genba audio` decodes: streams, mixes, engines, damage; and `genba inspect --scan`.
@Suite struct AudioDecodingCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func samples(_ arguments: [String]) throws -> (Tensor<Float>?, errors: String) {
    let output = folder.path + "/out.safetensors"
    let run = try Program(["audio"] + arguments + ["-o", output])
    #expect(run.status == 0, "\(run.errors)")
    return (try TensorBundle(contentsOf: output).tensor("samples", as: Float.self), run.errors)
  }

  @Test func aMatrixMixes() throws {
    let path = TestAssets.media("machine-44k1-stereo.flac")
    let (mixed, _) = try samples([path, "--channels", "0.5,0.5/1,-1/0,2", "--sample-rate", "16000"])
    let expected = try AudioDecoder(path).allSamples(
      sampleRate: 16_000, channels: .matrix([[0.5, 0.5], [1, -1], [0, 2]]))
    #expect(mixed == expected.samples)
    let wrong = try Program(["audio", path, "--channels", "0.5,x"])
    #expect(wrong.status == 2 && wrong.errors.contains("--channels"), "\(wrong.errors)")
    let other = try Program(["audio", path, "--channels", "1,2,3"])
    #expect(other.status == 1 && other.errors.contains("row 0 of the mixing matrix"), "\(other.errors)")
  }

  @Test func streamsAndEnginesAreChosen() throws {
    let path = TestAssets.media("two-sounds.mkv")
    let (second, _) = try samples([path, "--stream", "2", "--sample-rate", "8000", "--resampler", "swr"])
    #expect(try second == AudioDecoder(path, stream: 2).allSamples(sampleRate: 8000, resampler: .swr).samples)
    let none = try Program(["audio", path, "--stream", "0"])
    #expect(none.status == 1 && none.errors.contains("stream 2: audio (opus)"), "\(none.errors)")

    let output = folder.path + "/features.safetensors"
    let run = try Program(["audio", path, "--stream", "2", "--preset", "whisper-large-v3", "-o", output])
    #expect(run.status == 0, "\(run.errors)")
    let speech = try AudioDecoder(path, stream: 2).allSamples(sampleRate: 16_000, channels: .mono)
    let features = try WhisperFeatureExtractor(featureSize: 128)(speech)
    #expect(
      try TensorBundle(contentsOf: output).tensor("input_features", as: Float.self)
        == features.tensor("input_features", as: Float.self))
  }

  @Test func whatStandsBeforeDamageComesOnRequest() throws {
    let path = TestAssets.corrupt("truncated.wav")
    let whole = try Program(["audio", path])
    #expect(whole.status == 1 && whole.errors.contains("at 3.777 s"), "\(whole.errors)")
    let (part, errors) = try samples([path, "--damage", "partial"])
    #expect(part?.shape == [1, 60_426] && errors.contains("at 3.777 s"), "\(errors)")
  }

  @Test func theContentIsCountedOnRequest() throws {
    let header = try Program(["inspect", TestAssets.media("voice.opus")])
    let content = try Program(["inspect", "--scan", TestAssets.media("voice.opus")])
    #expect(!header.output.contains("content") && content.output.contains("362622"), "\(content.output)")
  }
}
