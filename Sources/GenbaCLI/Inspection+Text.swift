import FoundationEssentials
import Genba

extension Inspection {
  /// What is known, in aligned lines; the last ends with a line break.
  var text: String {
    let path = path.printable
    switch content {
    case .tensors(let format, let bundle):
      if let (tally, count) = TensorTally.samples(in: bundle) {
        let lines = tally.text.split(separator: "\n").map { "  \($0)\n" }.joined()
        return "\(path): \(format.rawValue), \(bundle.count) tensors of \(count) samples\n\(lines)"
      }
      let table = TensorTable(bundle).text.split(separator: "\n", omittingEmptySubsequences: false)
      let lines = table.map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
      return "\(path): \(format.rawValue), \(bundle.count) \(bundle.count == 1 ? "tensor" : "tensors")\n\(lines)"
    case .image(let part, _):
      return "\(path): picture\n" + Self.lines(part)
    case .pointCloud(let part):
      return "\(path): point cloud\n" + Self.lines(part)
    case .streams(let container, let video, let audio):
      var text = "\(path): \(video == nil ? "sound" : "video") in \(container)\n"
      let parts = [video].compactMap { $0 } + audio
      for part in parts {
        if parts.count > 1 || video != nil { text += "  stream \(part.streamIndex): \(part.type)\n" }
        text += Self.lines(part)
      }
      return text
    case .record(let record):
      var text = "\(path): \(record.title)\n"
      for part in record.parts {
        if let name = part.name, record.parts.count > 1 { text += "  \(name)\n" }
        text += Self.lines(part)
      }
      let table = record.tensors?.text.split(separator: "\n") ?? []
      if !table.isEmpty { text += "  tensors\n" + table.map { "    \($0)\n" }.joined() }
      return text
    }
  }

  private static func lines(_ part: Part) -> String {
    // The unit stands behind the value.
    let names = part.facts.map { fact in
      fact.isVerbatim
        ? fact.name.printable : fact.name.replacing("_seconds", with: "").replacing("_", with: " ")
    }
    let nameWidth = names.map(\.count).max() ?? 0
    let valueWidth = min(part.facts.map(\.text.count).max() ?? 0, 60)
    return zip(names, part.facts).map { name, fact in
      let value = fact.text + String(repeating: " ", count: max(valueWidth - fact.text.count, 0))
      return "    \(name)\(String(repeating: " ", count: nameWidth - name.count))  \(value)  \(fact.origin.rawValue)\n"
    }.joined()
  }

  /// What is known, as one line of JSON.
  func jsonLine() throws(GenbaError) -> String {
    do {
      switch content {
      case .tensors(let format, let bundle):
        let table = TensorTable(bundle)
        return try JSONText.line(
          TensorsJSON(
            file: path, kind: "tensors", format: format.rawValue, tensors: table.rows, metadata: bundle.metadata))
      case .image(let part, _):
        return try JSONText.line(MediaJSON(file: path, kind: "picture", streams: [part]))
      case .pointCloud(let part):
        return try JSONText.line(MediaJSON(file: path, kind: "point_cloud", streams: [part]))
      case .streams(let container, let video, let audio):
        return try JSONText.line(
          MediaJSON(
            file: path, kind: video == nil ? "sound" : "video", container: container,
            streams: [video].compactMap { $0 } + audio))
      case .record(let record):
        return try JSONText.line(
          RecordJSON(file: path, kind: record.kind, parts: record.parts, tensors: record.tensors?.rows))
      }
    } catch {
      throw GenbaError(.ioFailed, "the facts cannot be written as JSON", source: .init(path: path), cause: "\(error)")
    }
  }
}

private struct TensorsJSON: Encodable {
  var file: String
  var kind: String
  var format: String
  var tensors: [TensorTable.Row]
  var metadata: [String: String]
}

private struct RecordJSON: Encodable {
  var file: String
  var kind: String
  var parts: [Inspection.Part]
  var tensors: [TensorTally.Row]?
}

private struct MediaJSON: Encodable {
  var file: String
  var kind: String
  var container: String?
  var streams: [Inspection.Part]
}

extension Inspection.Part: Encodable {
  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init(_ name: String) { stringValue = name }
    init?(intValue: Int) { nil }
  }

  /// `{"type": …, "index": …, NAME: VALUE, "NAME_from_header": VALUE, "origins": {NAME: "content"}}`.
  ///
  /// A figure of the content stands under its name; where the header says something else, that has a name of its own.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(type, forKey: Key("type"))
    try container.encode(streamIndex, forKey: Key("index"))
    var origins: [String: Inspection.Fact.Origin] = [:]
    for fact in facts {
      let name = origins[fact.name] == nil ? fact.name : "\(fact.name)_from_\(fact.origin.rawValue)"
      origins[name] = fact.origin
      try container.encode(fact.value, forKey: Key(name))
    }
    try container.encode(origins, forKey: Key("origins"))
  }
}
