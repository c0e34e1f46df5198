internal import FoundationEssentials
internal import GenbaAudio
internal import GenbaCore
internal import GenbaStorage

/// A feature of sound that a recipe names, with its options.
enum SoundFeature: Sendable {
  /// The samples themselves.
  case samples
  case logMel(LogMelSpectrogram.Options)
  case ofFrames(FrameFeature, options: String?)

  static let names = ["samples", "log_mel"] + FrameFeature.allCases.map { $0.rawValue.replacing("-", with: "_") }

  /// - Throws: `.invalidConfiguration` for a name or an option that there is not.
  init(_ name: String, options: JSON?, column: String) throws(GenbaError) {
    switch name {
    case "samples": self = .samples
    case "log_mel":
      do {
        let text = options?.text ?? "{}"
        self = .logMel(try JSONDecoder().decode(LogMelSpectrogram.Options.self, from: Data(text.utf8)))
      } catch {
        throw GenbaError(.invalidConfiguration, "the recipe's \"\(column)\": options of log_mel", cause: "\(error)")
      }
    default:
      guard let feature = FrameFeature(rawValue: name.replacing("_", with: "-")) else {
        throw GenbaError(
          .invalidConfiguration,
          "the recipe's \"\(column)\" has no feature \"\(name)\"; there are \(Self.names.joined(separator: ", "))")
      }
      _ = try feature.computing(options?.text, sampleRate: 1_000_000)
      self = .ofFrames(feature, options: options?.text)
    }
  }

  /// The tensors of a sound.
  func callAsFunction(_ audio: AudioSamples) throws(GenbaError) -> TensorBundle {
    var bundle = TensorBundle()
    switch self {
    case .samples:
      bundle.set("samples", to: audio.samples)
      bundle.set("sample_rate", to: Tensor<Int64>([Int64(audio.sampleRate)]))
    case .logMel(var options):
      options.sampleRate = audio.sampleRate
      bundle.set("log_mel", to: try LogMelSpectrogram(options)(audio))
      bundle.metadata["sample_rate"] = "\(audio.sampleRate)"
    case .ofFrames(let feature, let options):
      bundle = try feature.computing(options, sampleRate: audio.sampleRate)(audio)
      bundle.metadata["sample_rate"] = "\(audio.sampleRate)"
    }
    return bundle
  }
}
