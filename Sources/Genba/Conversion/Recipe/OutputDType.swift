internal import GenbaCore

/// The element type that a conversion writes floating-point tensors in. Integer tensors (ids, grids, masks, pixels of
/// frames) keep theirs, and so do the times of frames, `pts_seconds` and `duration_seconds`: in half precision an hour has
/// no tenths of a second.
public enum OutputDType: String, Sendable, Hashable, CaseIterable {
  case float32, float16, bfloat16
  /// Rounded, ties to even, for values that lie within 0 … 255.
  case uint8

  /// Tensors of times, which keep their type.
  private static let times = ["pts_seconds", "duration_seconds"]

  /// The tensor called `name` in this type; the same if it is no floating-point tensor or holds times.
  func cast(_ tensor: AnyTensor, named name: String) throws(GenbaError) -> AnyTensor {
    try Self.times.contains(name) ? tensor : cast(tensor)
  }

  /// The tensor in this type; the same if it is no floating-point tensor or has the type already.
  ///
  /// float16 and bfloat16 round to the nearest, ties to even, as torch's `to` does.
  ///
  /// - Throws: `.unsupportedFormat` for a value that uint8 cannot hold.
  func cast(_ tensor: AnyTensor) throws(GenbaError) -> AnyTensor {
    guard tensor.dtype == .float32 || tensor.dtype == .float64 else { return tensor }
    let floats = tensor.as(Float.self) ?? tensor.as(Double.self).map { Self.each($0) { Float($0) } }
    guard let floats else { return tensor }
    switch self {
    case .float32: return AnyTensor(floats)
    case .float16: return AnyTensor(Self.each(floats) { Float16($0) })
    case .bfloat16: return AnyTensor(Self.each(floats) { BFloat16($0) })
    case .uint8:
      let source = floats.span
      for index in 0..<source.count where !(source[index] >= -0.5 && source[index] <= 255.5) {
        throw GenbaError(
          .unsupportedFormat, "the value \(source[index]) does not fit into uint8; choose another dtype in the recipe")
      }
      return AnyTensor(Self.each(floats) { UInt8(min(max($0.rounded(.toNearestOrEven), 0), 255)) })
    }
  }

  @inline(__always)
  private static func each<Old, New: TensorElement>(_ tensor: Tensor<Old>, _ convert: (Old) -> New) -> Tensor<New> {
    let source = tensor.span
    return Tensor<New>(shape: tensor.shape) { output in
      for index in 0..<source.count { output.append(convert(source[index])) }
    }
  }
}
