internal import GenbaCore

extension VideoFacts {
  /// The frames that an encoder sees, by the rule of its processor.
  func indices(
    _ configuration: EncoderVideoProcessor.Configuration, _ request: SamplingRequest
  ) throws(GenbaError) -> [Int] {
    if case .smolVLM = configuration.rule {
      return smolVLMIndices(
        fps: request.fps ?? configuration.fps ?? 1, most: request.numFrames ?? configuration.numFrames ?? 64)
    }
    let (fps, asked) = request.over(fps: configuration.fps, numFrames: configuration.numFrames)
    let count = asked ?? max(1, Int(Double(numFrames) / averageFPS * (fps ?? 2)))
    guard count <= numFrames else { throw tooFew(for: count) }
    guard case .internVL(let shift) = configuration.rule else {
      return (0..<count).map { $0 * numFrames / count }
    }
    // torch's arange rounds each step to float32.
    let step = Double(numFrames) / Double(count)
    let start = shift ?? step / 2
    return (0..<count).map { Int(Float(start + step * Double($0))) }.filter { $0 < numFrames }
  }

  /// transformers 5.23, `SmolVLMVideoProcessor.sample_frames`.
  private func smolVLMIndices(fps: Double, most: Int) -> [Int] {
    let seconds = Double(numFrames) / averageFPS
    let count = max(min(Int((fps * seconds).rounded(.toNearestOrEven)), most), 1)
    var (first, last) = (0, numFrames - 1)
    if seconds - 2 > Double(most) * fps {
      first = Int(averageFPS)
      last = min(Int(Double(numFrames) - averageFPS), last)
    }
    if first >= last { (first, last) = (0, numFrames - 1) }
    guard count > 1 else { return [first] }
    // numpy's linspace: a step in double, the last value set to the end; then rounded down, and each index once.
    let step = Double(last - first) / Double(count - 1)
    var indices: [Int] = []
    for position in 0..<count {
      let index = position == count - 1 ? last : Int(Double(position) * step + Double(first))
      if indices.last != index { indices.append(index) }
    }
    return indices
  }
}
