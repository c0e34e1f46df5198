internal import FoundationEssentials
internal import GenbaCore

extension CalibrationFields {
  /// The entries of OpenCV's YAML and of ROS' camera_info: names with numbers, words, or a matrix of `rows`, `cols` and
  /// `data` in the lines below that stand further to the right.
  init(yaml text: String) throws(GenbaError) {
    var name: String?
    var list: (owner: String, text: String)?
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let trimmed = String(line).trimmed
      if let open = list {
        list?.text = open.text + " " + trimmed
      } else {
        if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix("%") || trimmed == "---" || trimmed == "..." {
          continue
        }
        guard let colon = trimmed.firstIndex(of: ":") else {
          // A list item, say, of an entry that is none of ours.
          guard name != nil else {
            throw GenbaError(.invalidConfiguration, "line \(index + 1) is no \"name: value\": \(trimmed.prefix(60))")
          }
          continue
        }
        let key = String(trimmed[..<colon]).trimmed
        let value = String(trimmed[trimmed.index(after: colon)...]).trimmed
        let isNested = line.first?.isWhitespace == true
        if !isNested { name = key }
        let path = isNested ? key == "data" ? name ?? key : "\(name ?? "").\(key)" : key
        if value.hasPrefix("[") {
          list = (path, value)
        } else if value.hasPrefix("{"), let start = value.firstIndex(of: "[") {
          // {rows: 1, cols: 5, data: [ … ]}: what counts are the numbers.
          list = (path, String(value[start...]))
        } else {
          set(scalar: value, named: path)
          continue
        }
      }
      if let open = list, let end = open.text.firstIndex(of: "]") {
        guard let numbers = String(open.text[...end]).numbers else {
          throw GenbaError(
            .invalidConfiguration, "\(open.owner), which ends in line \(index + 1), is not made of numbers")
        }
        set(open.owner, .numbers(numbers))
        list = nil
      }
    }
    if let list { throw GenbaError(.truncated, "the file ends in the middle of \(list.owner)") }
    try checkMatrixSizes()
  }

  /// The entries of OpenCV's XML: elements with text, or with `rows`, `cols` and `data`.
  init(xml text: String) throws(GenbaError) {
    var open: [String] = []
    var content = ""
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "<") {
      content += rest[..<start]
      guard let end = rest[start...].firstIndex(of: ">") else {
        throw GenbaError(.truncated, "the file ends in the middle of a tag")
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") || tag.hasPrefix("!") { continue }
      if tag.hasPrefix("/") {
        guard let element = open.popLast(), element == String(tag.dropFirst()).trimmed else {
          throw GenbaError(.corruptData, "the tag <\(tag.prefix(40))> closes what is not open")
        }
        let value = content.trimmed
        if !value.isEmpty && open.count >= 1 {
          let path = open.dropFirst() + [element]
          let name = path.last == "data" ? path.dropLast().joined(separator: ".") : path.joined(separator: ".")
          set(scalar: value, named: name)
        }
      } else if !tag.hasSuffix("/") {
        open.append(String(tag.split(separator: " ").first ?? ""))
      }
      content = ""
    }
    guard open.isEmpty else { throw GenbaError(.truncated, "the file ends before <\(open[0])> does") }
    try checkMatrixSizes()
  }

  /// The entries of KITTI's and Middlebury's files: a line each, `name: numbers` or `name=numbers`.
  init(lines text: String) throws(GenbaError) {
    for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let trimmed = String(line).trimmed
      if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
      guard let separator = trimmed.firstIndex(where: { $0 == ":" || $0 == "=" }) else {
        throw GenbaError(.invalidConfiguration, "line \(index + 1) is no entry: \(trimmed.prefix(60))")
      }
      set(
        scalar: String(trimmed[trimmed.index(after: separator)...]).trimmed,
        named: String(trimmed[..<separator]).trimmed)
    }
  }

  /// The entries of a JSON object, nested names joined by dots.
  init(json text: String) throws(GenbaError) {
    let root: JSON
    do {
      root = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    } catch {
      throw GenbaError(.corruptData, "the file is not valid JSON", cause: "\(error)")
    }
    guard case .object = root else { throw GenbaError(.invalidConfiguration, "the file holds no JSON object") }
    add(root, path: [])
  }

  private mutating func add(_ value: JSON, path: [String]) {
    let name = path.joined(separator: ".")
    switch value {
    case .object(let members): for (key, member) in members { add(member, path: path + [key]) }
    case .number(let number): set(name, .numbers([number]))
    case .text(let text): set(name, .text(text))
    case .list(let items):
      var numbers: [Double] = []
      var pending = items[...]
      while let item = pending.popFirst() {
        switch item {
        case .number(let number): numbers.append(number)
        case .list(let inner): pending = inner + pending
        default: return
        }
      }
      set(name, .numbers(numbers))
    case .other: break
    }
  }

  private mutating func set(scalar value: String, named name: String) {
    if let numbers = value.numbers, !numbers.isEmpty {
      set(name, .numbers(numbers))
    } else {
      set(name, .text(value.filter { $0 != "\"" }))
    }
  }

  /// A matrix must hold as many numbers as its rows and columns say.
  private func checkMatrixSizes() throws(GenbaError) {
    for name in names where name.hasSuffix(".rows") {
      let owner = String(name.dropLast(5))
      guard let rows = try numbers(name, count: 1...1)?[0], case .numbers(let data) = self[owner] ?? .text(""),
        let columns = try numbers("\(owner).cols", count: 1...1)?[0]
      else { continue }
      guard Double(data.count) == rows * columns else {
        throw GenbaError(
          .invalidConfiguration, "\(owner) says \(rows) x \(columns) and holds \(data.count) numbers")
      }
    }
  }
}

/// Any JSON value.
private enum JSON: Decodable {
  case object([String: JSON])
  case list([JSON])
  case number(Double)
  case text(String)
  case other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode([String: JSON].self) {
      self = .object(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .list(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .other
    }
  }
}
