import Genba
import GenbaPlot
import GenbaTestSupport
import Testing

/// `genba audio` on a part of a sound, and what it finds in one.
@Suite struct AudioPartsCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bundle(_ arguments: [String]) throws -> TensorBundle {
    let output = folder.path + "/out.safetensors"
    let run = try Program(["audio", TestAssets.media("speech-16k.wav")] + arguments + ["-o", output])
    #expect(run.status == 0 && run.output.isEmpty, "\(run.errors)")
    return try TensorBundle(contentsOf: output)
  }

  @Test func startAndEndAreSeconds() throws {
    let part = try bundle(["--start", "1.5", "--end", "2.25"])
    let expected = try AudioDecoder(TestAssets.media("speech-16k.wav")).samples(in: 1.5..<2.25)
    #expect(part.tensor("samples", as: Float.self) == expected.samples && expected.sampleCount == 12_000)
    #expect(try bundle(["--start", "7"])["samples"]?.shape[1] == bundle([])["samples"].map { $0.shape[1] - 112_000 })
  }

  @Test func aPresetTakesAPartToo() throws {
    let part = try bundle(["--preset", "whisper-large-v3", "--end", "2"])
    let audio = try AudioDecoder(TestAssets.media("speech-16k.wav")).samples(in: 0..<2)
    let expected = try WhisperFeatureExtractor(featureSize: 128)(audio)
    #expect(part.tensor("input_features", as: Float.self) == expected.tensor("input_features", as: Float.self))
  }

  @Test(arguments: [["--start", "-1"], ["--start", "2", "--end", "2"], ["--end", "0"], ["--start", "nan"]])
  func rangesThatCannotBeAreUsage(arguments: [String]) throws {
    let run = try Program(["audio", TestAssets.media("speech-16k.wav")] + arguments)
    #expect(run.status == 2 && run.errors.contains("--start"), "\(run.errors)")
  }

  @Test func aRangeBehindTheEndFails() throws {
    let run = try Program(["audio", TestAssets.media("speech-16k.wav"), "--start", "100"])
    #expect(run.status == 1 && run.errors.contains("there is no sound from 100.0 s"), "\(run.errors)")
  }

  @Test func findings() throws {
    let loudness = try bundle(["--feature", "loudness"])
    let integrated = try #require(loudness.tensor("integrated_loudness", as: Double.self))
    #expect(abs(integrated[0] + 20.14) < 0.02)
    #expect(loudness["momentary_loudness"]?.shape == [72] && loudness["short_term_loudness"]?.shape == [46])
    #expect(try bundle(["--feature", "silence"])["silence"]?.shape == [0, 2])
    #expect(try bundle(["--feature", "clipping"])["clipping"]?.shape == [0, 3])
    #expect(try bundle(["--feature", "dropouts"])["dropouts"]?.dtype == .int64)
  }

  /// Samples and log-mel become pictures with seconds and hertz, 1200 pixels wide, not with rows and columns.
  @Test(arguments: [[], ["--feature", "log-mel"]])
  func picturesHaveUnits(arguments: [String]) throws {
    let output = folder.path + "/out.png"
    let path = TestAssets.media("machine-44k1-stereo.flac")
    let run = try Program(["audio", path] + arguments + ["-o", output])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let image = try ImageDecoder.decode(output)
    let audio = try AudioDecoder(path).allSamples()
    let expected: Image
    if arguments.isEmpty {
      expected = WaveformPlot(title: "machine-44k1-stereo.flac", caption: "44100 Hz · 5.01 s · 2 channels")(audio)
    } else {
      let logMel = try LogMelSpectrogram(.init(sampleRate: 44_100, nFFT: 2048, hopLength: 512))
      let first = try logMel(AudioDecoder(path).allSamples(channels: .channel(0)))
      let spectrogram = Spectrogram(
        values: first, bandFrequencies: logMel.melFilterBank.centerFrequencies, secondsPerFrame: 512 / 44_100)
      expected = SpectrogramPlot(
        title: "machine-44k1-stereo.flac", caption: "44100 Hz · 5.01 s · channel 0 of 2")(spectrogram)
    }
    #expect(image.width == 1200 && image.tensor == expected.tensor)
  }

  @Test func theOffsetIsRemoved() throws {
    let centred = try #require(try bundle(["--remove-dc"]).tensor("samples", as: Float.self))
    let whole = try AudioDecoder(TestAssets.media("speech-16k.wav")).allSamples()
    #expect(centred == whole.removingDC().samples && centred != whole.samples)
  }
}
