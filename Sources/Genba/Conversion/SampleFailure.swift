internal import GenbaCore
internal import GenbaStorage

/// Why a recording gave no tensors, for `errors.jsonl`.
public struct SampleFailure: Sendable, Equatable, Error {
  /// The reason in a word, by which failures are counted.
  public enum Class: String, Sendable, Hashable, CaseIterable {
    /// The file is not there, may not be read, or reading it failed.
    case open
    /// The content contradicts its format, or is empty.
    case decode
    /// The file ends, or is damaged, behind a beginning that can be decoded; or a sample lacks one of its recordings.
    case partial
    /// The format, or the kind of recording, is none that is read or that the model takes.
    case unsupported
    /// Larger than ``DecodeLimits`` allow.
    case limit
    /// Took longer than it may.
    case timeout
    /// A library crashed on it, in a process of its own.
    case crash
    /// Shorter than the model or the window needs, or it ends before the sample begins.
    case tooShort = "too_short"
  }

  public var failureClass: Class
  /// The manifest's column, or the kind of the recording.
  public var column: String?
  /// The file.
  public var path: String?
  /// The stream in its container.
  public var stream: Int?
  /// Where in the recording, in seconds.
  public var seconds: Double?
  /// What is wrong, without the file's name.
  public var message: String
  /// The words of the library or of the system.
  public var cause: String?

  /// A failure.
  public init(_ failureClass: Class, _ message: String, column: String? = nil, path: String? = nil) {
    self.failureClass = failureClass
    self.message = message
    self.column = column
    self.path = path
  }

  /// The failure that an error of a recording is.
  init(_ error: GenbaError, medium: ConversionInput.Medium, kind: ConversionInput.Kind) {
    self.init(Self.failureClass(of: error, kind: kind), error.message, column: medium.column)
    path = error.source.path ?? medium.paths.first
    stream = error.source.stream
    seconds = error.source.ptsSeconds
    cause = error.cause
  }

  private static func failureClass(of error: GenbaError, kind: ConversionInput.Kind) -> Class {
    switch error.code {
    case .cannotOpen, .ioFailed: return .open
    case .corruptData: return error.source.ptsSeconds.map { $0 > 0 } == true ? .partial : .decode
    case .truncated: return error.source.path.map { FileRange.size(of: $0) > 0 } == true ? .partial : .decode
    case .limitExceeded: return .limit
    case .timeout: return .timeout
    case .outOfRange: return kind == .image ? .unsupported : .tooShort
    // What a model's processor refuses of sound and video is their length, of a picture its shape.
    case .mismatchedInputs: return kind == .image ? .unsupported : .tooShort
    default: return .unsupported
    }
  }
}

extension SampleFailure {
  /// The members of a line of `errors.jsonl`.
  var json: JSON {
    var members = [JSON.Member("class", .string(failureClass.rawValue))]
    if let column { members.append(.init("column", .string(column))) }
    if let path { members.append(.init("path", .string(path))) }
    if let stream { members.append(.init("stream", .number(stream))) }
    if let seconds { members.append(.init("time", .number(seconds))) }
    members.append(.init("message", .string(message)))
    if let cause { members.append(.init("cause", .string(cause))) }
    return .object(members)
  }

  init?(json: JSON) {
    guard let failureClass = json["class"]?.string.flatMap(Class.init), let message = json["message"]?.string else {
      return nil
    }
    self.init(failureClass, message, column: json["column"]?.string, path: json["path"]?.string)
    stream = json["stream"]?.int
    seconds = json["time"]?.double
    cause = json["cause"]?.string
  }
}

extension SampleFailure: CustomStringConvertible {
  /// `FILE: stream 1: at 3.2 s: MESSAGE (CAUSE)`, as a ``GenbaError`` says it.
  public var description: String {
    "\(GenbaError(.ioFailed, message, source: .init(path: path, stream: stream, ptsSeconds: seconds), cause: cause))"
  }
}
