import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

/// Sound that comes out: as WAV, and from spectra.
@Suite struct SoundOutputTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: [String]) throws {
    let run = try Program(["audio"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test func samplesAreWrittenAsTheyAre() throws {
    let path = folder.path + "/out.wav"
    try run([TestAssets.media("8ch.wav"), "--start", "0.1", "-o", path])
    let written = try AudioDecoder(path)
    #expect(written.metadata.codec == "pcm_f32le" && written.metadata.channelCount == 8)
    #expect(try written.allSamples().samples == AudioDecoder(TestAssets.media("8ch.wav")).samples(in: 0.1..<9).samples)

    let odd: [Float] = [.infinity, -2.5, 1e-30, 0, -.zero, 0.1]
    try WAVEncoder.write(AudioSamples(samples: Tensor(odd, shape: [2, 3]), sampleRate: 44_100), to: path)
    let again = try AudioDecoder(path).allSamples()
    #expect(again.sampleRate == 44_100 && Array(again.samples).map(\.bitPattern) == odd.map(\.bitPattern))

    let many = AudioSamples(samples: Tensor([Float](repeating: 0, count: 20_000), shape: [20_000, 1]), sampleRate: 1)
    let error = #expect(throws: GenbaError.self) { try WAVEncoder.write(many, to: path) }
    #expect(error?.code == .limitExceeded)
  }

  /// Readers forgive a wrong header; so each of its numbers is looked at.
  @Test(arguments: [(1, 0), (1, 7), (3, 5)]) func headersSayWhatFollows(channels: Int, count: Int) throws {
    let path = folder.path + "/header.wav"
    let silence = Tensor<Float>(repeating: 0, shape: [channels, count])
    try WAVEncoder.write(AudioSamples(samples: silence, sampleRate: 48_000), to: path)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    func number(at offset: Int, _ size: Int) -> Int {
      (0..<size).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
    func name(at offset: Int) -> String { String(decoding: bytes[offset..<offset + 4], as: UTF8.self) }
    let data = 4 * channels * count
    #expect(bytes.count == 58 + data)
    #expect(name(at: 0) == "RIFF" && number(at: 4, 4) == bytes.count - 8 && name(at: 8) == "WAVE")
    // IEEE float with no extension.
    #expect(name(at: 12) == "fmt " && number(at: 16, 4) == 18 && number(at: 20, 2) == 3 && number(at: 36, 2) == 0)
    #expect(number(at: 22, 2) == channels && number(at: 24, 4) == 48_000)
    #expect(number(at: 28, 4) == 192_000 * channels && number(at: 32, 2) == 4 * channels && number(at: 34, 2) == 32)
    #expect(name(at: 38) == "fact" && number(at: 42, 4) == 4 && number(at: 46, 4) == count)
    #expect(name(at: 50) == "data" && number(at: 54, 4) == data)
  }

  /// Spectra bring their options and their length along.
  @Test(arguments: ["", #"{"n_fft": 600, "hop_length": 100, "window": "hamming"}"#, #"{"dtype": "float64"}"#])
  func spectraBecomeSoundAgain(options: String) throws {
    let (spectra, sound) = (folder.path + "/spectra.safetensors", folder.path + "/again.wav")
    let source = TestAssets.media("machine-44k1-stereo.flac")
    try run(
      [source, "--end", "1", "--feature", "stft", "-o", spectra] + (options.isEmpty ? [] : ["--options", options]))
    try run([spectra, "--feature", "inverse-stft", "-o", sound])
    let (original, again) = (
      try AudioDecoder(source).samples(in: 0..<1), try AudioDecoder(sound).allSamples()
    )
    #expect(again.sampleRate == 44_100 && again.samples.shape == original.samples.shape)
    expectClose(
      Array(again.samples).map { Double($0) }, Array(original.samples).map { Double($0) }, within: 2e-6)
  }

  @Test func spectraWithoutFactsNeedThem() throws {
    let spectra = folder.path + "/spectra.npy"
    try run([TestAssets.media("speech-16k.wav"), "--end", "1", "--feature", "stft", "-o", spectra])
    let rate = try Program(["audio", spectra, "--feature", "inverse-stft"])
    #expect(rate.status == 1 && rate.errors.contains("--sample-rate"), "\(rate.errors)")
    let output = folder.path + "/samples.npy"
    try run([spectra, "--feature", "inverse-stft", "--sample-rate", "16000", "-o", output, "--tensor", "samples"])
    let samples = try #require(try TensorBundle(contentsOf: output)[0].tensor.as(Float.self))
    #expect(samples.shape == [1, 15_872])
    let wrong = try Program(["audio", spectra, "--feature", "inverse-stft", "--options", #"{"n_fft": 512}"#])
    #expect(wrong.status == 1, "\(wrong.errors)")
    let unknown = try Program(["audio", spectra, "--feature", "inverse-stft", "--options", #"{"nfft": 512}"#])
    #expect(unknown.errors.contains("n_fft") || unknown.errors.contains("--sample-rate"), "\(unknown.errors)")
    let clash = try Program(["audio", spectra, "--feature", "inverse-stft", "--channels", "mono"])
    #expect(clash.status == 2 && clash.errors.contains("inverse-stft"), "\(clash.errors)")
  }

  @Test func onlySamplesAreWrittenAsSound() throws {
    for arguments in [["--feature", "rms"], ["--preset", "whisper-large-v3"]] {
      let run = try Program(
        ["audio", TestAssets.media("speech-16k.wav")] + arguments + ["-o", folder.path + "/features.wav"])
      #expect(run.status == 2 && run.errors.contains(".wav holds samples"), "\(run.errors)")
    }
  }

  @Test func everySoundOfAContainerIsListed() throws {
    let text = try Program(["inspect", TestAssets.media("two-sounds.mkv")])
    #expect(text.output.contains("stream 1: audio") && text.output.contains("stream 2: audio"), "\(text.output)")
    #expect(try AudioDecoder.streamIndices(in: .file(TestAssets.media("two-sounds.mkv"))) == [1, 2])
    #expect(try AudioDecoder.streamIndices(in: .file(TestAssets.media("speech-16k.wav"))) == [0])
    #expect(try AudioDecoder.streamIndices(in: .file(TestAssets.media("line-odd.mp4"))) == [])
  }
}
