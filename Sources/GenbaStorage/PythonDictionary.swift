internal import GenbaCore

/// The Python dictionary in a .npy header: string keys; strings, booleans and tuples of integers as values.
struct PythonDictionary {
  enum Value {
    case string(String)
    case bool(Bool)
    case integers([Int])
    /// Valid, but nothing that an array of plain numbers has: the list of a structured array's fields.
    case list
  }

  private var values: [String: Value] = [:]

  subscript(key: String) -> Value? { values[key] }

  init(_ text: [UInt8]) throws(GenbaError) {
    var parser = Parser(text: text)
    try parser.expect("{")
    while !parser.take("}") {
      let key = try parser.string()
      try parser.expect(":")
      values[key] = try parser.value()
      if !parser.take(",") {
        try parser.expect("}")
        break
      }
    }
  }

  private struct Parser {
    let text: [UInt8]
    var position = 0

    init(text: [UInt8]) { self.text = text }

    func malformed(_ expected: String) -> GenbaError {
      GenbaError(.corruptData, "the .npy header is malformed: \(expected) was expected at its byte \(position)")
    }

    private var next: UInt8? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
      while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") { position += 1 }
    }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
      skipSpace()
      guard next == UInt8(ascii: mark) else { return false }
      position += 1
      return true
    }

    mutating func expect(_ mark: Unicode.Scalar) throws(GenbaError) {
      if !take(mark) { throw malformed("'\(mark)'") }
    }

    mutating func string() throws(GenbaError) -> String {
      skipSpace()
      guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
        let end = text[(position + 1)...].firstIndex(of: quote)
      else { throw malformed("a string") }
      let content = text[(position + 1)..<end]
      guard !content.contains(UInt8(ascii: "\\")) else { throw malformed("a string without escapes") }
      position = end + 1
      return String(decoding: content, as: UTF8.self)
    }

    mutating func value() throws(GenbaError) -> Value {
      skipSpace()
      switch next {
      case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
      case UInt8(ascii: "("): return .integers(try integers())
      case UInt8(ascii: "["):
        try skipList()
        return .list
      default:
        for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
          position += word.utf8.count
          return .bool(value)
        }
        throw malformed("a string, a tuple, True or False")
      }
    }

    private mutating func integers() throws(GenbaError) -> [Int] {
      try expect("(")
      var numbers: [Int] = []
      while !take(")") {
        skipSpace()
        let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw malformed("a length") }
        numbers.append(number)
        position = digits.endIndex
        // Python 2 wrote long integers with an L.
        _ = take("L")
        if !take(",") {
          try expect(")")
          break
        }
      }
      return numbers
    }

    private mutating func skipList() throws(GenbaError) {
      var depth = 0
      while let byte = next {
        position += 1
        if byte == UInt8(ascii: "[") { depth += 1 }
        if byte == UInt8(ascii: "]") { depth -= 1 }
        if depth == 0 { return }
      }
      throw malformed("']'")
    }
  }
}
