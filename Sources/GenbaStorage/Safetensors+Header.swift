internal import FoundationEssentials
internal import GenbaCore

extension Safetensors {
  /// The reference refuses longer headers too.
  private static let longestHeader = 100_000_000

  /// The length and the JSON text that a file starts with.
  static func header(
    of entries: [(name: String, dtype: DType, shape: [Int])], metadata: [String: String]
  ) throws(GenbaError) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      let texts = pairs.map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for (name, dtype, shape) in entries {
      guard name != "__metadata__" else {
        throw GenbaError(.mismatchedInputs, "safetensors keeps the name __metadata__ for itself; rename that tensor")
      }
      let lengths = shape.map(String.init).joined(separator: ",")
      let end = offset + shape.reduce(dtype.byteCount, *)
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(dtype.rawValue)\",\"shape\":[\(lengths)],\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    guard text.count <= longestHeader else {
      throw GenbaError(
        .limitExceeded, "the names and metadata take \(text.count) bytes; safetensors allows \(longestHeader)")
    }
    var bytes: [UInt8] = []
    bytes.appendLittleEndian(UInt64(text.count), byteCount: 8)
    return bytes + text
  }

  /// A JSON string, escaped where JSON demands it and nowhere else.
  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  /// What a file's header says, checked against the file's length.
  struct Header {
    struct Entry {
      var name: String
      var layout: TensorLayout
      /// Counted from the start of the file.
      var offset: Int
    }

    /// In the order of their bytes.
    var entries: [Entry] = []
    var metadata: [String: String] = [:]

    init(_ source: ByteSource) throws(GenbaError) {
      guard source.count >= 10, let length = try source.bytes(at: 0, count: 8).littleEndian(at: 0, byteCount: 8) else {
        throw GenbaError(.truncated, "\(source.count) bytes are too few for a safetensors file")
      }
      guard length <= longestHeader else {
        throw GenbaError(
          .corruptData, "this is not a safetensors file: its header would have \(length) bytes, above \(longestHeader)")
      }
      guard length <= source.count - 8 else {
        throw GenbaError(
          .truncated, "the safetensors header has \(length) bytes, of which \(source.count - 8) are there")
      }
      let text = try source.bytes(at: 8, count: Int(length))
      guard text.first == UInt8(ascii: "{") else {
        throw GenbaError(.corruptData, "this is not a safetensors file: no JSON object follows the header's length")
      }
      let content: JSONContent
      do {
        content = try JSONDecoder().decode(JSONContent.self, from: Data(text))
      } catch {
        throw GenbaError(.corruptData, "the safetensors header is not the JSON it should be", cause: explain(error))
      }
      metadata = content.metadata
      try place(content.tensors, dataStart: 8 + Int(length), dataCount: source.count - 8 - Int(length))
    }

    /// Takes the tensors in the order of their bytes; together they must cover the data without a gap.
    private mutating func place(
      _ tensors: [String: JSONContent.Tensor], dataStart: Int, dataCount: Int
    ) throws(GenbaError) {
      let inOrder = tensors.sorted { left, right in
        left.value.data_offsets == right.value.data_offsets
          ? left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
          : left.value.data_offsets.lexicographicallyPrecedes(right.value.data_offsets)
      }
      var end = 0
      for (name, tensor) in inOrder {
        let layout = try layout(of: tensor, name: name)
        let (tensorEnd, overflow) = end.addingReportingOverflow(layout.byteCount)
        guard !overflow, tensor.data_offsets == [end, tensorEnd] else {
          throw GenbaError(
            .corruptData,
            "tensor \"\(name)\" (\(layout.dtype.name) \(layout.shape)) claims the bytes \(tensor.data_offsets); "
              + "\(layout.byteCount) bytes from \(end) on were expected")
        }
        entries.append(Entry(name: name, layout: layout, offset: dataStart + end))
        end = tensorEnd
        guard end <= dataCount else {
          throw GenbaError(
            .truncated, "tensor \"\(name)\" ends at byte \(end) of the data, of which \(dataCount) are there")
        }
      }
      guard end == dataCount else {
        throw GenbaError(.corruptData, "\(dataCount - end) bytes follow the last tensor")
      }
    }

    private func layout(of tensor: JSONContent.Tensor, name: String) throws(GenbaError) -> TensorLayout {
      let isComplex = tensor.dtype == "C64"
      guard let dtype = isComplex ? DType.float32 : DType(rawValue: tensor.dtype) else {
        throw GenbaError(
          .unsupportedFormat, "tensor \"\(name)\" has elements of type \(tensor.dtype), which Genba does not read")
      }
      guard let layout = TensorLayout(dtype: dtype, shape: tensor.shape + (isComplex ? [2] : [])) else {
        throw GenbaError(.corruptData, "tensor \"\(name)\" cannot have the shape \(tensor.shape)")
      }
      return layout
    }
  }

  /// The header's JSON.
  private struct JSONContent: Decodable {
    /// One tensor, its keys as the format spells them.
    struct Tensor: Decodable {
      var dtype: String
      var shape: [Int]
      var data_offsets: [Int]
    }

    struct Name: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    var metadata: [String: String] = [:]
    var tensors: [String: Tensor] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      for name in container.allKeys {
        if name.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: name)
        } else {
          tensors[name.stringValue] = try container.decode(Tensor.self, forKey: name)
        }
      }
    }
  }

  /// The place and the reason of a decoding error, in one line.
  private static func explain(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    let context: DecodingError.Context? =
      switch error {
      case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context): context
      case .dataCorrupted(let context): context
      @unknown default: nil
      }
    guard let context else { return "\(error)" }
    let place = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
  }
}
