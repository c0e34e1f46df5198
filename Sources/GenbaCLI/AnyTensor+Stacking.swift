import Genba

extension AnyTensor {
  /// What `tensor` makes of files, as one tensor along a new first axis. Each part is moved to its place before the
  /// next one is made, so that no more than one stands beside the whole.
  ///
  /// - Throws: `.mismatchedInputs` for another shape or type than the first has, with its file's name; what `tensor`
  ///   throws.
  init(stacking files: [String], _ tensor: (String) throws(GenbaError) -> AnyTensor) throws(GenbaError) {
    precondition(!files.isEmpty, "a batch has a file")
    let first = try tensor(files[0])
    func stacked<Element: TensorElement>(_ type: Element.Type) throws(GenbaError) -> AnyTensor {
      AnyTensor(
        try Tensor<Element>(shape: [files.count] + first.shape) { output throws(GenbaError) in
          for (index, file) in files.enumerated() {
            let part = try index == 0 ? first : tensor(file)
            guard part.shape == first.shape, let values = part.as(type) else {
              throw GenbaError(
                .mismatchedInputs,
                "a batch is of one kind: this is \(part.dtype.name) \(part.shape), and the first picture is \(first.dtype.name) \(first.shape)",
                source: .init(path: file))
            }
            let source = values.span
            for index in 0..<source.count { output.append(source[index]) }
          }
        })
    }
    self = try stacked(first.dtype.elementType)
  }
}
