internal import FoundationEssentials
package import GenbaAudio
package import GenbaCore

extension InverseSTFT {
  /// Metadata of complex spectra: the options that they were made with, as JSON.
  static var optionsKey: String { "stft" }
  /// Metadata of complex spectra: of how many samples they were made.
  static var sampleCountKey: String { "sample_count" }

  /// The sound of complex spectra in a file: of the tensor `stft`, or of the only one there is.
  ///
  /// - Parameters:
  ///   - json: Options under librosa's names; those that it lacks are the file's, or follow from the shape.
  ///   - sampleRate: In hertz; `nil` for the file's.
  /// - Returns: float32 [channels, samples], as many as were transformed, if the file says how many.
  /// - Throws: `.mismatchedInputs` for a file without complex spectra, and for one that knows no sample rate;
  ///   `.invalidConfiguration` for options that cannot be.
  package static func sound(
    of bundle: TensorBundle, options json: String?, sampleRate: Int?
  ) throws(GenbaError) -> AudioSamples {
    guard let tensor = bundle["stft"] ?? (bundle.count == 1 ? bundle[0].tensor : nil),
      let spectra = tensor.asFloat, (3...4).contains(spectra.rank), spectra.shape.last == 2
    else {
      throw GenbaError(
        .mismatchedInputs,
        "there are no complex spectra: a tensor stft, or a single tensor, of floats [bins, frames, 2] with channels in "
          + "front or without")
    }
    guard let rate = sampleRate ?? bundle.metadata["sample_rate"].flatMap({ Int($0) }), rate > 0 else {
      throw GenbaError(.mismatchedInputs, "the file does not say its sample rate; name it with --sample-rate")
    }
    var standard = STFT.Options(nFFT: max(2 * (spectra.shape[spectra.rank - 3] - 1), 2))
    if let stored = bundle.metadata[optionsKey] {
      standard = try FeatureOptions(feature: "the file's stft").read(stored, or: standard)
    }
    let options = try FeatureOptions(feature: "inverse-stft").read(json, or: standard)
    let length = json == nil ? bundle.metadata[sampleCountKey].flatMap { Int($0) } : nil
    let samples = try InverseSTFT(options)(spectra, length: length)
    let channels = spectra.rank == 4 ? spectra.shape[0] : 1
    return AudioSamples(samples: samples.reshaped(to: [channels, samples.count / max(channels, 1)]), sampleRate: rate)
  }

  /// What a file of complex spectra says of them, for the way back.
  static func metadata(of options: STFT.Options, sampleCount: Int) -> [String: String] {
    let json = (try? JSONEncoder().encode(options)).map { String(decoding: $0, as: UTF8.self) }
    return [optionsKey: json ?? "{}", sampleCountKey: "\(sampleCount)"]
  }
}
