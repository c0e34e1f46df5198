internal import FoundationEssentials
internal import GenbaAudio
internal import GenbaCore
internal import GenbaStorage
internal import Synchronization

/// A feature of sound that a recipe names, with its options. Tables are made once for each sample rate.
final class SoundFeature: Sendable {
  private enum Kind: Sendable {
    /// The samples themselves.
    case samples
    case logMel(LogMelSpectrogram.Options)
    case ofFrames(FrameFeatureKind, options: String?)
  }

  typealias Computation = @Sendable (AudioSamples) throws(GenbaError) -> TensorBundle

  private let kind: Kind
  private let prepared = Mutex<[Int: Computation]>([:])

  static let names = ["samples"] + FrameFeatureKind.allCases.map { $0.rawValue.replacing("-", with: "_") }

  /// The samples themselves.
  static let samples = SoundFeature(.samples)

  private init(_ kind: Kind) { self.kind = kind }

  /// - Throws: `.invalidConfiguration` for a name or an option that there is not.
  convenience init(_ name: String, options: JSON?, column: String) throws(GenbaError) {
    switch name {
    case "samples": self.init(.samples)
    case "log_mel":
      let logMel: LogMelSpectrogram.Options
      do {
        let text = options?.text ?? "{}"
        logMel = try JSONDecoder().decode(LogMelSpectrogram.Options.self, from: Data(text.utf8))
      } catch {
        throw GenbaError(.invalidConfiguration, "the recipe's \"\(column)\": options of log_mel", cause: "\(error)")
      }
      self.init(.logMel(logMel))
    default:
      guard let feature = FrameFeatureKind(rawValue: name.replacing("_", with: "-")) else {
        throw GenbaError(
          .invalidConfiguration,
          "the recipe's \"\(column)\" has no feature \"\(name)\"; there are \(Self.names.joined(separator: ", "))")
      }
      _ = try feature.computing(options?.text, sampleRate: feature.largestRate)
      self.init(.ofFrames(feature, options: options?.text))
    }
  }

  /// The tensors of a sound.
  func callAsFunction(_ audio: AudioSamples) throws(GenbaError) -> TensorBundle {
    if case .samples = kind {
      var bundle = TensorBundle()
      bundle.set("samples", to: audio.samples)
      bundle.set("sample_rate", to: Tensor<Int64>([Int64(audio.sampleRate)]))
      return bundle
    }
    var bundle = try computation(sampleRate: audio.sampleRate)(audio)
    bundle.metadata["sample_rate"] = "\(audio.sampleRate)"
    return bundle
  }

  private func computation(sampleRate: Int) throws(GenbaError) -> Computation {
    if let known = prepared.withLock({ $0[sampleRate] }) { return known }
    let made: Computation
    switch kind {
    case .samples: made = { _ throws(GenbaError) in TensorBundle() }
    case .logMel(var options):
      options.sampleRate = sampleRate
      let spectrogram = try LogMelSpectrogram(options)
      made = { audio throws(GenbaError) in
        var bundle = TensorBundle()
        bundle.set("log_mel", to: try spectrogram(audio))
        return bundle
      }
    case .ofFrames(let feature, let options):
      made = try feature.computing(options, sampleRate: sampleRate)
    }
    prepared.withLock { $0[sampleRate] = made }
    return made
  }
}
