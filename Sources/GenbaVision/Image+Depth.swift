internal import GenbaCore

/// What a pixel can be made of: the types of `Image.Pixels`.
protocol PixelValue: TensorElement {
  /// The nearest value to a number in the type's own range.
  init(rounding number: Double)
}

extension UInt8: PixelValue {
  init(rounding number: Double) { self.init(number.rounded(.toNearestOrEven).clamped(to: 0...255)) }
}

extension UInt16: PixelValue {
  init(rounding number: Double) { self.init(number.rounded(.toNearestOrEven).clamped(to: 0...65535)) }
}

extension Double {
  /// The nearest number in a range.
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}

extension Float: PixelValue {
  init(rounding number: Double) { self = Float(number) }
}

extension Image {
  /// The picture in float32, 0 to 1: uint8 divided by 255, uint16 by 65535.
  func convertedToFloat32() -> Image {
    switch pixels {
    case .uint8(let tensor): replacing(pixels: .float32(tensor.mapped { Float($0) / 255 }))
    case .uint16(let tensor): replacing(pixels: .float32(tensor.mapped { Float($0) / 65535 }))
    case .float32: self
    }
  }

  /// The picture in 8 bits: uint16 divided by 257, float32 clipped to 0 … 1 and multiplied by 255, both rounded to
  /// nearest; what is no number becomes 0.
  func convertedToUInt8() -> Image {
    switch pixels {
    case .uint8: self
    case .uint16(let tensor): replacing(pixels: .uint8(tensor.mapped { UInt8((UInt32($0) + 128) / 257) }))
    case .float32(let tensor):
      replacing(
        pixels: .uint8(
          tensor.mapped { value in
            value.isNaN ? 0 : UInt8((min(max(value, 0), 1) * 255).rounded(.toNearestOrEven))
          }))
    }
  }
}

extension Tensor {
  /// Every element after a change.
  fileprivate func mapped<Value: TensorElement>(_ change: (Element) -> Value) -> Tensor<Value> {
    let source = span
    return Tensor<Value>(shape: shape) { output in
      for index in 0..<source.count { output.append(change(source[index])) }
    }
  }
}
