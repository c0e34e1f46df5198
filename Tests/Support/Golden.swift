public import GenbaCore
import GenbaStorage
public import Testing

/// A reference's output, from a .safetensors file that a script in TestAssets/generate wrote.
///
/// A small tensor stands in it whole, under its name. A large one is sampled: `NAME.shape` (int64), `NAME.indices`
/// (int64 [k], counted over all elements) and `NAME.values` (k elements). The metadata `NAME.crc32` is the checksum of
/// all its bytes, in hexadecimal, where every bit must be the same.
///
/// ```swift
/// let golden = try Golden(TestAssets.golden("whisper/speech.safetensors"))
/// golden.expectMatches("input_features", features, within: 1.2e-4)
/// ```
public struct Golden: Sendable {
  /// All that the file holds.
  public let bundle: TensorBundle

  /// Reads a golden file.
  public init(_ path: String) throws(GenbaError) { bundle = try TensorBundle(contentsOf: path) }

  /// Facts that the script wrote, the reference's version among them.
  public var metadata: [String: String] { bundle.metadata }

  /// The whole tensor of that name, if it is there and of that type: an input, for instance.
  public func tensor<Element: TensorElement>(_ name: String, as type: Element.Type) -> Tensor<Element>? {
    bundle.tensor(name, as: type)
  }

  /// Expects the shape and every element, or every sampled element, of `actual` as the reference has them.
  ///
  /// With a tolerance of 0, the element type must be the reference's too, and the checksum where there is one.
  ///
  /// - Returns: What it saw, over the elements that it compared.
  @discardableResult
  public func expectMatches<Element>(
    _ name: String, _ actual: Tensor<Element>, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Deviation {
    expectMatches(name, AnyTensor(actual), within: tolerance, sourceLocation: sourceLocation)
  }

  /// The same for a tensor whose element type is known only at run time; `nil` matches nothing.
  @discardableResult
  public func expectMatches(
    _ name: String, _ actual: AnyTensor?, within tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) -> Deviation {
    let nothing = Deviation(maximum: .infinity, index: 0, mean: .infinity, shareUnequal: 1)
    guard let actual else {
      Issue.record("there is no \(name) to compare", sourceLocation: sourceLocation)
      return nothing
    }
    guard let values = bundle[name] ?? bundle["\(name).values"] else {
      Issue.record("the golden file has no \(name), only \(bundle.names)", sourceLocation: sourceLocation)
      return nothing
    }
    let shape = bundle[name]?.shape ?? bundle.tensor("\(name).shape", as: Int64.self).map { Array($0).map(Int.init) }
    #expect(actual.shape == shape, "\(name)", sourceLocation: sourceLocation)
    guard actual.shape == shape else { return nothing }
    if tolerance == 0 {
      #expect(actual.dtype == values.dtype, "\(name)", sourceLocation: sourceLocation)
      if let expected = metadata["\(name).crc32"] {
        var checksum = CRC32()
        checksum.update(actual.bytes)
        #expect(UInt32(expected, radix: 16) == checksum.value, "\(name), all bytes", sourceLocation: sourceLocation)
      }
    }
    guard bundle[name] == nil else {
      return expectClose(
        numbers(of: actual), numbers(of: values), within: tolerance, "\(name)", sourceLocation: sourceLocation)
    }
    guard let indices = bundle.tensor("\(name).indices", as: Int64.self).map({ Array($0).map(Int.init) }),
      indices.count == values.count, indices.allSatisfy({ (0..<actual.count).contains($0) })
    else {
      Issue.record("the golden's \(name).indices are missing or fit no tensor", sourceLocation: sourceLocation)
      return nothing
    }
    return expectClose(
      numbers(of: actual, at: indices), numbers(of: values), within: tolerance, "\(name), sampled",
      sourceLocation: sourceLocation)
  }

  private func numbers(of tensor: AnyTensor, at indices: [Int]? = nil) -> [Double] {
    func numbers<Element: TensorElement>(_ type: Element.Type) -> [Double] {
      guard let tensor = tensor.as(type) else { return [] }
      let span = tensor.span
      return (indices ?? Array(0..<tensor.count)).map { span[$0].doubleValue }
    }
    return numbers(tensor.dtype.elementType)
  }
}
