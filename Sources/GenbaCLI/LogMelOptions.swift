import ArgumentParser
import Genba

/// The knobs of `--feature log-mel`, named as librosa names them.
struct LogMelOptions: ParsableArguments {
  @Option(name: .customLong("n-fft"), help: "FFT length, made of the factors 2, 3 and 5.")
  var nFFT = 2048

  @Option(help: "Window length in samples; default: --n-fft.")
  var winLength: Int?

  @Option(help: "Samples from one frame to the next; default: a quarter of the window.")
  var hopLength: Int?

  @Option(name: .customLong("n-mels"), help: "Mel bands.")
  var nMels = 128

  @Option(help: "Lowest frequency, in hertz.")
  var fMin = 0.0

  @Option(help: "Highest frequency, in hertz; default: half the sample rate.")
  var fMax: Double?

  /// The options for sound of this rate.
  func options(sampleRate: Int) -> LogMelSpectrogram.Options {
    LogMelSpectrogram.Options(
      sampleRate: sampleRate, nFFT: nFFT, winLength: winLength, hopLength: hopLength ?? max((winLength ?? nFFT) / 4, 1),
      nMels: nMels, fMin: fMin, fMax: fMax)
  }
}
