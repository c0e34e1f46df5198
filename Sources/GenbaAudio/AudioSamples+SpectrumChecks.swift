internal import GenbaCore

/// What every spectrum asks of a sound before memory is asked for.
extension AudioSamples {
  /// Throws `.mismatchedInputs` for another rate than the feature is made for.
  func checkSampleRate(_ expected: Int) throws(GenbaError) {
    guard sampleRate == expected else {
      throw GenbaError(
        .mismatchedInputs,
        "the sound has \(sampleRate) Hz and the filters are made for \(expected) Hz; resample while decoding, "
          + "allSamples(sampleRate: \(expected)), or set the options' sample rate")
    }
  }

  /// Throws `.limitExceeded` if so many frames of each channel take too much memory.
  func checkSpectrum(frames: Int, columns: Int, bytes: Int = 4, limits: DecodeLimits) throws(GenbaError) {
    let (elements, overflow) = frames.multipliedReportingOverflow(by: columns * max(channelCount, 1))
    guard !overflow, elements <= limits.frameBytes / bytes else {
      throw GenbaError(
        .limitExceeded,
        "\(frames) frames of \(columns) numbers are more than the limit of \(limits.frameBytes) bytes; put the frames "
          + "further apart or raise DecodeLimits.frameBytes")
    }
  }
}
