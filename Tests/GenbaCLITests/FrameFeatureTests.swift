import Genba
import GenbaTestSupport
import Testing

/// The features of frames that `genba audio` has.
enum AudioFeatureNames {
  static let all = [
    "stft", "stft-magnitude", "stft-power", "mel", "log-mel", "mfcc", "pcen", "chroma", "cqt", "cqt-complex",
    "kaldi-fbank",
    "spectral-shape", "spectral-flux", "onset-strength", "rms", "zero-crossing-rate",
  ]
}

@Suite struct FrameFeatureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bundle(_ arguments: [String]) throws -> TensorBundle {
    let output = folder.path + "/out.safetensors"
    let run = try Program(["audio", TestAssets.media("speech-16k.wav")] + arguments + ["-o", output])
    #expect(run.status == 0, "\(run.errors)")
    return try TensorBundle(contentsOf: output)
  }

  @Test(arguments: [
    ("stft", #"{"n_fft": 401, "window": "kaiser:8"}"#, "stft", [201, -1, 2]),
    ("stft-magnitude", #"{"n_fft": 512, "win_length": 400}"#, "stft_magnitude", [257, -1]),
    ("stft-power", "{}", "stft_power", [1025, -1]),
    ("mfcc", #"{"n_mfcc": 13, "n_fft": 512, "f_max": 7000}"#, "mfcc", [13, -1]),
    ("kaldi-fbank", #"{"num_mel_bins": 80, "window_type": "hamming"}"#, "kaldi_fbank", [-1, 80]),
    ("spectral-shape", #"{"roll_percent": 0.9}"#, "spectral_rolloff", [-1]),
    ("onset-strength", #"{"hop_length": 512}"#, "onset_strength", [-1]),
    ("stft-power", #"{"n_fft": 300, "dtype": "float64"}"#, "stft_power", [151, -1]),
    ("mel", #"{"n_mels": 40, "mel_scale": "htk", "mel_norm": "none"}"#, "mel", [40, -1]),
    ("log-mel", #"{"n_mels": 40, "window": "hamming", "log": "log10"}"#, "log_mel", [40, -1]),
    ("pcen", #"{"n_mels": 40, "gain": 0.8, "b": 0.1}"#, "pcen", [40, -1]),
    ("chroma", #"{"n_chroma": 24, "tuning": 0}"#, "chroma", [24, -1]),
    ("cqt", #"{"n_bins": 60}"#, "cqt", [60, -1]),
    ("cqt-complex", #"{"n_bins": 36, "bins_per_octave": 36}"#, "cqt_complex", [36, -1, 2]),
    ("spectral-flux", #"{"half_rectify": true}"#, "spectral_flux", [-1]),
    ("rms", #"{"frame_length": 400, "hop_length": 160}"#, "rms", [-1]),
    ("zero-crossing-rate", "{}", "zero_crossing_rate", [-1]),
  ])
  func featuresHaveTheirShape(feature: String, options: String, name: String, shape: [Int]) throws {
    let bundle = try bundle(["--feature", feature, "--options", options])
    let found = try #require(bundle[name]).shape
    #expect(found.count == shape.count && zip(found, shape).allSatisfy { $0 == $1 || $1 < 0 && $0 > 30 }, "\(found)")
    #expect(bundle.metadata["sample_rate"] == "16000")
    #expect(bundle.count == (feature == "spectral-shape" ? 4 : 1))
  }

  @Test func optionsAreThoseOfTheLibrary() throws {
    let bundle = try bundle(["--feature", "kaldi-fbank", "--options", #"{"num_mel_bins": 40, "snip_edges": false}"#])
    var options = KaldiFbank.Options(numMelBins: 40)
    options.snipEdges = false
    let audio = try AudioDecoder(TestAssets.media("speech-16k.wav")).allSamples()
    #expect(bundle.tensor("kaldi_fbank", as: Float.self) == (try KaldiFbank(options)(audio)))
  }

  @Test func deltasAndDecibelsStandBesideTheFeature() throws {
    let bundle = try bundle(["--feature", "mel", "--deltas", "2", "--decibels"])
    #expect(bundle.names == ["mel", "mel.delta", "mel.delta2"])
    let audio = try AudioDecoder(TestAssets.media("speech-16k.wav")).allSamples()
    let decibels = Decibels()(power: try MelSpectrogram(.init(sampleRate: 16_000))(audio))
    #expect(bundle.tensor("mel", as: Float.self) == decibels)
    #expect(bundle.tensor("mel.delta2", as: Float.self) == (try Deltas(order: 2)(decibels)))
  }

  @Test(arguments: [
    ["--feature", "kaldi-fbank", "--deltas", "1"], ["--feature", "mfcc", "--decibels"], ["--deltas", "1"],
    ["--feature", "mel", "--deltas", "12"], ["--feature", "loudness", "--decibels"],
    ["--feature", "log-mel", "--n-mels", "20", "--options", "{}"],
  ])
  func additionsThatMakeNoSenseAreUsage(arguments: [String]) throws {
    let run = try Program(["audio", "/no/such/file.wav"] + arguments)
    #expect(run.status == 2 && run.errors.contains("--"), "\(run.errors)")
  }

  /// A picture for each feature, of one channel and of two.
  @Test(arguments: AudioFeatureNames.all) func everyFeatureCanBeDrawn(feature: String) throws {
    for file in ["speech-16k.wav", "machine-44k1-stereo.flac"] {
      let picture = folder.path + "/\(feature).png"
      var arguments = ["audio", TestAssets.media(file), "--end", "1", "--feature", feature, "-o", picture]
      if feature == "spectral-shape" { arguments += ["--tensor", "spectral_centroid"] }
      if feature == "cqt" { arguments += ["--options", #"{"n_bins": 60}"#] }
      if feature == "cqt-complex" { arguments += ["--options", #"{"n_bins": 60}"#] }
      let run = try Program(arguments)
      #expect(run.status == 0, "\(file): \(run.errors)")
      #expect(try ImageDecoder.decode(picture).width == 1200)
    }
  }

  @Test(arguments: [
    ("mfcc", #"{"nfft": 512}"#, "nfft"), ("stft", "n_fft=512", "JSON object"), ("stft", #"{"n_fft": 1}"#, "n_fft"),
    ("stft", #"{"n_fft": "512"}"#, "n_fft"), ("stft", #"{"window": "hahn"}"#, "hahn"),
    ("kaldi-fbank", #"{"dither": -1}"#, "dither"), ("rms", #"{"hop_length": 0}"#, "hop_length"),
  ])
  func wrongOptionsAreFoundBeforeTheFile(feature: String, options: String, word: String) throws {
    let run = try Program(["audio", "/no/such/file.wav", "--feature", feature, "--options", options])
    #expect(run.status == 2 && run.errors.contains(word) && !run.errors.contains("no such file"), "\(run.errors)")
  }

  @Test(arguments: [["--feature", "loudness"], ["--preset", "whisper-large-v3"], []])
  func optionsWithoutSuchAFeatureAreAnError(arguments: [String]) throws {
    let run = try Program(["audio", "/no/such/file.wav", "--options", "{}"] + arguments)
    #expect(run.status == 2 && run.errors.contains("kaldi-fbank"), "\(run.errors)")
  }
}
