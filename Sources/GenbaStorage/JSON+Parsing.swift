public import GenbaCore

extension JSON {
  /// The value that these bytes are, and nothing else (RFC 8259).
  ///
  /// - Throws: `.corruptData` with the column, counted in bytes from 1, and what is wrong there.
  public static func parse(_ bytes: [UInt8]) throws(GenbaError) -> JSON {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    try parser.end()
    return value
  }
}

/// Reads one value after another from a line.
private struct JSONParser {
  let bytes: [UInt8]
  private var place = 0

  /// No record is nested deeper; a file that is would use up the stack.
  private static let deepest = 64

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private func wrong(_ what: String) -> GenbaError {
    GenbaError(.corruptData, place >= bytes.count ? "\(what), and the text ends" : "column \(place + 1): \(what)")
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { place += 1 }
  }

  mutating func end() throws(GenbaError) {
    skipSpace()
    if place < bytes.count { throw wrong("nothing more was expected") }
  }

  mutating func value(depth: Int) throws(GenbaError) -> JSON {
    guard depth < Self.deepest else { throw wrong("nested deeper than \(Self.deepest)") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSON) throws(GenbaError) -> JSON {
    guard bytes[place...].starts(with: word.utf8) else { throw wrong("a value was expected") }
    place += word.utf8.count
    return value
  }

  private mutating func number() throws(GenbaError) -> JSON {
    let start = place
    while let byte = next, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { place += 1 }
    let digits = String(decoding: bytes[start..<place], as: UTF8.self)
    let body = digits.drop { $0 == "-" }
    let isLong = body.count > 1 && body.first == "0" && body.dropFirst().first?.isNumber == true
    guard let first = body.first, first.isNumber, !isLong, body.last?.isNumber == true, Double(digits) != nil else {
      place = start
      throw wrong("a value was expected")
    }
    return .number(digits)
  }

  private mutating func array(depth: Int) throws(GenbaError) -> JSON {
    place += 1
    var elements: [JSON] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      place += 1
      return .array([])
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      switch next {
      case UInt8(ascii: ","): place += 1
      case UInt8(ascii: "]"):
        place += 1
        return .array(elements)
      default: throw wrong("\",\" or \"]\" was expected")
      }
    }
  }

  private mutating func object(depth: Int) throws(GenbaError) -> JSON {
    place += 1
    var members: [JSON.Member] = []
    skipSpace()
    if next == UInt8(ascii: "}") {
      place += 1
      return .object([])
    }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw wrong("a key in quotes was expected") }
      let key = try string()
      skipSpace()
      guard next == UInt8(ascii: ":") else { throw wrong("\":\" was expected") }
      place += 1
      members.append(JSON.Member(key, try value(depth: depth + 1)))
      skipSpace()
      switch next {
      case UInt8(ascii: ","): place += 1
      case UInt8(ascii: "}"):
        place += 1
        return .object(members)
      default: throw wrong("\",\" or \"}\" was expected")
      }
    }
  }

  private mutating func string() throws(GenbaError) -> String {
    place += 1
    let start = place
    // Most strings hold no escape and are taken as they stand.
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { place += 1 }
    if next == UInt8(ascii: "\"") {
      defer { place += 1 }
      return String(decoding: bytes[start..<place], as: UTF8.self)
    }
    var text = Array(bytes[start..<place])
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20:
        place -= 1
        throw wrong("a control character stands in a string")
      default: text.append(byte)
      }
    }
    throw wrong("a string is not closed")
  }

  private mutating func escape(into text: inout [UInt8]) throws(GenbaError) {
    guard let byte = next else { throw wrong("a string is not closed") }
    place += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "u"):
      var unit = try codeUnit()
      if (0xD800..<0xDC00).contains(unit), bytes[place...].starts(with: #"\u"#.utf8) {
        place += 2
        let low = try codeUnit()
        guard (0xDC00..<0xE000).contains(low) else { throw wrong("half of a surrogate pair is missing") }
        unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(unit) else { throw wrong("half of a surrogate pair is missing") }
      text.append(contentsOf: String(scalar).utf8)
    default:
      place -= 1
      throw wrong("no such escape in a string")
    }
  }

  private mutating func codeUnit() throws(GenbaError) -> UInt32 {
    guard place + 4 <= bytes.count,
      let unit = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    else { throw wrong("four hexadecimal digits were expected") }
    place += 4
    return unit
  }
}
