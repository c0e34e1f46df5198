import ArgumentParser
import Genba

/// The knobs of `--feature log-mel`, named as librosa names them.
struct LogMelOptions: ParsableArguments {
  @Option(
    name: .customLong("n-fft"), help: "FFT length, fastest if made of the factors 2, 3 and 5; default: 2048.")
  var nFFT: Int?

  @Option(help: "Window length in samples; default: --n-fft.")
  var winLength: Int?

  @Option(help: "Samples from one frame to the next; default: a quarter of the window.")
  var hopLength: Int?

  @Option(name: .customLong("n-mels"), help: "Mel bands; default: 128.")
  var nMels: Int?

  @Option(help: "Lowest frequency, in hertz; default: 0.")
  var fMin: Double?

  @Option(help: "Highest frequency, in hertz; default: half the sample rate.")
  var fMax: Double?

  /// Whether any of them was given.
  var isGiven: Bool {
    [nFFT, winLength, hopLength, nMels].contains { $0 != nil } || [fMin, fMax].contains { $0 != nil }
  }

  /// The options for sound of this rate.
  func options(sampleRate: Int) -> LogMelSpectrogram.Options {
    let nFFT = nFFT ?? 2048
    return LogMelSpectrogram.Options(
      sampleRate: sampleRate, nFFT: nFFT, winLength: winLength, hopLength: hopLength ?? max((winLength ?? nFFT) / 4, 1),
      nMels: nMels ?? 128, fMin: fMin ?? 0, fMax: fMax)
  }

  /// The same as JSON, with the names of `--options`.
  var json: String {
    let numbers: [(String, String?)] = [
      ("n_fft", nFFT.map { "\($0)" }), ("win_length", winLength.map { "\($0)" }),
      ("hop_length", hopLength.map { "\($0)" }), ("n_mels", nMels.map { "\($0)" }), ("f_min", fMin.map { "\($0)" }),
      ("f_max", fMax.map { "\($0)" }),
    ]
    return "{" + numbers.compactMap { name, value in value.map { "\"\(name)\": \($0)" } }.joined(separator: ", ") + "}"
  }
}
