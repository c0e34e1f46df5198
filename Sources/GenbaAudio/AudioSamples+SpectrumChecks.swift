internal import GenbaCore

/// What every spectrum asks of a sound before memory is asked for.
extension AudioSamples {
  /// Throws `.mismatchedInputs` for another rate than the filters are made for; `option` names the knob that sets it.
  func checkSampleRate(_ expected: Int, option: String) throws(GenbaError) {
    guard sampleRate == expected else {
      throw GenbaError(
        .mismatchedInputs,
        "the sound has \(sampleRate) Hz and the filters are made for \(expected) Hz; resample while decoding, "
          + "allSamples(sampleRate: \(expected)), or set \(option)")
    }
  }

  /// Throws `.limitExceeded` if so many frames of each channel take too much memory; `hop` names the knob that makes
  /// them fewer.
  func checkSpectrum(
    frames: Int, columns: Int, of unit: String, hop: String, limits: DecodeLimits
  ) throws(GenbaError) {
    let (elements, overflow) = frames.multipliedReportingOverflow(by: columns * max(channelCount, 1))
    guard !overflow, elements <= limits.frameBytes / 4 else {
      throw GenbaError(
        .limitExceeded,
        "\(frames) frames of \(columns) \(unit) are more than the limit of \(limits.frameBytes) bytes; raise \(hop) or "
          + "DecodeLimits.frameBytes")
    }
  }
}
