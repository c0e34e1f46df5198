internal import GenbaCore
internal import Glibc

/// Where a conversion's inputs come from, as a command line names them; the inputs stream, however many there are.
///
/// ```swift
/// var list = InputList(arguments: ["recordings", "@more.txt"])
/// list.exclude = ["*.tmp.wav"]
/// ```
public struct InputList: Sendable, Hashable {
  /// Files and folders; `@FILE` for a file that lists paths, one a line; `-` for such a list on standard input, `-0` for
  /// one with zero bytes between the paths.
  public var arguments: [String]
  /// Patterns of files to take from folders; none takes what has a media ending.
  public var include: [String] = []
  /// Patterns of files to leave in folders.
  public var exclude: [String] = []
  /// A manifest, `.csv` or JSON lines, in the place of ``arguments``; `-` is standard input.
  public var manifest: String?
  /// What columns of the manifest mean, by the columns' names: `["sound_path": "audio"]`.
  public var map: [String: String] = [:]

  /// A list of these arguments.
  public init(arguments: [String] = []) { self.arguments = arguments }

  /// An input, and where it was found.
  struct Found {
    /// Its key is empty where no manifest has one.
    var input: ConversionInput
    /// The line of the list or the manifest.
    var line: Int?
    /// The folder that was walked.
    var folder: String?
  }

  /// Calls `receive` for each input, in order.
  ///
  /// - Parameters:
  ///   - require: Columns without which a sample has failed: a row that lacks one may lack all recordings.
  ///   - isCancelled: Asked now and then, also while a list on a pipe keeps one waiting.
  /// - Returns: How many files in folders were passed over.
  /// - Throws: `.cannotOpen` for a file or folder that is named and not there, or is a pipe or a device; what is wrong with
  ///   a list or a manifest, with the number of the line; `.cancelled`; what `receive` throws.
  @discardableResult
  func forEach(
    require: [String] = [], isCancelled: @escaping () -> Bool = { false },
    _ receive: (Found) throws(GenbaError) -> Void
  ) throws(GenbaError) -> Int {
    if let manifest {
      let pairs = map.sorted { $0.key < $1.key }.map { (meaning: $0.value, column: $0.key) }
      var reader = try ManifestReader(path: manifest, map: pairs, require: require, isCancelled: isCancelled)
      while let input = try reader.next() { try receive(Found(input: input, line: reader.line)) }
      return 0
    }
    let filter = FolderWalk.Filter(include: include.map(Glob.init), exclude: exclude.map(Glob.init))
    var passedOver = 0
    for argument in arguments {
      switch argument {
      case "": throw GenbaError(.cannotOpen, "the name of an input is empty")
      case "@": throw GenbaError(.cannotOpen, "@ goes with the name of a list: @list.txt")
      case "-": try forEachPath(in: "-", separator: 0x0A, isCancelled, receive)
      case "-0": try forEachPath(in: "-", separator: 0, isCancelled, receive)
      case _ where argument.hasPrefix("@"):
        try forEachPath(in: String(argument.dropFirst()), separator: 0x0A, isCancelled, receive)
      default:
        switch FileKind(argument) {
        case .folder: break
        case .missing(ENOENT) where !argument.contains("\u{FFFD}"):
          throw GenbaError(.cannotOpen, "there is no such file or folder", source: .init(path: argument))
        case .missing(let number): throw FileReading.cannotOpen(argument, number)
        case .file, .special:
          try FileKind.check(argument)
          try receive(Found(input: ConversionInput(key: "", file: argument)))
          continue
        }
        var walk = try FolderWalk(argument, filter: filter, isCancelled: isCancelled)
        while let path = try walk.next() {
          try receive(Found(input: ConversionInput(key: "", file: path), folder: argument))
        }
        passedOver += walk.passedOver
      }
    }
    return passedOver
  }

  /// Listed paths are not looked at here: one that is not there is that input's failure, not the list's.
  private func forEachPath(
    in list: String, separator: UInt8, _ isCancelled: @escaping () -> Bool,
    _ receive: (Found) throws(GenbaError) -> Void
  ) throws(GenbaError) {
    var records = try RecordReader(path: list, separator: separator, isCancelled: isCancelled)
    while let record = try records.next() {
      guard !record.contains(0) else {
        throw GenbaError(
          .corruptData, "line \(records.number) has a zero byte; -0 reads paths with zero bytes between them",
          source: .init(path: list))
      }
      let isFromWindows = separator == 0x0A && record.last == 0x0D
      let path = String(decoding: isFromWindows ? record.dropLast() : record[...], as: UTF8.self)
      if !path.isEmpty { try receive(Found(input: ConversionInput(key: "", file: path), line: records.number)) }
    }
  }
}
