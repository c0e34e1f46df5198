/// Named tensors in order, with string metadata: what a processor gives and what a tensor file holds.
///
/// ```swift
/// var bundle = TensorBundle()
/// bundle["samples"] = AnyTensor(samples)
/// bundle.metadata["sample_rate"] = "16000"
/// for (name, tensor) in bundle { print(name, tensor) }
/// ```
public struct TensorBundle: Sendable, Equatable {
  /// The tensors' names, in the order in which they were first set.
  public private(set) var names: [String] = []

  private var tensors: [String: AnyTensor] = [:]

  /// Facts about the whole, as strings, since that is all that safetensors can hold.
  public var metadata: [String: String] = [:]

  /// A bundle without tensors.
  public init() {}

  /// The tensor of that name. Setting one of a new name appends it; setting `nil` removes it.
  public subscript(name: String) -> AnyTensor? {
    get { tensors[name] }
    set {
      if newValue == nil {
        names.removeAll { $0 == name }
      } else if tensors[name] == nil {
        names.append(name)
      }
      tensors[name] = newValue
    }
  }

  /// The tensor of that name if it is there and its elements are of the asked type.
  public func tensor<Element: TensorElement>(_ name: String, as _: Element.Type) -> Tensor<Element>? {
    tensors[name]?.as(Element.self)
  }

  /// Appends `tensor` under `name`, or replaces the one that is there.
  public mutating func set<Element>(_ name: String, to tensor: Tensor<Element>) {
    self[name] = AnyTensor(tensor)
  }

  /// Adds what `other` holds; where both have a name or a metadata key, that of `other` stays.
  public mutating func merge(_ other: TensorBundle) {
    for (name, tensor) in other { self[name] = tensor }
    metadata.merge(other.metadata) { _, new in new }
  }
}

extension TensorBundle: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { names.count }

  /// The name and the tensor at a place in the order.
  public subscript(position: Int) -> (name: String, tensor: AnyTensor) {
    let name = names[position]
    guard let tensor = tensors[name] else { preconditionFailure("names and tensors of a bundle agree") }
    return (name, tensor)
  }
}
