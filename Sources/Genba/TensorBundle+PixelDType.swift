internal import GenbaCore
internal import GenbaVision

extension TensorBundle {
  /// Rounds pixel values that are float32 to `dtype`: video processors give them so.
  mutating func roundPixelValues(to dtype: PixelDType) {
    func rounded<Element: PixelElement>(_: Element.Type, _ tensor: Tensor<Float>) -> AnyTensor {
      let values = tensor.span
      return AnyTensor(
        Tensor<Element>(shape: tensor.shape) { output in
          for index in 0..<values.count { output.append(Element(values[index])) }
        })
    }
    guard dtype != .float32 else { return }
    for name in names where name.hasPrefix("pixel_values") {
      if let tensor = tensor(name, as: Float.self) { self[name] = rounded(dtype.elementType, tensor) }
    }
  }
}
