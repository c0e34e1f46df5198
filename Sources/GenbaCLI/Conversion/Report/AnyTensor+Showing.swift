import Genba

extension AnyTensor {
  /// What the patches of a Qwen-VL model show, float32 [frames, 3, height, width]; `nil` for other tensors.
  ///
  /// A row is a patch of [3, 2 frames, side, side]. Rows go through the picture in blocks of 2 by 2, as the model merges
  /// them (transformers' `Qwen2VLImageProcessor`). Of several pictures, the first one.
  func assembled(name: String, in bundle: TensorBundle) -> AnyTensor? {
    let pairs = [("pixel_values_videos", "video_grid_thw"), ("pixel_values", "image_grid_thw")]
    guard let (own, grid) = pairs.first(where: { name.hasSuffix($0.0) }), shape.count == 2, let values = floats,
      let counts = bundle[name.dropLast(own.count) + grid]?.as(Int64.self).map({ Array($0).map(Int.init) }),
      counts.count >= 3
    else { return nil }
    let (frames, rows, columns) = (counts[0], counts[1], counts[2])
    let side = Int((Double(shape[1]) / 6).squareRoot())
    guard 6 * side * side == shape[1], rows % 2 == 0, columns % 2 == 0, frames * rows * columns <= shape[0],
      min(frames, rows, columns) > 0
    else { return nil }
    let source = values.span
    return AnyTensor(
      Tensor<Float>(shape: [frames, 3, rows * side, columns * side]) { output in
        for frame in 0..<frames {
          for channel in 0..<3 {
            for y in 0..<rows * side {
              for x in 0..<columns * side {
                let (row, column) = (y / side, x / side)
                let block = (frame * (rows / 2) + row / 2) * (columns / 2) + column / 2
                let patch = 4 * block + row % 2 * 2 + column % 2
                output.append(source[patch * shape[1] + (2 * channel * side + y % side) * side + x % side])
              }
            }
          }
        }
      })
  }

  /// A spectrogram without what fills it up at the end: columns that are all like the last one, where they are many.
  var withoutPadding: AnyTensor {
    guard shape.count(where: { $0 > 1 }) == 2, let values = floats, let length = shape.last, length > 0,
      values.count > 0
    else {
      return self
    }
    let (source, rows) = (values.span, values.count / length)
    func isPadding(_ column: Int) -> Bool {
      (0..<rows).allSatisfy { source[$0 * length + column] == source[$0 * length + length - 1] }
    }
    var end = length
    while end > 0, isPadding(end - 1) { end -= 1 }
    guard end > 0, length - end >= max(length / 8, 2) else { return self }
    return AnyTensor(
      Tensor<Float>(shape: shape.dropLast() + [end]) { output in
        for row in 0..<rows { for column in 0..<end { output.append(source[row * length + column]) } }
      })
  }

  /// The numbers as float32; `nil` for integers.
  private var floats: Tensor<Float>? {
    func widened<Element: TensorElement & BinaryFloatingPoint>(_ tensor: Tensor<Element>) -> Tensor<Float> {
      let source = tensor.span
      return Tensor(shape: tensor.shape) { output in
        for index in 0..<source.count { output.append(Float(source[index])) }
      }
    }
    return self.as(Float.self) ?? self.as(Float16.self).map(widened)
  }
}
