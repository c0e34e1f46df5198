internal import FoundationEssentials
internal import GenbaAudio
public import GenbaCore

/// A feature of frames, whose options come as JSON with the names of its reference.
public enum FrameFeature: String, Sendable, CaseIterable {
  case stft
  case stftMagnitude = "stft-magnitude"
  case stftPower = "stft-power"
  case mfcc
  case kaldiFbank = "kaldi-fbank"
  case spectralShape = "spectral-shape"
  case onsetStrength = "onset-strength"
  case rms
  case zeroCrossingRate = "zero-crossing-rate"

  /// The feature of a sound of that rate, ready to be computed. The rate in the options is that of the sound.
  ///
  /// - Parameter json: A JSON object with options under the reference's names; `nil` for its defaults.
  /// - Throws: `.invalidConfiguration` for JSON that is none, and for options that are unknown or cannot be.
  public func computing(
    _ json: String?, sampleRate: Int
  ) throws(GenbaError) -> @Sendable (AudioSamples) throws(GenbaError) -> TensorBundle {
    let name = rawValue.replacing("-", with: "_")
    func single(
      _ feature: @escaping @Sendable (AudioSamples) throws(GenbaError) -> Tensor<Float>
    ) -> @Sendable (AudioSamples) throws(GenbaError) -> TensorBundle {
      { audio throws(GenbaError) in
        var bundle = TensorBundle()
        bundle.set(name, to: try feature(audio))
        return bundle
      }
    }
    switch self {
    case .stft, .stftMagnitude, .stftPower:
      let stft = try STFT(options(json, or: STFT.Options()))
      return single { audio throws(GenbaError) in
        switch self {
        case .stftMagnitude: try stft.magnitude(audio)
        case .stftPower: try stft.power(audio)
        default: try stft(audio)
        }
      }
    case .mfcc:
      var options = try options(json, or: MFCC.Options())
      options.mel.sampleRate = sampleRate
      let mfcc = try MFCC(options)
      return single { audio throws(GenbaError) in try mfcc(audio) }
    case .kaldiFbank:
      var options = try options(json, or: KaldiFbank.Options())
      options.sampleRate = sampleRate
      let fbank = try KaldiFbank(options)
      return single { audio throws(GenbaError) in try fbank(audio) }
    case .spectralShape:
      let features = try SpectralFeatures(options(json, or: SpectralFeatures.Options()))
      return { audio throws(GenbaError) in try features(audio) }
    case .onsetStrength:
      var options = try options(json, or: LogMelSpectrogram.Options())
      options.sampleRate = sampleRate
      let strength = try OnsetStrength(options)
      return single { audio throws(GenbaError) in try strength(audio) }
    case .rms, .zeroCrossingRate:
      let statistics = try FrameStatistics(options(json, or: FrameStatistics.Options()))
      return single { audio throws(GenbaError) in
        self == .rms ? try statistics.rms(audio) : try statistics.zeroCrossingRate(audio)
      }
    }
  }

  private func options<Options: Codable>(_ json: String?, or standard: Options) throws(GenbaError) -> Options {
    guard let json else { return standard }
    do {
      let known = try names(of: standard)
      if let unknown = try JSONDecoder().decode([String: Anything].self, from: Data(json.utf8)).keys.sorted()
        .first(where: { !known.contains($0) })
      {
        throw GenbaError(
          .invalidConfiguration,
          "\(rawValue) has no option \"\(unknown)\"; there are: \(known.sorted().joined(separator: ", "))")
      }
      return try JSONDecoder().decode(Options.self, from: Data(json.utf8))
    } catch let error as GenbaError {
      throw error
    } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
      throw GenbaError(.invalidConfiguration, context.debugDescription)
    } catch DecodingError.typeMismatch(_, let context) where !context.codingPath.isEmpty {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw GenbaError(.invalidConfiguration, "\(key) in --options is of another type: \(context.debugDescription)")
    } catch {
      throw GenbaError(
        .invalidConfiguration, "--options is a JSON object such as {\"n_fft\": 512}, and this cannot be read: \(json)")
    }
  }

  /// The options' names: those that are written, and those that are not where they have no value.
  private func names(of options: some Encodable) throws -> Set<String> {
    let written = try JSONDecoder().decode([String: Anything].self, from: JSONEncoder().encode(options))
    let unwritten = [("n_fft", "win_length"), ("f_min", "f_max")].filter { written.keys.contains($0.0) }.map(\.1)
    return Set(written.keys).union(unwritten)
  }
}

/// A value of which only that it is there counts.
private struct Anything: Decodable {
  init(from decoder: any Decoder) throws {}
}
