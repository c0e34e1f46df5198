// The frames of one clip that each model's rule takes, side by side with their times, and how many frames had to be
// decoded for them.
//
//   swift run -c release clip-sampler line4.mp4 clip.png

import Genba
import GenbaPlot
import Glibc

/// A model, and whose rule chooses its frames.
struct Rule {
  var model: String
  var sampling: FrameSampling

  var name: String { sampling == .hf ? model : "\(model), \(sampling.rawValue)" }
}

let rules =
  ["qwen2-vl", "qwen2.5-vl", "qwen3-vl", "qwen3-omni", "videomae-base", "vjepa2-vitl-fpc64-256"].map {
    Rule(model: $0, sampling: .hf)
  } + [Rule(model: "qwen2.5-vl", sampling: .qwenVLUtils)]

/// Frames that are drawn of each rule, between its name and what it took.
let most = 8

func sample(_ path: String, to picture: String) throws(GenbaError) {
  var cells: [Tensor<UInt8>] = []
  var labels: [String] = []
  for rule in rules {
    var decoder = try VideoDecoder(path, layout: .nhwc)
    let metadata = decoder.metadata
    guard let numFrames = metadata.numFrames, let rate = metadata.averageFPS,
      let preset = Preset.named(rule.model), let processor = AutoProcessor(preset).videoProcessor
    else { continue }
    let facts = VideoFacts(numFrames: numFrames, averageFPS: rate, height: metadata.height, width: metadata.width)
    let plan = try processor.plan(for: facts, sampling: rule.sampling)
    decoder.announce(plan.frameIndices)
    // Every frame is decoded, as for the model; some of them are drawn.
    let count = plan.frameIndices.count
    let shown = Set((0..<min(count, most)).map { $0 * count / min(count, most) })
    let blank = Tensor<UInt8>(repeating: 255, shape: [metadata.height, metadata.width, 3])
    var times: [String] = []
    cells.append(blank)
    labels.append(rule.name)
    for (place, index) in plan.frameIndices.enumerated() {
      let frame = try decoder.frame(at: index)
      let time = hundredths(frame.ptsSeconds)
      times.append(time)
      guard shown.contains(place) else { continue }
      cells.append(frame.pixels)
      labels.append("\(time) s")
    }
    cells.append(blank)
    labels.append("\(count) frames, \(decoder.decodedPacketCount) decoded")
    // Each rule has a row of its own.
    while cells.count % (most + 2) != 0 {
      cells.append(blank)
      labels.append("")
    }
    print(
      "\(rule.name): \(count) frames of \(numFrames), \(decoder.decodedPacketCount) decoded, at \(times.joined(separator: " ")) s"
    )
  }
  let sheet = ContactSheet(
    width: 2000, columns: most + 2, title: path.split(separator: "/").last.map(String.init),
    caption: "what each model's rule takes; \(most) of its frames at most")
  try PNGEncoder.write(sheet(cells, labels: labels), to: picture)
  print("drew \(picture)")
}

func hundredths(_ seconds: Double) -> String {
  let number = Int((seconds * 100).rounded())
  return "\(number / 100).\(number % 100 < 10 ? "0" : "")\(number % 100)"
}

guard CommandLine.arguments.count == 3 else {
  print("usage: clip-sampler CLIP PICTURE.png")
  exit(2)
}
do {
  try sample(CommandLine.arguments[1], to: CommandLine.arguments[2])
} catch {
  print("clip-sampler: \(error)")
  exit(1)
}
