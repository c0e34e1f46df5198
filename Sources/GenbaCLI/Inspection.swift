import Genba

/// What is known of one file.
struct Inspection {
  /// A figure, and where it comes from.
  struct Fact {
    enum Origin: String, Encodable {
      /// The file's header claims it.
      case header
      /// The content was gone through.
      case content
    }

    /// As text and JSON call it: `duration_seconds`.
    var name: String
    var value: Value
    /// The value with its unit, for people.
    var text: String
    var origin: Origin
    /// Whether the name is the file's own, and shown to people as it is.
    var isVerbatim: Bool

    init(
      _ name: String, _ value: Value, text: String? = nil, from origin: Origin = .header, isVerbatim: Bool = false
    ) {
      self.name = name
      self.isVerbatim = isVerbatim
      self.value = value
      self.text = text ?? value.text + (name.hasSuffix("_seconds") ? " s" : "")
      self.origin = origin
    }
  }

  /// One stream of a container, or the one thing in a file.
  struct Part {
    /// `audio`, `video`, `image`, `points`, or a group of facts in a record.
    var type: String
    /// What stands above a group of facts.
    var name: String?
    var streamIndex: Int
    var facts: [Fact]
  }

  enum Content {
    /// A picture, and its numbers where they may be distances.
    case image(Part, DepthImage?)
    case pointCloud(Part)
    /// Of a recording or a sound: the video stream, if there is one, and the audio streams.
    case streams(container: String, video: Part?, audio: [Part])
    case tensors(TensorFileFormat, TensorBundle)
    /// A calibration, an archive, or a part of a conversion.
    case record(Record)
  }

  var path: String
  var content: Content

  /// Looks into a file.
  ///
  /// - Parameter scan: Whether sounds are decoded whole, also where the header says how long they are.
  init(of path: String, scan: Bool = false) throws(GenbaError) {
    self.path = path
    if Record.isConversion(folder: path) {
      content = .record(try Record(ofFolder: path))
      return
    }
    if let format = try TensorFileFormat.detect(contentsOf: path) {
      content = .tensors(format, try TensorBundle(contentsOf: path))
      return
    }
    if try PointCloudFile.detect(contentsOf: path) != nil {
      content = .pointCloud(Part(try PointCloudFile.metadata(path), try PointCloudFile.read(path)))
      return
    }
    if let record = try Record(of: path) {
      content = .record(record)
      return
    }
    switch try MediaKind.detect(.file(path)) {
    case .image:
      let metadata = try ImageDecoder.metadata(path)
      let numbers = Self.numbers(of: metadata, path)
      content = .image(Part(metadata, numbers?.tensor), numbers)
    case .audio:
      let container = try AudioDecoder(path).metadata.container
      content = .streams(container: container, video: nil, audio: try Self.sounds(in: path, scan))
    case .video:
      let video = try VideoDecoder(path).metadata
      content = .streams(container: video.container, video: Part(video), audio: try Self.sounds(in: path, scan))
    }
  }

  /// The numbers of a picture that may hold distances; `nil` for one that was made to be looked at.
  private static func numbers(of metadata: ImageMetadata, _ path: String) -> DepthImage? {
    guard metadata.colorModel == .gray, metadata.bitDepth ?? 16 > 8 else { return nil }
    return try? DepthDecoder.decode(path)
  }

  /// Every sound of a container, in its order.
  private static func sounds(in path: String, _ scan: Bool) throws(GenbaError) -> [Part] {
    var parts: [Part] = []
    for stream in try AudioDecoder.streamIndices(in: .file(path)) {
      parts.append(try Part(try AudioDecoder(path, stream: stream), scan: scan))
    }
    return parts
  }
}

extension Inspection {
  /// A fact's value, as JSON has it.
  enum Value: Encodable {
    case text(String)
    case whole(Int)
    case number(Double)
    case flag(Bool)
    /// One for each axis.
    case numbers([Double])
    case fields([PointCloudMetadata.Field])
    case elements([PointCloudMetadata.Element])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let value): try container.encode(value)
      case .whole(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .flag(let value): try container.encode(value)
      case .numbers(let values): try container.encode(values)
      case .fields(let fields): try container.encode(fields.map(FieldJSON.init))
      case .elements(let elements): try container.encode(elements)
      }
    }

    var text: String {
      switch self {
      case .text(let value): value
      case .whole(let value): "\(value)"
      case .number(let value): TensorTable.figure(value)
      case .flag(let value): value ? "yes" : "no"
      case .numbers(let values): values.map(TensorTable.figure).joined(separator: " ")
      case .fields(let fields): Self.text(fields)
      case .elements(let elements): elements.map { "\($0.count) \($0.name.printable)" }.joined(separator: ", ")
      }
    }

    /// Neighbours of one type share its name: `x y z float32, red green blue uint8`.
    private static func text(_ fields: [PointCloudMetadata.Field]) -> String {
      var text = ""
      for (index, field) in fields.enumerated() {
        text += (index == 0 ? "" : " ") + field.name.printable + (field.count == 1 ? "" : "[\(field.count)]")
        let isLast = index == fields.count - 1
        if isLast || fields[index + 1].dtype != field.dtype { text += " \(field.dtype.name)" + (isLast ? "" : ",") }
      }
      return text
    }
  }
}

/// A field with its type's name as numpy has it.
private struct FieldJSON: Encodable {
  var name: String
  var dtype: String
  var count: Int

  init(_ field: PointCloudMetadata.Field) {
    (name, dtype, count) = (field.name, field.dtype.name, field.count)
  }
}
