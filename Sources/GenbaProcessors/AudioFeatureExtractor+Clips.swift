internal import GenbaCore

extension AudioFeatureExtractor {
  /// Throws `.mismatchedInputs` for no clip, and for the first that has another rate or number of channels than the
  /// model hears, with what to do.
  func check(_ clips: [AudioSamples]) throws(GenbaError) {
    guard !clips.isEmpty else {
      throw GenbaError(.mismatchedInputs, "there is no clip to extract features from")
    }
    for (index, clip) in clips.enumerated() {
      let name = clips.count == 1 ? "the clip" : "clip \(index)"
      guard clip.sampleRate == samplingRate else {
        throw GenbaError(
          .mismatchedInputs,
          "\(name) has \(clip.sampleRate) Hz and the model hears \(samplingRate) Hz; resample while decoding, "
            + "allSamples(sampleRate: \(samplingRate))")
      }
      guard clip.channelCount == channelCount else {
        let (number, advice) =
          channelCount == 1
          ? ("one", "mix them while decoding, allSamples(channels: .mono)")
          : ("\(channelCount)", "give it a recording of as many")
        throw GenbaError(
          .mismatchedInputs, "\(name) has \(clip.channelCount) channels and the model hears \(number); \(advice)")
      }
    }
  }

  /// Throws `.mismatchedInputs` for the first clip that has fewer than `minimum` samples.
  func check(_ clips: [AudioSamples], minimum: Int) throws(GenbaError) {
    for (index, clip) in clips.enumerated() where clip.sampleCount < minimum {
      let name = clips.count == 1 ? "the clip" : "clip \(index)"
      throw GenbaError(
        .mismatchedInputs,
        "\(name) has \(clip.sampleCount) samples and the model needs \(minimum); leave it out or fill it with silence")
    }
  }
}
