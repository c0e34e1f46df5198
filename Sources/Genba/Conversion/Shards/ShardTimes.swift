internal import GenbaCore
internal import GenbaStorage

/// How long the slowest inputs of a shard took, for the report.
struct ShardTimes {
  private struct Entry {
    var key: String
    var path: String
    var seconds: Double
  }

  /// Slowest first.
  private var slowest: [Entry] = []
  /// What an earlier run noted, of which a retry keeps what it takes over.
  private let earlier: [String: Entry]

  /// How many are remembered.
  private static let count = 20

  /// - Parameter path: What an earlier run wrote, if there was one.
  init(continuing path: String) {
    var earlier: [String: Entry] = [:]
    Self.forEach(in: path) { key, path, seconds in
      earlier[key] = Entry(key: key, path: path, seconds: seconds)
    }
    self.earlier = earlier
  }

  mutating func add(_ result: WorkResult) {
    if result.isEarlier {
      if let entry = earlier[result.row.key] { insert(entry) }
    } else {
      insert(
        Entry(key: result.row.key, path: result.row.media.first?.paths.first ?? "", seconds: result.seconds))
    }
  }

  private mutating func insert(_ entry: Entry) {
    if slowest.count == Self.count, let last = slowest.last, last.seconds >= entry.seconds { return }
    slowest.append(entry)
    slowest.sort { $0.seconds > $1.seconds }
    if slowest.count > Self.count { slowest.removeLast() }
  }

  /// The lines of the file.
  var lines: [UInt8] {
    var lines: [UInt8] = []
    for entry in slowest {
      JSON.object([
        .init("key", .string(entry.key)), .init("path", .string(entry.path)),
        .init("seconds", .number((entry.seconds * 1e6).rounded() / 1e6)),
      ]).write(to: &lines)
      lines.append(0x0A)
    }
    return lines
  }

  /// Reads such a file; one that is missing or damaged has nothing to say, and nobody relies on it.
  static func forEach(in path: String, _ body: (_ key: String, _ path: String, _ seconds: Double) -> Void) {
    guard var lines = try? RecordReader(path: path) else { return }
    while let line = try? lines.next() {
      guard let json = try? JSON.parse(line), let key = json["key"]?.string, let seconds = json["seconds"]?.double
      else { continue }
      body(key, json["path"]?.string ?? "", seconds)
    }
  }
}
