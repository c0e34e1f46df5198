internal import GenbaAudio
public import GenbaCore

extension FrameFeatureKind {
  /// What is made of a feature besides itself.
  package struct Additions: Sendable {
    /// Changes from frame to frame, up to this order.
    package var deltas: Int
    /// Whether power and magnitudes become decibels.
    package var decibels: Bool

    package init(deltas: Int = 0, decibels: Bool = false) {
      self.deltas = deltas
      self.decibels = decibels
    }
  }

  /// Throws what makes the additions impossible.
  package func check(_ additions: Additions) throws(GenbaError) {
    if additions.deltas > 0, [.stft, .cqtComplex, .kaldiFbank].contains(self) {
      throw GenbaError(
        .invalidConfiguration, "--deltas goes with features whose last axis is time, and \(rawValue) is none of them")
    }
    if additions.decibels, ![.stftMagnitude, .stftPower, .mel, .cqt].contains(self) {
      throw GenbaError(
        .invalidConfiguration, "--decibels goes with stft-magnitude, stft-power, mel and cqt, and not with \(rawValue)")
    }
  }

  /// The feature of a sound of that rate, ready to be computed. The rate in the options is that of the sound.
  ///
  /// - Parameter json: A JSON object with options under the reference's names; `nil` for its defaults.
  /// - Throws: `.invalidConfiguration` for JSON that is none, and for options that are unknown or cannot be.
  public func computing(
    _ json: String?, sampleRate: Int
  ) throws(GenbaError) -> @Sendable (AudioSamples) throws(GenbaError) -> TensorBundle {
    let ready = try computation(json, sampleRate: sampleRate)
    return { audio throws(GenbaError) in try tensors(of: audio, ready, Additions()) }
  }

  /// The feature's tensors, by its name.
  package func tensors(
    of audio: AudioSamples, _ computation: Computation, _ additions: Additions
  ) throws(GenbaError) -> TensorBundle {
    let name = rawValue.replacing("-", with: "_")
    var bundle = TensorBundle()
    var tensor = try computation.compute(audio)
    if additions.decibels { tensor = inDecibels(tensor, computation.bands) }
    if self == .spectralShape, let rows = tensor.as(Float.self) {
      for (row, name) in SpectralFeatures.names.enumerated() { bundle.set(name, to: rows.row(row)) }
    } else {
      bundle[name] = tensor
    }
    for order in stride(from: 1, through: additions.deltas, by: 1) {
      let deltas = try Deltas(order: order)
      for (name, tensor) in Array(bundle) where !name.contains(".") {
        guard let values = tensor.as(Float.self) else { continue }
        bundle.set(order == 1 ? "\(name).delta" : "\(name).delta\(order)", to: try deltas(values))
      }
    }
    bundle.metadata["sample_rate"] = "\(audio.sampleRate)"
    if let options = computation.stft {
      bundle.metadata.merge(InverseSTFT.metadata(of: options, sampleCount: audio.sampleCount)) { _, new in new }
    }
    return bundle
  }

  /// Power or magnitudes as decibels; anything else as it is.
  package func inDecibels(_ tensor: AnyTensor, _ bands: Bands) -> AnyTensor {
    guard case .frequencies(_, let strength) = bands, let values = tensor.asFloat else { return tensor }
    switch strength {
    case .power: return AnyTensor(Decibels()(power: values))
    case .magnitude: return AnyTensor(Decibels()(magnitude: values))
    case .logarithmic: return tensor
    }
  }
}

extension AnyTensor {
  /// Its numbers as float32, where they are floating-point.
  package var asFloat: Tensor<Float>? {
    if let values = self.as(Float.self) { return values }
    guard let values = self.as(Double.self) else { return nil }
    return Tensor(Array(values).map { Float($0) }, shape: values.shape)
  }
}

extension Tensor<Float> {
  /// One row of [rows, columns], or of each channel of [channels, rows, columns].
  fileprivate func row(_ row: Int) -> Tensor<Float> {
    let (rows, columns) = (shape[rank - 2], shape[rank - 1])
    let values = Array(self)
    let parts = stride(from: row * columns, to: count, by: rows * columns).flatMap { values[$0..<$0 + columns] }
    return Tensor(parts, shape: shape.dropLast(2) + [columns])
  }
}
