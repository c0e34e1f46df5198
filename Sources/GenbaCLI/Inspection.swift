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
    /// Of a recording or a sound: the video stream, if there is one, and the audio stream.
    case streams(container: String, video: Part?, audio: Part?)
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
      let audio = try AudioDecoder(path)
      content = .streams(container: audio.metadata.container, video: nil, audio: try Part(audio, scan: scan))
    case .video:
      let video = try VideoDecoder(path).metadata
      content = .streams(container: video.container, video: Part(video), audio: try Self.audioPart(of: path, scan))
    }
  }

  /// The audio stream of a video, if there is one.
  private static func audioPart(of path: String, _ scan: Bool) throws(GenbaError) -> Part? {
    do throws(GenbaError) {
      return try Part(try AudioDecoder(path), scan: scan)
    } catch  where error.code == .noSuchStream {
      return nil
    }
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
