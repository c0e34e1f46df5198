/// The type of a tensor's elements, named as safetensors names it.
public enum DType: String, Sendable, Hashable, CaseIterable, Codable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The Swift type of the elements. Pass it to a generic function to get from a tag back to a type:
  ///
  /// ```swift
  /// func largest<Element: TensorElement>(_: Element.Type, in tensor: AnyTensor) -> Double? {
  ///   tensor.as(Element.self).map { Array($0).map(\.doubleValue).max() } ?? nil
  /// }
  /// largest(tensor.dtype.elementType, in: tensor)
  /// ```
  public var elementType: any TensorElement.Type {
    switch self {
    case .float64: Double.self
    case .float32: Float.self
    case .float16: Float16.self
    case .bfloat16: BFloat16.self
    case .int64: Int64.self
    case .int32: Int32.self
    case .int16: Int16.self
    case .int8: Int8.self
    case .uint64: UInt64.self
    case .uint32: UInt32.self
    case .uint16: UInt16.self
    case .uint8: UInt8.self
    case .bool: Bool.self
    }
  }

  /// Bytes that one element takes.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// The name that people know from numpy and torch: `float32`, `uint8`, `bool`.
  public var name: String {
    switch self {
    case .float64: "float64"
    case .float32: "float32"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int64: "int64"
    case .int32: "int32"
    case .int16: "int16"
    case .int8: "int8"
    case .uint64: "uint64"
    case .uint32: "uint32"
    case .uint16: "uint16"
    case .uint8: "uint8"
    case .bool: "bool"
    }
  }
}
