/// A JSON value that keeps what it was given: the order of keys, and numbers as they were written.
///
/// For lists of millions of records, where a value is read, carried along and written again. A record takes about two
/// microseconds either way.
///
/// ```swift
/// let row = try JSON.parse(Array(#"{"key": "a", "weight": 1.50}"#.utf8))
/// row["weight"]?.text  // {"key":"a","weight":1.50}
/// ```
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number in its own digits.
  case number(String)
  case string(String)
  case array([JSON])
  case object([Member])

  /// A key of an object and its value.
  public struct Member: Sendable, Equatable {
    public var key: String
    public var value: JSON

    /// A member.
    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// The value of a key; `nil` where this is no object or has no such key.
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The members of an object; none of anything else.
  public var members: [Member] {
    guard case .object(let members) = self else { return [] }
    return members
  }

  /// The elements of an array; `nil` for anything else.
  public var elements: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The text of a string; `nil` for anything else.
  public var string: String? {
    guard case .string(let string) = self else { return nil }
    return string
  }

  /// The number as an integer, if it is one that fits.
  public var int: Int? {
    guard case .number(let digits) = self else { return nil }
    return Int(digits) ?? Double(digits).flatMap { Int(exactly: $0) }
  }

  /// The number as a `Double`; `nil` for anything else.
  public var double: Double? {
    guard case .number(let digits) = self else { return nil }
    return Double(digits)
  }

  /// A number.
  public static func number(_ value: Int) -> JSON { .number(String(value)) }

  /// A number with the fewest digits that give it back; `null` for what JSON cannot say: infinity and NaN.
  public static func number(_ value: Double) -> JSON {
    guard value.isFinite else { return .null }
    if let integer = Int(exactly: value), abs(integer) < 1 << 53 { return .number(String(integer)) }
    return .number("\(value)")
  }

  /// The value in one line.
  public var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The same value with the keys of all objects sorted by their bytes: equal values have equal texts then.
  public var canonical: JSON {
    switch self {
    case .array(let elements): .array(elements.map(\.canonical))
    case .object(let members):
      .object(
        members.map { Member($0.key, $0.value.canonical) }.sorted { left, right in
          left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        })
    default: self
    }
  }

  /// Appends the value in one line.
  public func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let digits): bytes.append(contentsOf: digits.utf8)
    case .string(let string): Self.write(string, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// A string, escaped where JSON demands it and nowhere else.
  private static func write(_ string: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
      case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
      case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
      case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
      case 0..<0x20:
        bytes.append(contentsOf: #"\u00"#.utf8)
        bytes.append(contentsOf: Hexadecimal.string([byte]).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension JSON: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self = .string(value) }
}
