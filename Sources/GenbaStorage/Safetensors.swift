public import GenbaCore

/// The safetensors format: a JSON header, then the tensors' bytes without gaps.
///
/// Files are written byte for byte as Python's safetensors 0.8.0 writes them: the widest element types first, names in
/// byte order within a type, the header padded with spaces so that the data starts at a multiple of 8. Metadata keys
/// are sorted, where Python leaves their order to chance.
///
/// ```swift
/// let bytes = try Safetensors.encode(bundle)
/// let same = try Safetensors.decode(bytes)
/// ```
/// To read and write files, see `TensorBundle(contentsOf:)` and `TensorBundle.write(to:)`.
public enum Safetensors {
  /// The file's bytes.
  ///
  /// - Throws: `.mismatchedInputs` if a tensor is called `__metadata__`, which the format keeps for itself.
  public static func encode(_ bundle: TensorBundle) throws(GenbaError) -> [UInt8] {
    var sink = MemorySink()
    try write(bundle, to: &sink)
    return sink.bytes
  }

  /// The tensors of a file, in the order of their bytes, and its metadata.
  ///
  /// A complex tensor (`C64`) becomes float32 with a last axis of 2.
  ///
  /// - Throws: `.truncated`, `.corruptData`, or `.unsupportedFormat` for an element type that Genba has not (`F8_E4M3`).
  public static func decode(_ bytes: [UInt8]) throws(GenbaError) -> TensorBundle {
    try read(ByteSource(bytes))
  }

  static func write<Sink: ByteSink & ~Copyable>(_ bundle: TensorBundle, to sink: inout Sink) throws(GenbaError) {
    let head = try head(of: bundle)
    try sink.write(head.bytes)
    for (_, tensor) in head.order { try sink.write(tensor.bytes) }
  }

  /// What stands before the tensors' bytes, and the order in which these follow, without gaps.
  package static func head(
    of bundle: TensorBundle
  ) throws(GenbaError) -> (bytes: [UInt8], order: [(name: String, tensor: AnyTensor)]) {
    let order = order(of: bundle)
    let entries = order.map { ($0.name, $0.tensor.dtype, $0.tensor.shape) }
    return (try header(of: entries, metadata: bundle.metadata), order)
  }

  /// The same for tensors that are written elsewhere, one behind the other in this order.
  package static func header(
    ofPlaced entries: [(name: String, dtype: DType, shape: [Int])]
  ) throws(GenbaError) -> [UInt8] {
    try header(of: entries, metadata: [:])
  }

  /// The order in which the tensors' bytes stand in a file.
  package static func order(of bundle: TensorBundle) -> [(name: String, tensor: AnyTensor)] {
    bundle.sorted { left, right in
      let (leftRank, rightRank) = (rank(of: left.tensor.dtype), rank(of: right.tensor.dtype))
      return leftRank != rightRank
        ? leftRank < rightRank : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
  }

  static func read(_ source: ByteSource) throws(GenbaError) -> TensorBundle {
    let header = try Header(source)
    var bundle = TensorBundle()
    bundle.metadata = header.metadata
    for entry in header.entries {
      guard bundle[entry.name] == nil else {
        throw GenbaError(.corruptData, "the safetensors header names two tensors \"\(entry.name)\"")
      }
      bundle[entry.name] = try unsafe AnyTensor(dtype: entry.layout.dtype, shape: entry.layout.shape) {
        (memory) throws(GenbaError) in
        try unsafe source.read(at: entry.offset, into: memory)
      }
    }
    return bundle
  }

  /// A type's place in the order of tensors on disk: alignment first, then as the reference numbers its types.
  private static func rank(of dtype: DType) -> Int {
    switch dtype {
    case .uint64: 0
    case .int64: 1
    case .float64: 2
    case .float32: 3
    case .uint32: 4
    case .int32: 5
    case .bfloat16: 6
    case .float16: 7
    case .uint16: 8
    case .int16: 9
    case .int8: 10
    case .uint8: 11
    case .bool: 12
    }
  }
}
