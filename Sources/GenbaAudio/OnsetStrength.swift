public import GenbaCore

/// The spectral flux of a sound, how much louder its bands become from frame to frame, as
/// `librosa.onset.onset_strength` (0.11) defines it: the mean over the bands of each rise in decibels.
///
/// ```swift
/// let strength = try OnsetStrength(.init(sampleRate: audio.sampleRate))(audio)  // [frames]
/// ```
public struct OnsetStrength: Sendable {
  /// Of the log-mel spectrum. Its logarithm should be decibels.
  public let options: LogMelSpectrogram.Options

  private let logMel: LogMelSpectrogram

  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: LogMelSpectrogram.Options = .init()) throws(GenbaError) {
    self.options = options
    logMel = try LogMelSpectrogram(options)
  }

  /// The strength of every frame. Centred, it is set back by half a frame, so that it stands where the rise is heard.
  ///
  /// - Returns: float32 [frames], or [channels, frames] where there is not just one channel.
  /// - Throws: As ``LogMelSpectrogram`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    let bands = try logMel(audio, limits: limits)
    let (nMels, frames) = (options.nMels, bands.shape[bands.rank - 1])
    let delay = 1 + (options.center ? options.nFFT / (2 * options.hopLength) : 0)
    let source = bands.span
    return Tensor(shape: Array(bands.shape.dropLast(2)) + [frames]) { output in
      for channel in 0..<bands.count / max(nMels * frames, 1) {
        var rises = [Double](repeating: 0, count: frames)
        for band in 0..<nMels {
          let start = (channel * nMels + band) * frames
          for frame in stride(from: delay, to: frames, by: 1) {
            let later = start + frame - delay + 1
            rises[frame] += Double(max(0, source[later] - source[later - 1]))
          }
        }
        for rise in rises { output.append(Float(rise / Double(nMels))) }
      }
    }
  }
}
