public import GenbaCore
public import GenbaVision

/// Turns pictures into one model's vision input.
public protocol ImageProcessor: Sendable {
  /// The model's tensors for a batch of pictures of any sizes.
  ///
  /// - Parameters:
  ///   - images: The pictures.
  ///   - dtype: The element type of the pixel values; masks, sizes and counts keep the reference's.
  /// - Throws: `.mismatchedInputs` for a picture that the model's reference refuses too, and says which one.
  func callAsFunction(_ images: [Image], dtype: PixelDType) throws(GenbaError) -> TensorBundle

  /// How many tokens of the language model hold a picture of that size, without those that stand around them; `nil` for a
  /// model without a language part, or whose files do not say.
  ///
  /// - Throws: As for a picture of that size.
  func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int?
}

extension ImageProcessor {
  /// No language model is known.
  public func tokenCount(height: Int, width: Int) throws(GenbaError) -> Int? { nil }

  /// The model's tensors for a batch of pictures, pixel values in float32.
  public func callAsFunction(_ images: [Image]) throws(GenbaError) -> TensorBundle { try self(images, dtype: .float32) }

  /// The model's tensors for one picture: a batch of one.
  public func callAsFunction(_ image: Image, dtype: PixelDType = .float32) throws(GenbaError) -> TensorBundle {
    try self([image], dtype: dtype)
  }
}
