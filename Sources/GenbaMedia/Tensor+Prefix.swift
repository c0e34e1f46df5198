internal import GenbaCore

extension Tensor where Element == Float {
  /// The first `count` samples of each channel of [channels, samples].
  func prefix(samples count: Int) -> Tensor {
    guard count < shape[1] else { return self }
    let source = span
    return Tensor(shape: [shape[0], count]) { output in
      for channel in 0..<shape[0] {
        for index in 0..<count { output.append(source[channel * shape[1] + index]) }
      }
    }
  }
}
