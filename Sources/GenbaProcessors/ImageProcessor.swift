public import GenbaCore

/// Turns pictures into one model's vision input.
public protocol ImageProcessor: Sendable {
  /// The model's tensors for a batch of pictures of any sizes.
  ///
  /// - Throws: `.mismatchedInputs` for a picture that the model's reference refuses too, and says which one.
  func callAsFunction(_ images: [Image]) throws(GenbaError) -> TensorBundle
}

extension ImageProcessor {
  /// The model's tensors for one picture: a batch of one.
  public func callAsFunction(_ image: Image) throws(GenbaError) -> TensorBundle { try self([image]) }
}
