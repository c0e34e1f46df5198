import Genba

extension AnyTensor {
  /// Tensors of one kind as one, along a new first axis.
  ///
  /// - Throws: `.mismatchedInputs` for another shape or type than the first has, with its file's name.
  init(stacking tensors: [AnyTensor], named files: [String]) throws(GenbaError) {
    precondition(!tensors.isEmpty && tensors.count == files.count, "a batch has a name for each of its tensors")
    let first = tensors[0]
    for (tensor, file) in zip(tensors, files) where tensor.shape != first.shape || tensor.dtype != first.dtype {
      throw GenbaError(
        .mismatchedInputs,
        "a batch is of one kind: this is \(tensor.dtype.name) \(tensor.shape), and the first picture is \(first.dtype.name) \(first.shape)",
        source: .init(path: file))
    }
    func stacked<Element: TensorElement>(_ type: Element.Type) -> AnyTensor {
      let parts = tensors.compactMap { $0.as(type) }
      return AnyTensor(
        Tensor<Element>(shape: [tensors.count] + first.shape) { output in
          for part in parts {
            let source = part.span
            for index in 0..<source.count { output.append(source[index]) }
          }
        })
    }
    self = stacked(first.dtype.elementType)
  }
}
