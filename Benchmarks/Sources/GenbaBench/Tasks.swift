import Genba

/// One run of a task. Every run makes its result anew, in memory of its own.
typealias Work = () throws(GenbaError) -> TensorBundle

/// The tasks by name; peer.py has the same. Each closure loads its inputs from the folder.
let tasks: [String: @Sendable (_ inputs: String) throws(GenbaError) -> Work] = [
  "whisper.20x30s": { inputs throws(GenbaError) in try whisper(clips(inputs)) },
  "whisper.2s": { inputs throws(GenbaError) in
    let samples = Array(try clips(inputs)[0].samples)
    return try whisper([AudioSamples(mono: Array(samples.prefix(32_000)), sampleRate: 16_000)])
  },
]

private func clips(_ inputs: String) throws(GenbaError) -> [AudioSamples] {
  let file = try TensorBundle(contentsOf: "\(inputs)/clips.npy")
  guard let samples = file.first?.tensor.as(Float.self), samples.rank == 2 else {
    throw GenbaError(.corruptData, "clips.npy holds no float32 [clips, samples]")
  }
  let all = Array(samples)
  let length = samples.shape[1]
  return (0..<samples.shape[0]).map { clip in
    AudioSamples(mono: Array(all[clip * length..<(clip + 1) * length]), sampleRate: 16_000)
  }
}

private func whisper(_ clips: [AudioSamples]) throws(GenbaError) -> Work {
  let extractor = try WhisperFeatureExtractor(featureSize: 128)
  return { () throws(GenbaError) in try extractor(clips) }
}
