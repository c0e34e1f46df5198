internal import GenbaCore
internal import GenbaVision

extension PixelDType {
  /// float32 values in this type, each rounded to the nearest.
  func rounding(_ tensor: Tensor<Float>) -> AnyTensor {
    func rounded<Element: PixelElement>(_ type: Element.Type) -> AnyTensor {
      let source = tensor.span
      return AnyTensor(
        Tensor<Element>(shape: tensor.shape) { output in
          for index in 0..<source.count { output.append(Element(source[index])) }
        })
    }
    return self == .float32 ? AnyTensor(tensor) : rounded(elementType)
  }
}
