import Dispatch
import Genba
import Synchronization

/// One run of a task. Every run makes its result anew, in memory of its own.
typealias Work = @Sendable () throws(GenbaError) -> TensorBundle

/// The tasks by name; peer.py has the same. Each closure loads its inputs from the folder.
let tasks: [String: @Sendable (_ inputs: String) throws(GenbaError) -> Work] = [
  "whisper.20x30s": { inputs throws(GenbaError) in try whisper(clips(inputs)) },
  "whisper.2s": { inputs throws(GenbaError) in
    let samples = Array(try clips(inputs)[0].samples)
    return try whisper([AudioSamples(mono: Array(samples.prefix(32_000)), sampleRate: 16_000)])
  },
  "stft.512": { inputs throws(GenbaError) in try magnitudes(clips(inputs), nFFT: 512) },
  "stft.1024": { inputs throws(GenbaError) in try magnitudes(clips(inputs), nFFT: 1024) },
  "stft.2048": { inputs throws(GenbaError) in try magnitudes(clips(inputs), nFFT: 2048) },
  "kaldi-fbank.80": { inputs throws(GenbaError) in try kaldiFbank(clips(inputs)) },
  "qwen2.5-omni.2s": { inputs throws(GenbaError) in
    try extracted(cut(clips(inputs), count: 1, to: 32_000), by: "qwen2.5-omni")
  },
  "log-mel.1024.512.128": { inputs throws(GenbaError) in
    let logMel = try LogMelSpectrogram(.init(sampleRate: 16_000, nFFT: 1024, hopLength: 512, nMels: 128, topDB: nil))
    let clips = try clips(inputs)
    return { () throws(GenbaError) in try each(clips) { clip throws(GenbaError) in try logMel(clip) } }
  },
  "ast.20x10s": { inputs throws(GenbaError) in
    try extracted(cut(clips(inputs), to: 160_000), by: "ast-finetuned-audioset-10-10-0.4593")
  },
  "parakeet.20x30s": { inputs throws(GenbaError) in try extracted(clips(inputs), by: "parakeet-ctc-1.1b") },
  "seamless.20x30s": { inputs throws(GenbaError) in try extracted(clips(inputs), by: "seamless-m4t") },
  // The same samples, said to be at 48 kHz: 10 seconds.
  "clap-fused.20x10s": { inputs throws(GenbaError) in
    try extracted(clips(inputs, sampleRate: 48_000), by: "clap-htsat-fused")
  },
  "clap-unfused.20x10s": { inputs throws(GenbaError) in
    try extracted(clips(inputs, sampleRate: 48_000), by: "clap-htsat-unfused")
  },
  "qwen2-vl.1080p.file": { inputs throws(GenbaError) in try pictureFile("\(inputs)/1080p.jpg", preset("qwen2-vl")) },
  "qwen2-vl.1080p.pixels": { inputs throws(GenbaError) in try pixels("\(inputs)/1080p.jpg", preset("qwen2-vl")) },
  "qwen2-vl.12mp.file": { inputs throws(GenbaError) in try pictureFile("\(inputs)/12mp.jpg", preset("qwen2-vl")) },
  "qwen2-vl.12mp.pixels": { inputs throws(GenbaError) in try pixels("\(inputs)/12mp.jpg", preset("qwen2-vl")) },
  "qwen2-vl-class-defaults.12mp.file": { inputs throws(GenbaError) in
    try pictureFile("\(inputs)/12mp.jpg", Qwen2VLImageProcessor(.qwen2VLImage))
  },
  "qwen2-vl-class-defaults.12mp.pixels": { inputs throws(GenbaError) in
    try pixels("\(inputs)/12mp.jpg", Qwen2VLImageProcessor(.qwen2VLImage))
  },
  "qwen3-vl.1080p.pixels": { inputs throws(GenbaError) in try pixels("\(inputs)/1080p.jpg", preset("qwen3-vl")) },
  "qwen3-vl.1080p.pixels.threads": { inputs throws(GenbaError) in
    let work = try pixels("\(inputs)/1080p.jpg", preset("qwen3-vl"))
    return { () throws(GenbaError) in try onTwoThreads(2) { _ throws(GenbaError) in try work() } }
  },
  "siglip.12mp.file": { inputs throws(GenbaError) in
    try pictureFile("\(inputs)/12mp.jpg", preset("siglip2-base-patch16-224"))
  },
  "clip.500-files.threads": { inputs throws(GenbaError) in
    let clip = try preset("clip-vit-large-patch14")
    return { () throws(GenbaError) in
      try onTwoThreads(500) { index throws(GenbaError) in
        try clip(ImageDecoder.decode("\(inputs)/photos-2mp/\(index % 20).jpg"))
      }
    }
  },
  "decode.jpeg": { inputs throws(GenbaError) in try decoding("\(inputs)/12mp.jpg") },
  "decode.png": { inputs throws(GenbaError) in try decoding("\(inputs)/12mp.png") },
  "decode.bayer": { inputs throws(GenbaError) in try bayer("\(inputs)/12mp.bayer") },
  "resize.torchvision": { inputs throws(GenbaError) in try resize("\(inputs)/12mp.jpg", .torchvision) },
  "resize.pillow": { inputs throws(GenbaError) in try resize("\(inputs)/12mp.jpg", .pillow13) },
]

private func clips(_ inputs: String, sampleRate: Int = 16_000) throws(GenbaError) -> [AudioSamples] {
  let file = try TensorBundle(contentsOf: "\(inputs)/clips.npy")
  guard let samples = file.first?.tensor.as(Float.self), samples.rank == 2 else {
    throw GenbaError(.corruptData, "clips.npy holds no float32 [clips, samples]")
  }
  let all = Array(samples)
  let length = samples.shape[1]
  return (0..<samples.shape[0]).map { clip in
    AudioSamples(mono: Array(all[clip * length..<(clip + 1) * length]), sampleRate: sampleRate)
  }
}

/// The first samples of the first clips.
private func cut(_ clips: [AudioSamples], count: Int = .max, to samples: Int) -> [AudioSamples] {
  clips.prefix(count).map { clip in
    AudioSamples(mono: Array(Array(clip.samples).prefix(samples)), sampleRate: clip.sampleRate)
  }
}

/// All clips as one batch, by a preset's extractor.
private func extracted(_ clips: [AudioSamples], by name: String) throws(GenbaError) -> Work {
  guard let extractor = Preset.named(name).flatMap({ AutoProcessor($0).featureExtractor }) else {
    throw GenbaError(.invalidConfiguration, "there is no preset \(name) that takes sound")
  }
  return { () throws(GenbaError) in try extractor(clips) }
}

private func whisper(_ clips: [AudioSamples]) throws(GenbaError) -> Work {
  let extractor = try WhisperFeatureExtractor(featureSize: 128)
  return { () throws(GenbaError) in try extractor(clips) }
}

private func magnitudes(_ clips: [AudioSamples], nFFT: Int) throws(GenbaError) -> Work {
  let stft = try STFT(.init(nFFT: nFFT))
  return { () throws(GenbaError) in try each(clips) { clip throws(GenbaError) in try stft.magnitude(clip) } }
}

private func kaldiFbank(_ clips: [AudioSamples]) throws(GenbaError) -> Work {
  let fbank = try KaldiFbank(.init(numMelBins: 80, sampleScale: 32_768))
  return { () throws(GenbaError) in try each(clips) { clip throws(GenbaError) in try fbank(clip) } }
}

/// A tensor a clip, under its number.
private func each(
  _ clips: [AudioSamples], _ feature: (AudioSamples) throws(GenbaError) -> Tensor<Float>
) throws(GenbaError) -> TensorBundle {
  var bundle = TensorBundle()
  for (index, clip) in clips.enumerated() { bundle.set("\(index)", to: try feature(clip)) }
  return bundle
}

/// Several pieces of work on two threads; each result's tensors under its number.
private func onTwoThreads(
  _ count: Int, _ work: @Sendable (Int) throws(GenbaError) -> TensorBundle
) throws(GenbaError) -> TensorBundle {
  let results = Mutex([Int: Result<TensorBundle, GenbaError>]())
  DispatchQueue.concurrentPerform(iterations: 2) { thread in
    for index in stride(from: thread, to: count, by: 2) {
      let result = Result { () throws(GenbaError) in try work(index) }
      results.withLock { $0[index] = result }
    }
  }
  var bundle = TensorBundle()
  for (index, result) in results.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
    for (name, tensor) in try result.get() { bundle["\(name).\(index)"] = tensor }
  }
  return bundle
}

private func preset(_ name: String) throws(GenbaError) -> any ImageProcessor {
  guard let processor = Preset.named(name).flatMap({ AutoProcessor($0).imageProcessor }) else {
    throw GenbaError(.invalidConfiguration, "there is no preset \(name) that takes pictures")
  }
  return processor
}

/// Decoding included.
private func pictureFile(_ path: String, _ processor: any ImageProcessor) throws(GenbaError) -> Work {
  { () throws(GenbaError) in try processor(ImageDecoder.decode(path)) }
}

/// From a picture that is decoded already.
private func pixels(_ path: String, _ processor: any ImageProcessor) throws(GenbaError) -> Work {
  let image = try ImageDecoder.decode(path)
  return { () throws(GenbaError) in try processor(image) }
}

/// A picture from the bytes of its file.
private func decoding(_ path: String) throws(GenbaError) -> Work {
  let source = MediaSource.memory(try FileReading.bytes(of: path), name: path)
  return { () throws(GenbaError) in
    var bundle = TensorBundle()
    bundle["pixels"] = try ImageDecoder.decode(source).tensor
    return bundle
  }
}

/// A picture from the samples of a Bayer sensor of 4000 x 3000.
private func bayer(_ path: String) throws(GenbaError) -> Work {
  let bytes = try FileReading.bytes(of: path)
  let format = BayerFormat(width: 4000, height: 3000, pattern: .rggb)
  return { () throws(GenbaError) in
    var bundle = TensorBundle()
    bundle["pixels"] = try format.image(of: bytes).tensor
    return bundle
  }
}

/// A 12-megapixel photo to what Qwen2-VL's class default makes of it. The weights are computed anew in each run, as
/// the peers do.
private func resize(_ path: String, _ arithmetic: ImageResizer.Arithmetic) throws(GenbaError) -> Work {
  guard case .uint8(let pixels) = try ImageDecoder.decode(path).pixels else {
    throw GenbaError(.corruptData, "\(path) has not 8 bits")
  }
  return { () throws(GenbaError) in
    let resizer = ImageResizer(
      fromHeight: pixels.shape[0], width: pixels.shape[1], toHeight: 840, width: 1148, arithmetic: arithmetic)
    var bundle = TensorBundle()
    bundle.set("resized", to: resizer(pixels))
    return bundle
  }
}
