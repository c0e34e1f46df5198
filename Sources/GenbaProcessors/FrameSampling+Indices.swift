internal import GenbaCore

// The three rules disagree with each other, and each depends on the rounding of the library it runs on. What they
// have in common is in FrameCount.

/// How many frames a rule asks for, before indices are chosen.
private struct FrameCount {
  var minimum: Double
  var maximum: Double
  var total: Double

  /// `count` within the bounds, the total last.
  func clamped(_ count: Double) -> Double { min(max(count, minimum), maximum, total) }
}

extension VideoFacts {
  /// Throws if nothing can be sampled from a clip with these facts.
  func check() throws(GenbaError) {
    guard numFrames >= 1, numFrames <= 1 << 40 else {
      throw GenbaError(.mismatchedInputs, "a clip of \(numFrames) frames cannot be sampled")
    }
    guard averageFPS.isFinite, averageFPS > 0 else {
      throw GenbaError(.mismatchedInputs, "a clip of \(averageFPS) frames per second cannot be sampled by time")
    }
  }

  /// Every frame's index.
  func allIndices() throws(GenbaError) -> [Int] {
    guard numFrames <= 1 << 24 else {
      throw GenbaError(.limitExceeded, "\(numFrames) frames are too many to take every one; sample the clip")
    }
    return Array(0..<numFrames)
  }

  /// qwen_vl_utils 0.0.14, `smart_nframes` and `torch.linspace(0, total - 1, n).round()`.
  ///
  /// - Parameter asked: Its `nframes`, rounded to an even number, half to even; `fps` decides without.
  func qwenVLUtilsIndices(fps: Double, numFrames asked: Int? = nil) throws(GenbaError) -> [Int] {
    let total = Double(numFrames)
    let bounds = FrameCount(minimum: 4, maximum: (min(768, total) / 2).rounded(.down) * 2, total: total)
    let count =
      asked.map { Int((Double($0) / 2).rounded(.toNearestOrEven)) * 2 }
      ?? Int(bounds.clamped(total / averageFPS * fps) / 2) * 2
    guard count >= 2 else { throw tooShort(rule: "qwen_vl_utils") }
    guard count <= numFrames else { throw tooFew(for: count) }
    // torch counts from both ends in float32, and multiplies and adds in one rounding.
    let last = Float(numFrames - 1)
    let step = last / Float(count - 1)
    return (0..<count).map { index in
      let position =
        index < count / 2
        ? step * Float(index) : last.addingProduct(-step, Float(count - 1 - index))
      return Int(position.rounded(.toNearestOrEven))
    }
  }

  /// transformers 5.23, `Qwen2VLVideoProcessor.sample_frames`: `torch.arange(0, total, total / n).int()`.
  ///
  /// For about 1 clip in 90 torch's float32 steps come out one too many, with an index beyond the end, and
  /// transformers raises; here the first n are taken.
  func qwen2VLIndices(_ configuration: QwenVisionConfiguration) throws(GenbaError) -> [Int] {
    let total = Double(numFrames)
    let patch = Double(configuration.temporalPatchSize)
    let count: Double
    if let frames = configuration.numFrames {
      count = (Double(frames) / patch).rounded(.toNearestOrEven) * patch
      guard count <= total else { throw tooFew(for: Int(count)) }
    } else {
      let maximum = (min(Double(configuration.maxFrames), total) / patch).rounded(.down) * patch
      let bounds = FrameCount(minimum: Double(configuration.minFrames), maximum: maximum, total: total)
      count = (bounds.clamped(total / averageFPS * (configuration.fps ?? 2)) / patch).rounded(.down) * patch
    }
    guard count >= 1 else { throw tooShort(rule: "transformers' Qwen2-VL") }
    let step = total / count
    return (0..<Int(count)).map { index in
      // torch fills eight lanes at a time from a float32 base.
      let lane = index % 8
      let base = Float(step * Double(index - lane))
      return Int(Float(Double(base) + step * Double(lane)))
    }
  }

  /// transformers 5.23, `Qwen3VLVideoProcessor.sample_frames`: `numpy.linspace(0, total - 1, n).round()`.
  func qwen3VLIndices(_ configuration: QwenVisionConfiguration) -> [Int] {
    let total = Double(numFrames)
    let bounds = FrameCount(
      minimum: Double(configuration.minFrames), maximum: Double(configuration.maxFrames), total: total)
    let count =
      configuration.numFrames
      ?? Int(bounds.clamped((total / averageFPS * (configuration.fps ?? 2)).rounded(.towardZero)))
    guard count > 1 else { return [0] }
    let step = (total - 1) / Double(count - 1)
    return (0..<count).map { index in
      index == count - 1 ? numFrames - 1 : Int((Double(index) * step).rounded(.toNearestOrEven))
    }
  }

  /// The error for more frames than the clip has.
  func tooFew(for count: Int) -> GenbaError {
    GenbaError(.mismatchedInputs, "\(count) frames cannot be sampled from a clip of \(numFrames); ask for fewer")
  }

  private func tooShort(rule: String) -> GenbaError {
    GenbaError(
      .mismatchedInputs,
      "a clip of \(numFrames) frame\(numFrames == 1 ? "" : "s") is too short for \(rule) sampling, which fails on it too; take every frame instead, or process it as a picture"
    )
  }
}
