/// A dense, row-major array of any rank, with value semantics.
///
/// The memory is 64-byte aligned, belongs to the tensor and is shared by its copies until one of them is written to
/// (copy on write). There are no strides: the last axis is contiguous and every other follows from the shape.
///
/// ```swift
/// var ramp = Tensor<Float>(shape: [2, 3]) { out in
///   for value in 0..<6 { out.append(Float(value)) }
/// }
/// ramp[1, 2] = 60
/// ramp.span[5]  // 60
/// ```
public struct Tensor<Element: TensorElement>: Sendable {
  @usableFromInline var storage: TensorStorage

  /// The length of each axis, outermost first. A tensor of rank 0 has the shape `[]` and one element.
  public let shape: [Int]

  /// How many elements there are: the product of the shape.
  public let count: Int

  /// A tensor whose elements `body` writes, each once and in order, straight into their final place.
  ///
  /// - Parameters:
  ///   - shape: The length of each axis. A negative length traps.
  ///   - body: Appends exactly as many elements as the shape asks for, or throws; fewer is a trap.
  /// - Throws: What `body` throws; the memory is released.
  @inlinable
  public init<Failure: Error>(
    shape: [Int], initializingWith body: (inout OutputSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    var nothing: Tensor?
    try self.init(shape: shape, reusing: &nothing, initializingWith: body)
  }

  /// The same, in the memory of `spent` where that is of the same size and no other tensor shares it.
  ///
  /// For loops that make one large tensor after another: memory that has been touched once costs nothing to touch
  /// again. `spent` is `nil` afterwards if its memory was taken.
  @inlinable
  public init<Failure: Error>(
    shape: [Int], reusing spent: inout Tensor?,
    initializingWith body: (inout OutputSpan<Element>) throws(Failure) -> Void
  ) throws(Failure) {
    let count = Self.elementCount(of: shape)
    let byteCount = count * MemoryLayout<Element>.stride
    let storage = Self.takeStorage(of: &spent, byteCount: byteCount) ?? TensorStorage(byteCount: byteCount)
    let elements = unsafe storage.bytes.bindMemory(to: Element.self)
    var output = unsafe OutputSpan(buffer: elements, initializedCount: 0)
    try body(&output)
    let initialized = unsafe output.finalize(for: elements)
    precondition(initialized == count, "the tensor's initializer wrote \(initialized) of \(count) elements")
    self.shape = shape
    self.count = count
    self.storage = storage
  }

  /// A tensor of `shape` that shares `storage`.
  init(shape: [Int], count: Int, sharing storage: TensorStorage) {
    self.shape = shape
    self.count = count
    self.storage = storage
  }

  @usableFromInline
  static func elementCount(of shape: [Int]) -> Int {
    var count = 1
    for length in shape {
      precondition(length >= 0, "an axis has no negative length; the shape is \(shape)")
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      precondition(!overflow, "the shape \(shape) holds more elements than can be counted")
      count = product
    }
    return count
  }

  @usableFromInline
  static func takeStorage(of spent: inout Tensor?, byteCount: Int) -> TensorStorage? {
    guard spent != nil, unsafe spent!.storage.bytes.count == byteCount,
      isKnownUniquelyReferenced(&spent!.storage)
    else { return nil }
    defer { spent = nil }
    return spent!.storage
  }

  /// The same elements under another shape, without a copy.
  ///
  /// - Parameter shape: Must hold as many elements as there are; another number traps.
  public func reshaped(to shape: [Int]) -> Tensor {
    precondition(
      Self.elementCount(of: shape) == count, "a tensor of shape \(self.shape) cannot take the shape \(shape)")
    return Tensor(shape: shape, count: count, sharing: storage)
  }

  /// How many axes there are.
  public var rank: Int { shape.count }
}

extension Tensor {
  /// A tensor with `value` in every place.
  public init(repeating value: Element, shape: [Int]) {
    self.init(shape: shape) { output in
      output.append(repeating: value, count: output.capacity)
    }
  }

  /// A tensor of these elements, in row-major order.
  ///
  /// - Parameter shape: Must hold as many elements as are given; another number traps. `nil` is one axis.
  public init(_ elements: some Collection<Element>, shape: [Int]? = nil) {
    let shape = shape ?? [elements.count]
    precondition(
      Self.elementCount(of: shape) == elements.count, "\(elements.count) elements do not fill the shape \(shape)")
    self.init(shape: shape) { output in
      for element in elements { output.append(element) }
    }
  }
}
