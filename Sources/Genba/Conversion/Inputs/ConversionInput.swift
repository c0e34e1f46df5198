internal import GenbaCore
public import GenbaStorage

/// One input of a conversion: the recordings of one sample, and what is carried along with them.
///
/// Its place in the list of inputs, the ordinal, fixes its key and its shard.
public struct ConversionInput: Sendable, Equatable {
  /// What a column of recordings holds, and so what is made of it.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case image, video, audio, depth
    /// The two pictures of a stereo camera.
    case left, right
    /// The file, or the two files, that calibrate the row's stereo pair.
    case calibration
    /// Whatever the content says: a picture, a video or a sound.
    case file

    /// Recordings of the kind, in messages.
    var plural: String {
      switch self {
      case .image: "images"
      case .video: "video"
      case .audio: "sound"
      case .depth: "depth"
      case .left, .right, .calibration: "stereo pairs"
      case .file: "files"
      }
    }
  }

  /// A recording, or several pictures in a row.
  public struct Medium: Sendable, Equatable {
    /// The manifest's name for it; that of the kind where there is no manifest.
    public var column: String
    public var kind: Kind
    /// Files; more than one only for pictures and calibrations.
    public var paths: [String]

    /// A recording.
    public init(column: String, kind: Kind, paths: [String]) {
      self.column = column
      self.kind = kind
      self.paths = paths
    }
  }

  /// Unique in the output; for tar archives without dots.
  public var key: String
  /// In the order of the manifest's columns.
  public var media: [Medium]
  /// Where the sample begins in its recordings, in seconds.
  public var start: Double?
  /// Where it ends, in seconds.
  public var end: Double?
  /// Text, messages and all other columns, as they are.
  public var carried: [JSON.Member]

  /// An input.
  public init(
    key: String, media: [Medium], start: Double? = nil, end: Double? = nil, carried: [JSON.Member] = []
  ) {
    self.key = key
    self.media = media
    self.start = start
    self.end = end
    self.carried = carried
  }

  /// An input of one file whose content decides what it is.
  public init(key: String, file path: String) {
    self.init(key: key, media: [Medium(column: "file", kind: .file, paths: [path])])
  }

  /// The part of the recordings that is taken; `nil` for all of it.
  var range: Range<Double>? {
    start == nil && end == nil ? nil : (start ?? 0)..<max(end ?? .infinity, start ?? 0)
  }
}

extension ConversionInput {
  /// Of its files; what cannot be read has none.
  var byteCount: Int { media.reduce(0) { $0 + $1.paths.reduce(0) { $0 + FileRange.size(of: $1) } } }

  /// The line of a plan.
  public var json: JSON {
    var members = [JSON.Member("key", .string(key))]
    members.append(
      JSON.Member(
        "media",
        .array(
          media.map { medium in
            .object([
              .init("column", .string(medium.column)), .init("kind", .string(medium.kind.rawValue)),
              .init("paths", .array(medium.paths.map(JSON.string))),
            ])
          })))
    if let start { members.append(.init("start", .number(start))) }
    if let end { members.append(.init("end", .number(end))) }
    if !carried.isEmpty { members.append(.init("carried", .object(carried))) }
    return .object(members)
  }

  /// The input of a plan's line; `nil` if it is none.
  public init?(json: JSON) {
    guard let key = json["key"]?.string, let media = json["media"]?.elements else { return nil }
    self.init(key: key, media: [], start: json["start"]?.double, end: json["end"]?.double)
    carried = json["carried"]?.members ?? []
    for element in media {
      guard let column = element["column"]?.string, let kind = element["kind"]?.string.flatMap(Kind.init),
        let paths = element["paths"]?.elements
      else { return nil }
      self.media.append(Medium(column: column, kind: kind, paths: paths.compactMap(\.string)))
    }
  }
}
