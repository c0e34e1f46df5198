public import GenbaCore

/// The element type of a model's pixel values: the type that the model computes in.
///
/// The 16-bit types hold the reference's float32 rounded to nearest, ties to even, as `torch.Tensor.to` rounds.
public enum PixelDType: String, Sendable, Hashable, Codable, CaseIterable {
  /// What the references give.
  case float32
  /// Half precision.
  case float16
  /// The upper half of a float32.
  case bfloat16

  /// The Swift type of the elements; pass it to a generic function to get from the name to the type.
  public var elementType: any PixelElement.Type {
    switch self {
    case .float32: Float.self
    case .float16: Float16.self
    case .bfloat16: BFloat16.self
    }
  }
}

/// An element type of ``PixelDType``. The set is closed: conform no type of your own.
public protocol PixelElement: TensorElement {
  /// The nearest value, ties to even.
  init(_ value: Float)
}

extension Float: PixelElement {}
extension Float16: PixelElement {}
extension BFloat16: PixelElement {}
