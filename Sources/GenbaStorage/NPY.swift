public import GenbaCore

/// numpy's format for one array.
///
/// Files are written byte for byte as numpy 2.4 writes a C-ordered array (format version 1.0). Versions 1, 2 and 3 are
/// read, in either byte order, in C or in Fortran order; a complex array becomes float with a last axis of 2.
///
/// ```swift
/// let bytes = try NPY.encode(AnyTensor(Tensor<Float>([1, 2, 3])))
/// let same = try NPY.decode(bytes)
/// ```
public enum NPY {
  /// The file's bytes.
  ///
  /// - Throws: `.unsupportedFormat` for bfloat16, which numpy has not.
  public static func encode(_ tensor: AnyTensor) throws(GenbaError) -> [UInt8] {
    var sink = MemorySink()
    try write(tensor, to: &sink)
    return sink.bytes
  }

  /// The array of a file.
  ///
  /// - Throws: `.truncated`, `.corruptData`, or `.unsupportedFormat` for strings, objects, dates and structured arrays.
  public static func decode(_ bytes: [UInt8]) throws(GenbaError) -> AnyTensor {
    try read(ByteSource(bytes))
  }

  static func write<Sink: ByteSink & ~Copyable>(_ tensor: AnyTensor, to sink: inout Sink) throws(GenbaError) {
    try sink.write(header(of: tensor))
    try sink.write(tensor.bytes)
  }

  static func read(_ source: ByteSource) throws(GenbaError) -> AnyTensor {
    var stream = StoredStream(source, 0..<source.count)
    return try read(&stream)
  }

  /// Reads the array that fills the rest of the stream.
  static func read(_ stream: inout some ByteStream) throws(GenbaError) -> AnyTensor {
    let header = try Header(&stream)
    let layout = header.layout
    let dataCount = stream.remainingCount
    guard layout.byteCount <= dataCount else {
      throw GenbaError(
        .truncated,
        "the array \(layout.dtype.name) \(layout.shape) takes \(layout.byteCount) bytes, of which \(dataCount) are there"
      )
    }
    guard layout.byteCount == dataCount else {
      throw GenbaError(.corruptData, "\(dataCount - layout.byteCount) bytes follow the array")
    }
    let tensor = try unsafe AnyTensor(dtype: layout.dtype, shape: layout.shape) { (memory) throws(GenbaError) in
      try unsafe stream.read(into: memory)
      if header.isBigEndian { unsafe reverseBytes(of: layout.dtype.byteCount, in: memory) }
    }
    return header.isFortranOrder ? rowMajor(tensor, hasComplexAxis: header.isComplex) : tensor
  }

  private static func reverseBytes(of width: Int, in memory: UnsafeMutableRawBufferPointer) {
    for start in stride(from: 0, to: memory.count, by: width) {
      for index in 0..<width / 2 {
        unsafe memory.swapAt(start + index, start + width - 1 - index)
      }
    }
  }

  /// The same array with its last axis contiguous, where the first one was.
  private static func rowMajor(_ tensor: AnyTensor, hasComplexAxis: Bool) -> AnyTensor {
    // The two parts of a complex number lie side by side in either order.
    let unit = tensor.dtype.byteCount * (hasComplexAxis ? 2 : 1)
    let shape = hasComplexAxis ? Array(tensor.shape.dropLast()) : tensor.shape
    var strides: [Int] = []
    var step = unit
    for length in shape {
      strides.append(step)
      step *= length
    }
    let source = tensor.bytes
    return unsafe AnyTensor(dtype: tensor.dtype, shape: tensor.shape) { memory in
      var index = [Int](repeating: 0, count: shape.count)
      var from = 0
      for to in stride(from: 0, to: memory.count, by: unit) {
        for byte in 0..<unit {
          unsafe memory[to + byte] = source.unsafeLoad(fromByteOffset: from + byte, as: UInt8.self)
        }
        var axis = shape.count - 1
        while axis >= 0 {
          index[axis] += 1
          from += strides[axis]
          if index[axis] < shape[axis] { break }
          from -= strides[axis] * shape[axis]
          index[axis] = 0
          axis -= 1
        }
      }
    }
  }
}
