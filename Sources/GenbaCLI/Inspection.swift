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

    init(_ name: String, _ value: Value, text: String? = nil, from origin: Origin = .header) {
      self.name = name
      self.value = value
      self.text = text ?? value.text + (name.hasSuffix("_seconds") ? " s" : "")
      self.origin = origin
    }
  }

  /// One stream of a container, or the one thing in a file.
  struct Part {
    /// `audio`, `video` or `image`.
    var type: String
    var streamIndex: Int
    var facts: [Fact]
  }

  enum Content {
    case image(Part)
    /// Of a recording or a sound: the video stream, if there is one, and the audio streams.
    case streams(container: String, video: Part?, audio: [Part])
    case tensors(TensorFileFormat, TensorBundle)
  }

  var path: String
  var content: Content

  /// Looks into a file.
  ///
  /// - Parameter scan: Whether sounds are decoded whole, also where the header says how long they are.
  init(of path: String, scan: Bool = false) throws(GenbaError) {
    self.path = path
    if let format = try TensorFileFormat.detect(contentsOf: path) {
      content = .tensors(format, try TensorBundle(contentsOf: path))
      return
    }
    switch try MediaKind.detect(.file(path)) {
    case .image: content = .image(Part(try ImageDecoder.metadata(path)))
    case .audio:
      let container = try AudioDecoder(path).metadata.container
      content = .streams(container: container, video: nil, audio: try Self.sounds(in: path, scan))
    case .video:
      let video = try VideoDecoder(path).metadata
      content = .streams(container: video.container, video: Part(video), audio: try Self.sounds(in: path, scan))
    }
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

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let value): try container.encode(value)
      case .whole(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      }
    }

    var text: String {
      switch self {
      case .text(let value): value
      case .whole(let value): "\(value)"
      case .number(let value): TensorTable.figure(value)
      }
    }
  }
}
