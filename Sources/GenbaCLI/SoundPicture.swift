import Genba
import GenbaPlot

/// Pictures of a sound with its units: seconds, hertz, decibels.
struct SoundPicture {
  let title: String
  let audio: AudioSamples

  /// - Parameter path: The file, whose name is the title.
  init(of path: String, _ audio: AudioSamples) {
    title = path.split(separator: "/").last.map(String.init) ?? path
    self.audio = audio
  }

  /// The samples, a strip for each channel.
  func waveform() -> Image {
    let channels = audio.channelCount == 1 ? "mono" : "\(audio.channelCount) channels"
    return WaveformPlot(stripHeight: audio.channelCount > 2 ? 90 : 150, title: title, caption: caption(channels))(audio)
  }

  /// What `logMel` made of the sound: [bands, frames], or of several channels the first.
  func logMel(_ values: Tensor<Float>, by logMel: LogMelSpectrogram) throws(GenbaError) -> Image {
    let (bands, frames) = (values.shape[values.rank - 2], values.shape[values.rank - 1])
    guard bands * frames > 0 else {
      throw GenbaError(.mismatchedInputs, "log_mel has the shape \(values.shape): there is nothing to show")
    }
    let first = Tensor<Float>(shape: [bands, frames]) { output in
      for index in 0..<bands * frames { output.append(values.span[index]) }
    }
    let spectrogram = Spectrogram(
      values: first, bandFrequencies: logMel.melFilterBank.centerFrequencies,
      secondsPerFrame: Double(logMel.options.hopLength) / Double(audio.sampleRate), ptsSeconds: audio.ptsSeconds)
    let channels = audio.channelCount == 1 ? "mono" : "channel 0 of \(audio.channelCount)"
    return SpectrogramPlot(title: title, caption: caption(channels))(spectrogram)
  }

  /// `44100 Hz · 5.01 s · WORDS`.
  func caption(_ words: String) -> String {
    let seconds = audio.durationSeconds
    let decimals = abs(seconds - seconds.rounded()) < 0.005 && seconds >= 1 ? 0 : 2
    let length =
      seconds < 0.1
      ? "\(audio.sampleCount) \(audio.sampleCount == 1 ? "sample" : "samples")"
      : "\(Ticks.number(seconds, decimals: decimals)) s"
    return "\(audio.sampleRate) Hz · \(length) · \(words)"
  }
}
