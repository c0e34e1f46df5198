internal import GenbaCore
internal import GenbaStorage

/// Reads a manifest, JSON lines or CSV with a head line, row by row.
///
/// The columns `key`, `image`, `video`, `audio`, `depth`, `left`, `right`, `calibration`, `file`, `start` and `end` have a
/// meaning; a map gives these meanings to columns of other names. Everything else is carried along. Paths that do not begin with a
/// slash are below the manifest's folder.
struct ManifestReader: ~Copyable {
  /// What a column means to a conversion.
  enum Meaning: Equatable {
    case key, start, end
    case medium(ConversionInput.Kind)

    init?(_ name: String) {
      switch name {
      case "key": self = .key
      case "start": self = .start
      case "end": self = .end
      default:
        guard let kind = ConversionInput.Kind(rawValue: name) else { return nil }
        self = .medium(kind)
      }
    }
  }

  private var records: RecordReader
  private let path: String
  private let folder: String
  /// The meanings of columns by their names, where a map was given.
  private let map: [String: Meaning]
  private let require: [String]
  private let head: [String]?
  private let isCSV: Bool

  /// Opens a manifest; `-` is standard input.
  ///
  /// - Parameters:
  ///   - pairs: A meaning and a column each: `("audio", "sound_path")`.
  ///   - require: Columns without which a sample has failed; a row may lack all recordings if it lacks one of these.
  ///   - isCancelled: As for ``RecordReader``.
  init(
    path: String, map pairs: [(meaning: String, column: String)], require: [String] = [],
    isCancelled: @escaping () -> Bool = { false }
  ) throws(GenbaError) {
    let map = try Self.meanings(pairs)
    let isCSV = path.lowercased().hasSuffix(".csv")
    var records = try RecordReader(path: path, isCancelled: isCancelled)
    let head = isCSV ? try Self.head(&records, path: path, columns: pairs.map(\.column)) : nil
    self.path = path == "-" ? "stdin" : path
    self.map = map
    self.require = require
    self.isCSV = isCSV
    self.head = head
    self.records = records
    folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func meanings(
    _ pairs: [(meaning: String, column: String)]
  ) throws(GenbaError) -> [String: Meaning] {
    var map: [String: Meaning] = [:]
    for pair in pairs {
      guard let meaning = Meaning(pair.meaning) else {
        throw GenbaError(
          .invalidConfiguration,
          "\"\(pair.meaning)\" is no meaning of a column; there are key, start, end, "
            + ConversionInput.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      map[pair.column] = meaning
    }
    return map
  }

  private static func head(
    _ records: inout RecordReader, path: String, columns: [String]
  ) throws(GenbaError) -> [String] {
    guard let head = try fields(&records, path: path) else {
      throw GenbaError(.truncated, "the manifest is empty; its first line names the columns", source: .init(path: path))
    }
    if let twice = head.first(where: { name in head.count { $0 == name } > 1 }) {
      throw GenbaError(
        .corruptData, "the manifest has two columns \"\(twice)\"; names must differ", source: .init(path: path))
    }
    if let missing = columns.first(where: { !head.contains($0) }) {
      throw GenbaError(
        .invalidConfiguration, "the manifest has no column \"\(missing)\"; it has \(head.joined(separator: ", "))",
        source: .init(path: path))
    }
    return head
  }

  /// The line that was read last, from 1.
  var line: Int { records.number }

  /// The next row, with an empty key where it has none; `nil` at the end.
  ///
  /// - Throws: `.corruptData` with the line's number for a row that is malformed or holds no recording.
  mutating func next() throws(GenbaError) -> ConversionInput? {
    guard let row = try row() else { return nil }
    do throws(GenbaError) {
      return try input(row)
    } catch {
      throw GenbaError(.corruptData, "line \(line): \(error.message)", source: .init(path: path))
    }
  }

  private mutating func row() throws(GenbaError) -> [JSON.Member]? {
    guard isCSV else {
      while let record = try records.next() {
        if record.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
        do throws(GenbaError) {
          guard case .object(let members) = try JSON.parse(record) else {
            throw GenbaError(.corruptData, "a row is a JSON object in a line of its own")
          }
          return members
        } catch {
          let advice = line == 1 ? "; a manifest is JSON lines, or CSV in a file whose name ends in .csv" : ""
          throw GenbaError(.corruptData, "line \(line): \(error.message)\(advice)", source: .init(path: path))
        }
      }
      return nil
    }
    guard let head, let fields = try Self.fields(&records, path: path) else { return nil }
    guard fields.count == head.count else {
      throw GenbaError(
        .corruptData,
        "line \(line): \(fields.count) \(fields.count == 1 ? "field" : "fields"), where the head line has \(head.count)",
        source: .init(path: path))
    }
    // An empty field is a value that is missing.
    return zip(head, fields).filter { !$0.1.isEmpty }.map { JSON.Member($0.0, .string($0.1)) }
  }

  private static func fields(_ records: inout RecordReader, path: String) throws(GenbaError) -> [String]? {
    var record = CSVRecord()
    var first = 0
    while let line = try records.next() {
      if line.isEmpty || line == [0x0D], !record.isOpen { continue }
      if !record.isOpen { first = records.number }
      do throws(GenbaError) {
        if let fields = try record.take(line) { return fields }
      } catch {
        throw GenbaError(.corruptData, "line \(records.number): \(error.message)", source: .init(path: path))
      }
    }
    guard !record.isOpen else {
      throw GenbaError(
        .corruptData, "line \(first): a quote of this row is not closed before the file ends", source: .init(path: path)
      )
    }
    return nil
  }

  private func input(_ row: [JSON.Member]) throws(GenbaError) -> ConversionInput {
    var input = ConversionInput(key: "", media: [])
    if let twice = row.firstRepeatedKey { throw GenbaError(.corruptData, "the row has \"\(twice)\" twice") }
    for member in row {
      switch map.isEmpty ? Meaning(member.key) : map[member.key] ?? unmapped(member.key) {
      case .key:
        switch member.value {
        case .string(let key): input.key = key
        case .number(let digits): input.key = digits
        default: throw GenbaError(.corruptData, "the key in \"\(member.key)\" is no string")
        }
      case .start: input.start = try seconds(member)
      case .end: input.end = try seconds(member)
      case .medium(let kind):
        if member.value == .null { continue }
        input.media.append(.init(column: member.key, kind: kind, paths: try paths(member, kind)))
      case nil: input.carried.append(member)
      }
    }
    guard input.media.contains(where: { $0.kind != .calibration }) || !input.lacking(require).isEmpty else {
      throw GenbaError(
        .corruptData,
        "the row names no recording, only \(Self.names(row)); a column image, video, audio, depth, left, right or file "
          + "does, or --map says which: --map audio=NAME")
    }
    if let start = input.start, let end = input.end, start >= end {
      throw GenbaError(.corruptData, "the sample ends at \(end) s, not behind its start at \(start) s")
    }
    return input
  }

  /// What a row has, in quotes.
  private static func names(_ row: [JSON.Member]) -> String {
    let names = row.prefix(8).map { "\"\($0.key)\"" }.joined(separator: ", ")
    return row.isEmpty ? "empty fields" : names + (row.count > 8 ? " …" : "")
  }

  /// A meaning by its name stays where no other column was given it.
  private func unmapped(_ column: String) -> Meaning? {
    guard let meaning = Meaning(column), !map.values.contains(meaning) else { return nil }
    return meaning
  }

  private func seconds(_ member: JSON.Member) throws(GenbaError) -> Double? {
    if member.value == .null { return nil }
    guard let seconds = member.value.double ?? member.value.string.flatMap(Double.init), seconds >= 0, seconds.isFinite
    else { throw GenbaError(.corruptData, "\"\(member.key)\" is a time in seconds, not \(member.value.text)") }
    return seconds
  }

  private func paths(_ member: JSON.Member, _ kind: ConversionInput.Kind) throws(GenbaError) -> [String] {
    let paths: [String]
    switch member.value {
    case .string(let path): paths = [path]
    case .array(let elements)
    where [.image, .calibration].contains(kind) && !elements.isEmpty && elements.allSatisfy({ $0.string != nil }):
      paths = elements.compactMap(\.string)
    default: throw GenbaError(.corruptData, "\"\(member.key)\" is a path, not \(member.value.text)")
    }
    if paths.contains("") { throw GenbaError(.corruptData, "the path in \"\(member.key)\" is empty") }
    if paths.contains(where: { $0.utf8.contains(0) }) {
      throw GenbaError(.corruptData, "the path in \"\(member.key)\" has a zero byte")
    }
    return paths.map { $0.hasPrefix("/") ? $0 : folder + $0 }
  }
}
