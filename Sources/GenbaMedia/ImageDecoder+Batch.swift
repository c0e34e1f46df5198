public import GenbaCore

extension ImageDecoder {
  /// Decodes picture files of one size into one tensor.
  ///
  /// Each picture is decoded, turned upright and moved to its place before the next one is read, so that no more than
  /// one stands beside the batch.
  ///
  /// ```swift
  /// let batch = try ImageDecoder.decodeBatch(["a.jpg", "b.jpg"])
  /// batch.shape  // [2, 1080, 1920, 3]
  /// ```
  ///
  /// - Returns: uint8, uint16 or float32 [pictures, height, width, channels].
  /// - Throws: `.mismatchedInputs` for no files, and for a picture of another size, depth or colour model than the
  ///   first; what `decode` throws, each with the file's name.
  public static func decodeBatch(
    _ paths: [String], applyOrientation: Bool = true, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> AnyTensor {
    try decodeBatch(paths.map { .file($0) }, applyOrientation: applyOrientation, limits: limits)
  }

  /// Decodes pictures of one size, from files or from memory, into one tensor.
  public static func decodeBatch(
    _ sources: [MediaSource], applyOrientation: Bool = true, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> AnyTensor {
    guard let source = sources.first else { throw GenbaError(.mismatchedInputs, "there are no pictures to decode") }
    let first = try decode(source, applyOrientation: applyOrientation, limits: limits)
    func batch<Element: TensorElement>(_ type: Element.Type) throws(GenbaError) -> AnyTensor {
      let shape = [sources.count] + first.shape
      return AnyTensor(
        try Tensor<Element>(shape: shape) { output throws(GenbaError) in
          for (index, source) in sources.enumerated() {
            let image =
              try index == 0 ? first : decode(source, applyOrientation: applyOrientation, limits: limits)
            guard image.shape == first.shape, image.colorModel == first.colorModel,
              let pixels = image.tensor.as(Element.self)
            else {
              throw GenbaError(
                .mismatchedInputs,
                "a batch is of one kind: this is \(image.tensor.dtype.name) \(image.colorModel) \(image.shape), and the first picture is \(first.tensor.dtype.name) \(first.colorModel) \(first.shape)",
                source: .init(path: source.name))
            }
            output.append(copying: pixels)
          }
        })
    }
    return switch first.pixels {
    case .uint8: try batch(UInt8.self)
    case .uint16: try batch(UInt16.self)
    case .float32: try batch(Float.self)
    }
  }
}

extension OutputSpan where Element: TensorElement {
  /// Appends all elements of a tensor.
  fileprivate mutating func append(copying tensor: Tensor<Element>) {
    let source = tensor.span
    precondition(freeCapacity >= source.count, "no room for \(source.count) elements")
    unsafe withUnsafeMutableBufferPointer { buffer, count in
      unsafe source.withUnsafeBufferPointer { source in
        guard let start = source.baseAddress else { return }
        unsafe buffer.baseAddress?.advanced(by: count).update(from: start, count: source.count)
      }
      count += source.count
    }
  }
}
