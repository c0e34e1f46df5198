internal import GenbaCore
internal import GenbaStorage
internal import Synchronization

/// A feature of sound that a recipe names, with its options. Tables are made once for each sample rate.
final class SoundFeature: Sendable {
  private enum Kind: Sendable {
    /// The samples themselves.
    case samples
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
    func wrong(_ what: String) -> GenbaError {
      GenbaError(.invalidConfiguration, "the recipe's \"\(column)\": \(what)")
    }
    if name == "samples" {
      guard options == nil else { throw wrong("samples have no options; name a feature, such as log_mel") }
      self.init(.samples)
      return
    }
    guard let feature = FrameFeatureKind(rawValue: name.replacing("_", with: "-")) else {
      throw wrong("there is no feature \"\(name)\"; there are \(Self.names.joined(separator: ", "))")
    }
    do throws(GenbaError) {
      _ = try feature.computing(options?.text, sampleRate: feature.largestRate)
    } catch {
      throw wrong(error.message)
    }
    self.init(.ofFrames(feature, options: options?.text))
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
    case .ofFrames(let feature, let options):
      made = try feature.computing(options, sampleRate: sampleRate)
    }
    prepared.withLock { $0[sampleRate] = made }
    return made
  }
}
