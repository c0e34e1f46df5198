/// A type that a ``Tensor`` can hold. The set is closed, one type for each ``DType``: conform no type of your own.
public protocol TensorElement: BitwiseCopyable, Sendable, Hashable {
  /// The element type's tag, as it stands in files.
  static var dtype: DType { get }

  /// The value as a `Double`, for summaries: `Bool` counts as 0 or 1, and 64-bit integers may be rounded.
  var doubleValue: Double { get }
}

extension Double: TensorElement {
  public static var dtype: DType { .float64 }
  @inlinable public var doubleValue: Double { self }
}

extension Float: TensorElement {
  public static var dtype: DType { .float32 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension Float16: TensorElement {
  public static var dtype: DType { .float16 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension BFloat16: TensorElement {
  public static var dtype: DType { .bfloat16 }
  @inlinable public var doubleValue: Double { Double(Float(self)) }
}

extension Int64: TensorElement {
  public static var dtype: DType { .int64 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension Int32: TensorElement {
  public static var dtype: DType { .int32 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension Int16: TensorElement {
  public static var dtype: DType { .int16 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension Int8: TensorElement {
  public static var dtype: DType { .int8 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension UInt64: TensorElement {
  public static var dtype: DType { .uint64 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension UInt32: TensorElement {
  public static var dtype: DType { .uint32 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension UInt16: TensorElement {
  public static var dtype: DType { .uint16 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension UInt8: TensorElement {
  public static var dtype: DType { .uint8 }
  @inlinable public var doubleValue: Double { Double(self) }
}

extension Bool: TensorElement {
  public static var dtype: DType { .bool }
  @inlinable public var doubleValue: Double { self ? 1 : 0 }
}
