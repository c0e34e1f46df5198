import Genba

/// The tasks on sound files (Benchmarks/sounds.sh), each from opening the file to its last sample; peer_sound.py has the
/// same.
let soundTasks: [String: @Sendable (_ inputs: String) throws(GenbaError) -> Work] = [
  "sound.wav": { inputs throws(GenbaError) in decode("\(inputs)/sounds/ten-minutes.wav") },
  "sound.flac": { inputs throws(GenbaError) in decode("\(inputs)/sounds/ten-minutes.flac") },
  "sound.mp3": { inputs throws(GenbaError) in decode("\(inputs)/sounds/ten-minutes.mp3") },
  "sound.aac": { inputs throws(GenbaError) in decode("\(inputs)/sounds/ten-minutes.m4a") },
  "sound.opus": { inputs throws(GenbaError) in decode("\(inputs)/sounds/ten-minutes.opus") },
  "sound.vorbis": { inputs throws(GenbaError) in decode("\(inputs)/sounds/ten-minutes.ogg") },
  "sound.whisper": { inputs throws(GenbaError) in try whisper("\(inputs)/sounds/half-minute.flac") },
  "sound.stream.flac": { inputs throws(GenbaError) in try stream("\(inputs)/sounds/two-hours.flac") },
  "sound.stream.mp3": { inputs throws(GenbaError) in try stream("\(inputs)/sounds/two-hours.mp3") },
  "sound.stream.aac": { inputs throws(GenbaError) in try stream("\(inputs)/sounds/two-hours.m4a") },
  "sound.stream.opus": { inputs throws(GenbaError) in try stream("\(inputs)/sounds/two-hours.opus") },
  "sound.stream.vorbis": { inputs throws(GenbaError) in try stream("\(inputs)/sounds/two-hours.ogg") },
]

private func decode(_ path: String) -> Work {
  { () throws(GenbaError) in
    var bundle = TensorBundle()
    bundle.set("samples", to: try AudioDecoder(path).allSamples().samples)
    return bundle
  }
}

private func whisper(_ path: String) throws(GenbaError) -> Work {
  let extractor = try WhisperFeatureExtractor(featureSize: 128)
  return { () throws(GenbaError) in
    try extractor(AudioDecoder(path).allSamples(sampleRate: extractor.samplingRate, channels: .mono))
  }
}

/// A long recording to log-mel, block by block; the process's memory is what counts.
private func stream(_ path: String) throws(GenbaError) -> Work {
  let logMel = try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 400, hopLength: 160, nMels: 128, topDB: nil))
  return { () throws(GenbaError) in
    var stream = FeatureStream(logMel)
    var blocks = try AudioDecoder(path).blocks(of: 16_000, sampleRate: 16_000, channels: .mono)
    while let block = try blocks.next() { _ = try stream.push(block) }
    _ = try stream.finish()
    var bundle = TensorBundle()
    bundle.set("frames", to: Tensor<Int64>([Int64(stream.frameCount)]))
    return bundle
  }
}
