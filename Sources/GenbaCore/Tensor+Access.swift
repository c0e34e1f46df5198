extension Tensor {
  /// All elements in row-major order, to read.
  @inlinable
  public var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      let elements = unsafe UnsafeBufferPointer(storage.bytes.assumingMemoryBound(to: Element.self))
      return unsafe _overrideLifetime(Span(_unsafeElements: elements), borrowing: self)
    }
  }

  /// All elements in row-major order, to write. Copies the memory first if another tensor shares it.
  @inlinable
  public var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self)
    mutating get {
      makeUnique()
      let elements = unsafe storage.bytes.assumingMemoryBound(to: Element.self)
      return unsafe _overrideLifetime(MutableSpan(_unsafeElements: elements), mutating: &self)
    }
  }

  /// The memory as bytes, in this machine's byte order. The pointer is valid during the call.
  @inlinable
  public func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { extendLifetime(storage) }
    return try unsafe body(UnsafeRawBufferPointer(storage.bytes))
  }

  /// The memory as bytes, to write. The pointer is valid during the call.
  @inlinable
  public mutating func withUnsafeMutableBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeUnique()
    defer { extendLifetime(storage) }
    return try unsafe body(storage.bytes)
  }

  @inlinable
  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
  }

  /// One element. As many indices as there are axes, each within its axis; anything else traps.
  public subscript(_ indices: Int...) -> Element {
    get { span[offset(of: indices)] }
    set {
      let offset = offset(of: indices)
      var span = mutableSpan
      span[offset] = newValue
    }
  }

  private func offset(of indices: [Int]) -> Int {
    precondition(indices.count == rank, "\(indices.count) indices for a tensor of shape \(shape)")
    var offset = 0
    for (index, length) in zip(indices, shape) {
      precondition(index >= 0 && index < length, "index \(indices) is outside the shape \(shape)")
      offset = offset * length + index
    }
    return offset
  }
}

extension Array where Element: TensorElement {
  /// The tensor's elements in row-major order.
  public init(_ tensor: Tensor<Element>) {
    let source = tensor.span
    unsafe self.init(unsafeUninitializedCapacity: tensor.count) { buffer, initializedCount in
      for index in 0..<tensor.count { unsafe buffer.initializeElement(at: index, to: source[index]) }
      initializedCount = tensor.count
    }
  }
}

extension Tensor: Equatable {
  /// Equal shapes and equal elements; as with the elements themselves, a NaN equals nothing.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.shape == right.shape else { return false }
    let (leftSpan, rightSpan) = (left.span, right.span)
    for index in 0..<left.count where leftSpan[index] != rightSpan[index] { return false }
    return true
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String { "\(Element.dtype.name) \(shape)" }
}
