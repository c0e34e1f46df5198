internal import GenbaCore

extension Tensor where Element: BinaryInteger & TensorElement {
  /// The pixels after a change of their float32 planes: [channels, height, width] of [height, width, channels] goes in,
  /// and what comes out is rounded, halves to even, and clamped to 0 … limit.
  func mappedPlanes(limit: Float, _ change: (Tensor<Float>) -> Tensor<Float>) -> Tensor {
    let (height, width, channels) = pictureShape
    let source = span
    let planes = change(
      Tensor<Float>(shape: [channels, height, width]) { output in
        for channel in 0..<channels {
          for index in stride(from: channel, to: source.count, by: channels) { output.append(Float(source[index])) }
        }
      })
    return planes.asPixels { value in Element(min(max(value, 0), limit).rounded(.toNearestOrEven)) }
  }
}

extension Tensor where Element == Float {
  /// The pixels after a change of their planes.
  func mappedPlanes(_ change: (Tensor<Float>) -> Tensor<Float>) -> Tensor {
    let (height, width, channels) = pictureShape
    let source = span
    let planes = change(
      Tensor<Float>(shape: [channels, height, width]) { output in
        for channel in 0..<channels {
          for index in stride(from: channel, to: source.count, by: channels) { output.append(source[index]) }
        }
      })
    return planes.asPixels { $0 }
  }

  /// [height, width, channels] of [channels, height, width].
  func asPixels<Value: TensorElement>(_ value: (Float) -> Value) -> Tensor<Value> {
    let (channels, size) = (shape[0], shape[1] * shape[2])
    let source = span
    return Tensor<Value>(shape: [shape[1], shape[2], channels]) { output in
      for place in 0..<size {
        for channel in 0..<channels { output.append(value(source[channel * size + place])) }
      }
    }
  }
}
