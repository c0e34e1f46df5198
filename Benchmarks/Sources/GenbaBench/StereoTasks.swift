import Genba

/// The stereo tasks, `stereo.PAIRS.MODE` or `stereo.PAIRS.MODE.threads` for two threads; stereo.py has OpenCV's side.
///
/// Disparities are -1 where there is none, as the peer's are below 0.
func stereoTask(_ name: String) -> (@Sendable (_ inputs: String) throws(GenbaError) -> Work)? {
  let words = name.split(separator: ".").map(String.init)
  guard words.count >= 3, words[0] == "stereo" else { return nil }
  let threads = words.count > 3 ? 2 : 1
  return { inputs throws(GenbaError) in
    var work: [(name: String, match: Match, left: Tensor<UInt8>, right: Tensor<UInt8>)] = []
    for (pair, count) in pairs(of: words[1]) {
      let path = "\(inputs)/stereo/\(pair).npy"
      guard (try? FileReading.check(path)) != nil else { continue }
      let (left, right) = try pictures(path)
      work.append((pair, try matcher(words[2], numDisparities: count, threads: threads), left, right))
    }
    return { [work] () throws(GenbaError) in
      var bundle = TensorBundle()
      for (name, match, left, right) in work {
        let map = try match(left, right)
        bundle.set("disparity.\(name)", to: map.pixels)
        bundle.set("confidence.\(name)", to: map.confidence)
        bundle.set("valid_mask.\(name)", to: map.validMask)
      }
      return bundle
    }
  }
}

private typealias Match = @Sendable (Tensor<UInt8>, Tensor<UInt8>) throws(GenbaError) -> DisparityMap

/// `bm`, or the mode of `StereoSGBM`, with their defaults.
private func matcher(_ name: String, numDisparities: Int, threads: Int) throws(GenbaError) -> Match {
  if name == "bm" {
    let matcher = try StereoBM(numDisparities: numDisparities)
    return { left, right throws(GenbaError) in try matcher(left: left, right: right, threads: threads) }
  }
  guard let mode = StereoSGBM.Options.Mode(rawValue: name) else {
    throw GenbaError(.invalidConfiguration, "no matcher \(name)")
  }
  let matcher = try StereoSGBM(numDisparities: numDisparities, mode: mode)
  return { left, right throws(GenbaError) in try matcher(left: left, right: right, threads: threads) }
}

private func pairs(of task: String) -> [(name: String, numDisparities: Int)] {
  switch task {
  case "tiny": [("tiny", 16)]
  case "aloe": [("aloe", 224)]
  case "aloe-half": [("aloe-half", 112)]
  case "motorcycle": [("motorcycle", 80)]
  case "held-out":
    ["stairs", "fence", "clutter", "tiles", "steep", "dark", "brighter"].map { ("held-out-\($0)", 96) }
  default:
    ["slanted", "curved", "thin", "repetitive", "low-texture", "exposure", "noisy"].map { ("scene-\($0)", 96) }
  }
}

/// Both pictures of uint8 [2, height, width].
private func pictures(_ path: String) throws(GenbaError) -> (left: Tensor<UInt8>, right: Tensor<UInt8>) {
  guard let both = try TensorBundle(contentsOf: path).first?.tensor.as(UInt8.self), both.rank == 3 else {
    throw GenbaError(.corruptData, "\(path) holds no pair")
  }
  let (all, shape) = (Array(both), Array(both.shape.dropFirst()))
  return (Tensor(all.prefix(all.count / 2), shape: shape), Tensor(all.suffix(all.count / 2), shape: shape))
}
