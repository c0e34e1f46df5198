/// A depth picture as its file stores it: numbers that a scale makes distances of.
///
/// Which scale, the file does not say. GenbaSpatial's `DepthMap(_:scale:)` takes it by name.
public enum DepthImage: Sendable, Equatable {
  /// uint16 [height, width], in the sensor's units or the data set's code.
  case uint16(Tensor<UInt16>)
  /// float32 [height, width].
  case float32(Tensor<Float>)

  /// [height, width].
  public var shape: [Int] { tensor.shape }

  /// The numbers as a tensor of either type.
  public var tensor: AnyTensor {
    switch self {
    case .uint16(let tensor): AnyTensor(tensor)
    case .float32(let tensor): AnyTensor(tensor)
    }
  }

  /// The picture in a tensor: uint16 or float32, [height, width] or with one channel before or behind them.
  ///
  /// - Throws: `.mismatchedInputs` for another type or shape.
  public init(_ tensor: AnyTensor) throws(GenbaError) {
    var shape = tensor.shape
    if shape.count == 3, shape[2] == 1 { shape.removeLast() }
    if shape.count == 3, shape[0] == 1 { shape.removeFirst() }
    guard shape.count == 2, shape.allSatisfy({ $0 > 0 }) else {
      throw GenbaError(.mismatchedInputs, "a depth picture is [height, width], and this is \(tensor)")
    }
    if let units = tensor.as(UInt16.self) {
      self = .uint16(units.reshaped(to: shape))
    } else if let values = tensor.as(Float.self) {
      self = .float32(values.reshaped(to: shape))
    } else if let values = tensor.as(Double.self) {
      let source = values.span
      self = .float32(
        Tensor(shape: shape) { output in for index in 0..<source.count { output.append(Float(source[index])) } })
    } else {
      throw GenbaError(.mismatchedInputs, "a depth picture is uint16 or float32, and this is \(tensor)")
    }
  }
}
