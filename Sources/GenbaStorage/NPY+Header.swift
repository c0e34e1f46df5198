package import GenbaCore

extension NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The text that stands before the array's bytes, as numpy pads it: to a multiple of 64, with room for the first
  /// axis to grow to 21 digits.
  package static func header(of tensor: AnyTensor) throws(GenbaError) -> [UInt8] {
    let lengths = tensor.shape.map(String.init)
    let shape = lengths.count == 1 ? "\(lengths[0])," : lengths.joined(separator: ", ")
    var text = "{'descr': '\(try descriptor(of: tensor.dtype))', 'fortran_order': False, 'shape': (\(shape)), }"
    if let first = lengths.first { text += String(repeating: " ", count: 21 - first.count) }
    let prefixCount = magic.count + 4
    let padding = 64 - (prefixCount + text.utf8.count + 1) % 64
    text += String(repeating: " ", count: padding) + "\n"
    var bytes = magic + [1, 0]
    bytes.appendLittleEndian(UInt64(text.utf8.count), byteCount: 2)
    return bytes + Array(text.utf8)
  }

  private static func descriptor(of dtype: DType) throws(GenbaError) -> String {
    switch dtype {
    case .float64: return "<f8"
    case .float32: return "<f4"
    case .float16: return "<f2"
    case .int64: return "<i8"
    case .int32: return "<i4"
    case .int16: return "<i2"
    case .int8: return "|i1"
    case .uint64: return "<u8"
    case .uint32: return "<u4"
    case .uint16: return "<u2"
    case .uint8: return "|u1"
    case .bool: return "|b1"
    case .bfloat16:
      throw GenbaError(.unsupportedFormat, "numpy has no bfloat16; write a .safetensors file, or convert to float32")
    }
  }

  /// What the text before an array says.
  struct Header {
    var layout: TensorLayout
    var isBigEndian = false
    var isFortranOrder: Bool
    var isComplex = false

    /// numpy refuses longer headers from files that it does not trust.
    private static let longest = 10_000

    /// Reads the header; what is left of the stream then is the array.
    init(_ stream: inout some ByteStream) throws(GenbaError) {
      guard stream.remainingCount >= 12 else {
        throw GenbaError(.truncated, "\(stream.remainingCount) bytes are too few for a .npy array")
      }
      let prefix = try stream.bytes(count: 8)
      guard prefix.starts(with: NPY.magic) else {
        throw GenbaError(.corruptData, "this is not a .npy array: it does not start with \\x93NUMPY")
      }
      guard (1...3).contains(prefix[6]) else {
        throw GenbaError(.unsupportedFormat, "Genba reads the .npy versions 1 to 3; this is version \(prefix[6])")
      }
      let lengthBytes = prefix[6] == 1 ? 2 : 4
      let length = try stream.bytes(count: lengthBytes).littleEndian(at: 0, byteCount: lengthBytes)
      guard let length, length <= stream.remainingCount else {
        throw GenbaError(.truncated, "the .npy array ends within its header")
      }
      guard length <= Self.longest else {
        throw GenbaError(.corruptData, "the .npy header has \(length) bytes, above \(Self.longest)")
      }
      let fields = try PythonDictionary(stream.bytes(count: Int(length)))
      guard case .string(let descriptor)? = fields["descr"] else {
        throw GenbaError(
          fields["descr"] == nil ? .corruptData : .unsupportedFormat,
          fields["descr"] == nil
            ? "the .npy header has no 'descr'" : "this is a structured array; save its fields one by one")
      }
      guard case .bool(let isFortranOrder)? = fields["fortran_order"], case .integers(var shape)? = fields["shape"]
      else {
        throw GenbaError(.corruptData, "the .npy header lacks 'fortran_order' or 'shape'")
      }
      let dtype = try Self.dtype(of: descriptor, isBigEndian: &isBigEndian, isComplex: &isComplex)
      if isComplex { shape.append(2) }
      guard let layout = TensorLayout(dtype: dtype, shape: shape) else {
        throw GenbaError(.corruptData, "an array cannot have the shape \(shape)")
      }
      self.layout = layout
      self.isFortranOrder = isFortranOrder
    }

    private static func dtype(
      of descriptor: String, isBigEndian: inout Bool, isComplex: inout Bool
    ) throws(GenbaError) -> DType {
      var kind = descriptor[...]
      if let order = kind.first, "<>=|".contains(order) {
        isBigEndian = order == ">"
        kind = kind.dropFirst()
      }
      isComplex = kind.first == "c"
      switch kind {
      case "f8", "c16": return .float64
      case "f4", "c8": return .float32
      case "f2": return .float16
      case "i8": return .int64
      case "i4": return .int32
      case "i2": return .int16
      case "i1": return .int8
      case "u8": return .uint64
      case "u4": return .uint32
      case "u2": return .uint16
      case "u1": return .uint8
      case "b1", "?": return .bool
      default:
        let isObject = kind.first == "O"
        throw GenbaError(
          .unsupportedFormat,
          isObject
            ? "this array holds Python objects, which only Python can read; save plain numbers"
            : "Genba does not read arrays of numpy's type '\(descriptor)'")
      }
    }
  }
}
