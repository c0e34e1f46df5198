internal import GenbaCore

extension TensorBundle {
  /// Joins the bundles of several inputs along the first axis, as the reference processors join a batch of clips.
  ///
  /// All bundles have the same names, and tensors of one type under each. Metadata of later bundles wins.
  ///
  /// - Throws: `.mismatchedInputs` where tensors do not agree in all axes but the first.
  init(concatenating bundles: [TensorBundle]) throws(GenbaError) {
    guard let first = bundles.first, bundles.count > 1 else {
      self = bundles.first ?? TensorBundle()
      return
    }
    self.init()
    for name in first.names {
      let tensors = bundles.compactMap { $0[name] }
      precondition(tensors.count == bundles.count, "every clip gives \(name)")
      guard tensors.allSatisfy({ $0.shape.dropFirst() == tensors[0].shape.dropFirst() }) else {
        throw GenbaError(
          .mismatchedInputs,
          "\(name) is \(tensors.map { "\($0.shape)" }.joined(separator: ", ")), which cannot be one batch; process the files one by one, or ask for the same number of frames of each"
        )
      }
      self[name] = Self.concatenate(tensors)
    }
    for bundle in bundles { metadata.merge(bundle.metadata) { _, new in new } }
  }

  private static func concatenate(_ tensors: [AnyTensor]) -> AnyTensor {
    let (dtype, tail) = (tensors[0].dtype, tensors[0].shape.dropFirst())
    precondition(tensors.allSatisfy { $0.dtype == dtype && !$0.shape.isEmpty })
    let length = tensors.reduce(0) { $0 + $1.shape[0] }
    return unsafe AnyTensor(dtype: dtype, shape: [length] + tail) { target in
      var offset = 0
      for tensor in tensors {
        unsafe tensor.bytes.withUnsafeBytes { source in
          unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: source)
        }
        offset += tensor.byteCount
      }
    }
  }
}
