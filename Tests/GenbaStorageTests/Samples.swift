import GenbaCore
import GenbaTestSupport

/// What TestAssets/generate/storage.py puts into its files.
enum Samples {
  /// [2, 3] of each element type.
  static func tensor(_ dtype: DType) -> AnyTensor {
    let steps = (0..<6).map(Double.init)
    let shape = [2, 3]
    func unsigned<Element: TensorElement & FixedWidthInteger>(_: Element.Type) -> AnyTensor {
      let unit = Double(1 << (Element.bitWidth - 3)) + 1
      return AnyTensor(Tensor(steps.map { Element($0 * unit) }, shape: shape))
    }
    func signed<Element: TensorElement & FixedWidthInteger>(_: Element.Type) -> AnyTensor {
      let unit = Double(1 << (Element.bitWidth - 3)) + 1
      return AnyTensor(Tensor(steps.map { Element(($0 - 3) * unit) }, shape: shape))
    }
    let fractions = steps.map { ($0 - 3) * 0.375 }
    switch dtype {
    case .float64: return AnyTensor(Tensor(fractions, shape: shape))
    case .float32: return AnyTensor(Tensor(fractions.map(Float.init), shape: shape))
    case .float16: return AnyTensor(Tensor(fractions.map { Float16($0) }, shape: shape))
    case .bfloat16: return AnyTensor(Tensor(fractions.map { BFloat16(Float($0)) }, shape: shape))
    case .int64: return signed(Int64.self)
    case .int32: return signed(Int32.self)
    case .int16: return signed(Int16.self)
    case .int8: return signed(Int8.self)
    case .uint64: return unsigned(UInt64.self)
    case .uint32: return unsigned(UInt32.self)
    case .uint16: return unsigned(UInt16.self)
    case .uint8: return unsigned(UInt8.self)
    case .bool: return AnyTensor(Tensor(steps.map { Int($0) % 2 == 1 }, shape: shape))
    }
  }

  /// The content of `all.safetensors`, in an order of its own.
  static var everything: TensorBundle {
    var bundle = TensorBundle()
    for dtype in DType.allCases.reversed() { bundle[dtype.name] = tensor(dtype) }
    bundle.set("scalar", to: Tensor<Float>(repeating: 2.5, shape: []))
    bundle.set("empty", to: Tensor<Float>(shape: [0, 3]) { _ in })
    bundle.set("B \"quoted\"\\\n\t\u{1}é", to: Tensor<Float>([1]))
    bundle.metadata["source"] = "line 4 \"A\"\\é"
    return bundle
  }

  /// float32 [2, 3, 4], 0 … 23.
  static var cube: Tensor<Float> { Tensor((0..<24).map(Float.init), shape: [2, 3, 4]) }

  static func golden(_ name: String) -> String { TestAssets.golden("storage/\(name)") }

  static func bytes(_ name: String) throws -> [UInt8] { try FileReading.bytes(of: golden(name)) }
}
