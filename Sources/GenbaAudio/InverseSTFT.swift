public import GenbaCore
internal import GenbaKernels

/// The way back from complex spectra to sound, as `librosa.istft` (0.11) computes it: frames are windowed again, added
/// up, and divided by the sum of the squared windows.
///
/// ```swift
/// let options = STFT.Options(nFFT: 1024, hopLength: 256)
/// let spectrum = try STFT(options)(audio)
/// let again = try InverseSTFT(options)(spectrum, length: audio.sampleCount)  // [samples]
/// ```
///
/// Equal to librosa within float32's accuracy.
public struct InverseSTFT: Sendable {
  public let options: STFT.Options

  private let plan: InverseSTFTPlan

  /// The tables for these options, those of the ``STFT``. The padding's mode does not matter.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: STFT.Options = STFT.Options()) throws(GenbaError) {
    try options.validate()
    self.options = options
    plan = InverseSTFTPlan(
      nFFT: options.nFFT, window: options.windowFactors, hopLength: options.hopLength, pad: options.pad)
  }

  /// How many samples `frames` spectra stand for: centred, without the padding.
  public func sampleCount(frames: Int) -> Int {
    frames < 1 ? 0 : max(0, options.nFFT + options.hopLength * (frames - 1) - 2 * options.pad)
  }

  /// The sound.
  ///
  /// - Parameters:
  ///   - spectra: float32 [nFFT / 2 + 1, frames, 2], or [channels, nFFT / 2 + 1, frames, 2].
  ///   - length: How many samples there are to be: more are cut off, and what is missing is silence. `nil` is
  ///     ``sampleCount(frames:)``, which may be up to a hop less than what was transformed.
  /// - Returns: float32 [length], or [channels, length].
  /// - Throws: `.mismatchedInputs` for another shape; `.outOfRange` for a negative length; `.limitExceeded` if the result
  ///   would be larger than `limits.frameBytes`.
  public func callAsFunction(
    _ spectra: Tensor<Float>, length: Int? = nil, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    let binCount = options.nFFT / 2 + 1
    let shape = spectra.shape
    guard (3...4).contains(shape.count), shape.last == 2, shape[shape.count - 3] == binCount else {
      throw GenbaError(
        .mismatchedInputs,
        "spectra of n_fft \(options.nFFT) are [\(binCount), frames, 2], with channels in front or without; these are "
          + "\(shape)")
    }
    let columns = shape[shape.count - 2]
    let channels = shape.count == 4 ? shape[0] : 1
    let samples = length ?? sampleCount(frames: columns)
    guard samples >= 0 else { throw GenbaError(.outOfRange, "a sound has no negative length, as \(samples)") }
    let (elements, overflow) = samples.multipliedReportingOverflow(by: max(channels, 1))
    guard !overflow, elements <= limits.frameBytes / 4 else {
      throw GenbaError(
        .limitExceeded,
        "\(samples) samples are more than the limit of \(limits.frameBytes) bytes; raise DecodeLimits.frameBytes")
    }
    // librosa leaves out frames that begin behind the end.
    let needed = (samples + 2 * options.pad + options.hopLength - 1) / options.hopLength
    let frames = length == nil ? columns : min(columns, needed)
    let size = binCount * columns * 2
    return Tensor<Float>(shape: shape.count == 4 ? [channels, samples] : [samples]) { output in
      for channel in 0..<channels {
        plan.append(
          spectra.span.extracting(channel * size..<(channel + 1) * size), columns: columns, frames: frames,
          length: samples, to: &output)
      }
    }
  }
}
