import Genba

/// The tasks on clips (Benchmarks/clips.sh), each from opening the file to the last frame; peer_video.py has the same.
let videoTasks: [String: @Sendable (_ inputs: String) throws(GenbaError) -> Work] = [
  "video.2fps.1080p-gop-250": { inputs throws(GenbaError) in every(15, of: "\(inputs)/clips/1080p-gop-250.mp4") },
  "video.2fps.720p-hevc": { inputs throws(GenbaError) in every(15, of: "\(inputs)/clips/720p-hevc.mp4") },
  "video.1fps.1080p-gop-30": { inputs throws(GenbaError) in every(30, of: "\(inputs)/clips/1080p-gop-30.mp4") },
  "video.robot-h264": { inputs throws(GenbaError) in samples(60, of: "\(inputs)/clips/robot-h264.mp4") },
  "video.robot-av1": { inputs throws(GenbaError) in samples(60, of: "\(inputs)/clips/robot-av1.mp4") },
  "video.sequential": { inputs throws(GenbaError) in sequential("\(inputs)/clips/1080p-gop-250.mp4") },
  "video.2fps.threads": { inputs throws(GenbaError) in
    every(15, of: "\(inputs)/clips/1080p-gop-30.mp4", threads: 2)
  },
  "video.2fps.count.threads": { inputs throws(GenbaError) in
    counted(every(15, of: "\(inputs)/clips/1080p-gop-30.mp4", threads: 2))
  },
  "video.sized": { inputs throws(GenbaError) in sized("\(inputs)/clips/1080p-gop-250.mp4") },
  "video.qwen3-vl": { inputs throws(GenbaError) in try qwen3VL("\(inputs)/clips/1080p-gop-30.mp4", .hf) },
  "video.qwen3-vl.utils": { inputs throws(GenbaError) in
    try qwen3VL("\(inputs)/clips/1080p-gop-30.mp4", .qwenVLUtils)
  },
  "video.short-clips": { inputs throws(GenbaError) in shortClips(inputs) },
]

private func every(_ step: Int, of path: String, threads: Int = 1) -> Work {
  { () throws(GenbaError) in
    var decoder = try VideoDecoder(path, threads: threads)
    let count = decoder.metadata.numFrames ?? 0
    return try bundle(decoder.frames(at: Array(stride(from: 0, to: count, by: step))))
  }
}

/// How many frames came, for peers that keep none.
private func counted(_ work: @escaping Work) -> Work {
  { () throws(GenbaError) in
    let frames = try work()["frames"]
    var bundle = TensorBundle()
    bundle.set("count", to: Tensor([Int64(frames?.shape[0] ?? 0)]))
    return bundle
  }
}

/// Every frame, each made small before the next is decoded.
private func sized(_ path: String) -> Work {
  { () throws(GenbaError) in
    var decoder = try VideoDecoder(path, layout: .nhwc)
    let (height, width) = (decoder.metadata.height, decoder.metadata.width)
    let resizer = ImageResizer(fromHeight: height, width: width, toHeight: 216, width: 384)
    let all = FrameSelection(indices: Array(0..<(decoder.metadata.numFrames ?? 0)))
    let batch = try decoder.frames(all, shape: [216, 384, 3]) { frame throws(GenbaError) in resizer(frame.pixels) }
    return bundle(batch)
  }
}

/// From the file to a model's tensors.
private func qwen3VL(_ path: String, _ sampling: FrameSampling) throws(GenbaError) -> Work {
  var options = Pipeline.Options()
  options.sampling = sampling
  let pipeline = try Pipeline(model: "qwen3-vl", options: options)
  return { () throws(GenbaError) in
    var bundle = try pipeline(videos: [path])
    bundle.metadata = [:]
    return bundle
  }
}

/// Frames at uneven places, as a training step of a robot's policy draws them: i · 1800 / count + 7 i mod 29.
private func samples(_ count: Int, of path: String) -> Work {
  { () throws(GenbaError) in
    var decoder = try VideoDecoder(path)
    let total = decoder.metadata.numFrames ?? 0
    return try bundle(decoder.frames(at: (0..<count).map { min($0 * total / count + 7 * $0 % 29, total - 1) }))
  }
}

/// Every frame as packed RGB, one after another.
private func sequential(_ path: String) -> Work {
  { () throws(GenbaError) in
    var decoder = try VideoDecoder(path, layout: .nhwc)
    var count: Int64 = 0
    while try decoder.next() != nil { count += 1 }
    var bundle = TensorBundle()
    bundle.set("count", to: Tensor([count]))
    return bundle
  }
}

/// Four frames of each of 200 clips, by what their headers say. Those of every tenth clip are kept; the others go as a
/// loader hands them on, since 740 MB kept at once would measure how the machine finds memory.
private func shortClips(_ inputs: String) -> Work {
  { () throws(GenbaError) in
    var bundle = TensorBundle()
    for clip in 0..<200 {
      let name = String(repeating: "0", count: 3 - "\(clip)".count) + "\(clip)"
      var decoder = try VideoDecoder("\(inputs)/clips/short-clips/\(name).mp4", seekMode: .approximate)
      let pixels = try decoder.frames(at: [7, 22, 37, 52]).pixels
      if clip % 10 == 0 { bundle.set(name, to: pixels) }
    }
    return bundle
  }
}

private func bundle(_ batch: FrameBatch) -> TensorBundle {
  var bundle = TensorBundle()
  bundle.set("frames", to: batch.pixels)
  bundle.set("pts_seconds", to: Tensor(batch.ptsSeconds))
  return bundle
}
