/// A pattern of paths, as gitignore and Python's `glob(recursive=True)` read it: `*` and `?` stay within a folder, `**`
/// crosses folders, `[a-z]` and `[!a-z]` are one of a set.
///
/// A pattern without a slash is compared with the file's name, one with a slash with the path below the folder that is
/// walked.
struct Glob: Sendable {
  private enum Part: Equatable {
    case literal(Character)
    case any, anyRun, anyPath
    case set([ClosedRange<Character>], isNegated: Bool)
  }

  private let parts: [Part]
  private let isOfNames: Bool

  init(_ pattern: String) {
    isOfNames = !pattern.contains("/")
    var parts: [Part] = []
    var rest = Substring(pattern)
    while let character = rest.popFirst() {
      switch character {
      case "?": parts.append(.any)
      case "*":
        guard rest.first == "*" else {
          parts.append(.anyRun)
          continue
        }
        rest.removeFirst()
        parts.append(.anyPath)
        // `**/x` is also `x`.
        if rest.first == "/" { rest.removeFirst() }
      case "[":
        if let (set, end) = Self.set(rest) {
          parts.append(set)
          rest = rest[end...]
        } else {
          parts.append(.literal("["))
        }
      case "\\": parts.append(.literal(rest.popFirst() ?? "\\"))
      default: parts.append(.literal(character))
      }
    }
    self.parts = parts
  }

  /// The set behind a bracket, and what follows it; `nil` if the bracket is not closed.
  private static func set(_ text: Substring) -> (Part, Substring.Index)? {
    var rest = text
    let isNegated = rest.first == "!" || rest.first == "^"
    if isNegated { rest.removeFirst() }
    guard let close = rest.dropFirst().firstIndex(of: "]") else { return nil }
    let characters = Array(rest[..<close])
    var ranges: [ClosedRange<Character>] = []
    var index = 0
    while index < characters.count {
      if index + 2 < characters.count, characters[index + 1] == "-", characters[index] <= characters[index + 2] {
        ranges.append(characters[index]...characters[index + 2])
        index += 3
      } else {
        ranges.append(characters[index]...characters[index])
        index += 1
      }
    }
    return (.set(ranges, isNegated: isNegated), rest.index(after: close))
  }

  /// Whether the pattern fits a path below the folder.
  func matches(_ relativePath: String) -> Bool {
    let text = isOfNames ? relativePath.split(separator: "/").last.map(Array.init) ?? [] : Array(relativePath)
    // One row of the table: whether the parts so far fit so many characters.
    var fits = [Bool](repeating: false, count: text.count + 1)
    fits[0] = true
    for part in parts {
      var next = [Bool](repeating: false, count: text.count + 1)
      switch part {
      case .anyRun, .anyPath:
        next[0] = fits[0]
        for index in text.indices {
          next[index + 1] = fits[index + 1] || next[index] && (part == .anyPath || text[index] != "/")
        }
      default:
        for index in text.indices where fits[index] { next[index + 1] = Self.isOne(text[index], of: part) }
      }
      fits = next
    }
    return fits[text.count]
  }

  private static func isOne(_ character: Character, of part: Part) -> Bool {
    switch part {
    case .literal(let literal): character == literal
    case .any: character != "/"
    case .set(let ranges, let isNegated):
      character != "/" && ranges.contains { $0.contains(character) } != isNegated
    case .anyRun, .anyPath: true
    }
  }
}
