/// What went wrong, in which file, where in it, and what to do about it.
///
/// Every throwing function of Genba throws this type.
///
/// ```swift
/// do {
///   let audio = try AudioDecoder("press.wav").allSamples()
/// } catch {
///   print(error)  // press.wav: not a sound file that libsndfile or FFmpeg can read (libsndfile: …)
///   if error.code == .truncated { print("it was cut off at \(error.source.ptsSeconds ?? 0) s") }
/// }
/// ```
public struct GenbaError: Error, Sendable, Equatable {
  /// The kind of error, for programs.
  public var code: Code

  /// What is wrong and what to do, in a sentence without the file's name.
  public var message: String

  /// Where it happened.
  public var source: Source

  /// The words of the C library or of the system, where there are any: `libpng: IDAT: CRC error`.
  public var cause: String?

  /// An error of this kind.
  public init(_ code: Code, _ message: String, source: Source = Source(), cause: String? = nil) {
    self.code = code
    self.message = message
    self.source = source
    self.cause = cause
  }

  /// The kinds of error. More may be added: compare with the ones you handle, and treat the rest alike.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    private enum Kind: String {
      case cannotOpen, unsupportedFormat, corruptData, truncated, noSuchStream, outOfRange, limitExceeded
      case timeout, invalidConfiguration, mismatchedInputs, cancelled, ioFailed
    }

    private let kind: Kind

    /// The file is not there, is a folder, or may not be read.
    public static let cannotOpen = Code(kind: .cannotOpen)
    /// The format, codec or pixel layout is none that Genba reads or writes.
    public static let unsupportedFormat = Code(kind: .unsupportedFormat)
    /// The content contradicts its format.
    public static let corruptData = Code(kind: .corruptData)
    /// The file ends before its content does.
    public static let truncated = Code(kind: .truncated)
    /// The container has no stream of the asked kind or index.
    public static let noSuchStream = Code(kind: .noSuchStream)
    /// An index, time or size lies outside what there is.
    public static let outOfRange = Code(kind: .outOfRange)
    /// The content is larger than ``DecodeLimits`` allows.
    public static let limitExceeded = Code(kind: .limitExceeded)
    /// The work takes longer than ``DecodeLimits/callSeconds`` allows.
    public static let timeout = Code(kind: .timeout)
    /// A config file or an option is missing, malformed or contradictory.
    public static let invalidConfiguration = Code(kind: .invalidConfiguration)
    /// Inputs do not fit each other or what the model takes.
    public static let mismatchedInputs = Code(kind: .mismatchedInputs)
    /// The work was called off.
    public static let cancelled = Code(kind: .cancelled)
    /// Reading or writing failed below the format: a full disk, a closed pipe, a bad block.
    public static let ioFailed = Code(kind: .ioFailed)

    public var description: String { kind.rawValue }
  }

  /// Where an error happened: as much of it as is known.
  public struct Source: Sendable, Equatable {
    /// The file as the caller named it, or the name given to bytes in memory.
    public var path: String?
    /// The index of the stream in its container.
    public var stream: Int?
    /// The presentation time in the stream, in seconds.
    public var ptsSeconds: Double?

    /// A place in a file.
    public init(path: String? = nil, stream: Int? = nil, ptsSeconds: Double? = nil) {
      self.path = path
      self.stream = stream
      self.ptsSeconds = ptsSeconds
    }
  }

  /// The same error, with the parts of its place that it did not know yet.
  public func at(path: String? = nil, stream: Int? = nil, ptsSeconds: Double? = nil) -> GenbaError {
    var error = self
    error.source.path = source.path ?? path
    error.source.stream = source.stream ?? stream
    error.source.ptsSeconds = source.ptsSeconds ?? ptsSeconds
    return error
  }
}

extension GenbaError: CustomStringConvertible {
  /// `FILE: stream 1: at 3.2 s: MESSAGE (CAUSE)`, with only those parts that are known.
  public var description: String {
    var parts: [String] = []
    if let path = source.path { parts.append(path) }
    if let stream = source.stream { parts.append("stream \(stream)") }
    if let seconds = source.ptsSeconds { parts.append("at \((seconds * 1000).rounded() / 1000) s") }
    parts.append(cause.map { "\(message) (\($0))" } ?? message)
    return parts.joined(separator: ": ")
  }
}
