import Genba

extension AudioCommand {
  /// What the detectors and the loudness meter say of a sound, with their defaults.
  func findings(_ finding: Feature.Finding, in audio: AudioSamples) throws(GenbaError) -> TensorBundle {
    var bundle = TensorBundle()
    bundle.metadata["sample_rate"] = "\(audio.sampleRate)"
    switch finding {
    case .loudness:
      let loudness = try Loudness(audio)
      bundle.set("integrated_loudness", to: Tensor([loudness.integrated]))
      bundle.set("momentary_loudness", to: Tensor(loudness.momentary))
      bundle.set("short_term_loudness", to: Tensor(loudness.shortTerm))
    case .silence:
      let silences = SilenceDetector()(audio)
      bundle.set(
        "silence", to: Tensor(silences.flatMap { [$0.lowerBound, $0.upperBound] }, shape: [silences.count, 2]))
    case .clipping:
      bundle.set("clipping", to: table(ClippingDetector()(audio)))
    case .dropouts:
      bundle.set("dropouts", to: table(DropoutDetector()(audio)))
    }
    return bundle
  }

  /// int64 [runs, 3]: channel, first sample, the sample behind the last.
  private func table(_ runs: [SampleRun]) -> Tensor<Int64> {
    let numbers = runs.flatMap { [$0.channel, $0.samples.lowerBound, $0.samples.upperBound].map(Int64.init) }
    return Tensor(numbers, shape: [runs.count, 3])
  }
}
