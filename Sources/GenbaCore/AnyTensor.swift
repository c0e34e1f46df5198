/// A tensor whose element type is known only when the program runs. Shares its memory with the tensor it came from.
public struct AnyTensor: Sendable {
  let storage: TensorStorage

  /// The element type.
  public let dtype: DType

  /// The length of each axis, outermost first.
  public let shape: [Int]

  /// Hides the element type of `tensor`, without a copy.
  public init<Element>(_ tensor: Tensor<Element>) {
    storage = tensor.storage
    dtype = Element.dtype
    shape = tensor.shape
  }

  /// The tensor, without a copy, if its elements are of the asked type: `erased.as(Float.self)`.
  public func `as`<Element: TensorElement>(_: Element.Type) -> Tensor<Element>? {
    dtype == Element.dtype ? Tensor(shape: shape, count: count, sharing: storage) : nil
  }

  /// How many elements there are.
  public var count: Int { shape.reduce(1, *) }

  /// How many bytes they take.
  public var byteCount: Int { unsafe storage.bytes.count }

  /// The memory as bytes, in this machine's byte order.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let bytes = unsafe UnsafeRawBufferPointer(storage.bytes)
      return unsafe _overrideLifetime(RawSpan(_unsafeBytes: bytes), borrowing: self)
    }
  }

  /// A tensor of `shape` whose bytes `body` writes, all of them, in this machine's byte order.
  ///
  /// For readers of files. `Bool` elements are made valid: any byte but 0 becomes `true`.
  ///
  /// - Throws: What `body` throws; the memory is released.
  public init<Failure: Error>(
    dtype: DType, shape: [Int], initializingBytesWith body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    let count = Tensor<UInt8>.elementCount(of: shape)
    let storage = TensorStorage(byteCount: count * dtype.byteCount)
    try unsafe body(storage.bytes)
    if dtype == .bool {
      for index in unsafe storage.bytes.indices where unsafe storage.bytes[index] > 1 {
        unsafe storage.bytes[index] = 1
      }
    }
    self.storage = storage
    self.dtype = dtype
    self.shape = shape
  }
}

extension AnyTensor: Equatable {
  /// The same element type, shape and elements; as with the elements themselves, a NaN equals nothing.
  public static func == (left: AnyTensor, right: AnyTensor) -> Bool {
    func areEqual<Element: TensorElement>(_: Element.Type) -> Bool {
      left.as(Element.self) == right.as(Element.self)
    }
    return left.dtype == right.dtype && areEqual(left.dtype.elementType)
  }
}

extension AnyTensor: CustomStringConvertible {
  public var description: String { "\(dtype.name) \(shape)" }
}
