internal import GenbaCore

/// A value in Thrift's compact protocol.
indirect enum ThriftValue: Equatable {
  case bool(Bool)
  case int(Int)
  case double(Double)
  case bytes([UInt8])
  case list([ThriftValue])
  /// By the fields' numbers.
  case structure([Int: ThriftValue])

  subscript(field: Int) -> ThriftValue? {
    guard case .structure(let fields) = self else { return nil }
    return fields[field]
  }

  var int: Int? { if case .int(let value) = self { value } else { nil } }
  var elements: [ThriftValue] { if case .list(let values) = self { values } else { [] } }
  var string: String? { if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil } }
}

/// Reads what ``ThriftCompact`` writes, and whatever else others write in that protocol but maps and sets.
struct ThriftReader {
  private let bytes: [UInt8]
  private var place = 0

  /// Parquet's headers are nested six deep; more would use up the stack.
  private static let deepest = 32

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A structure, which the bytes begin with.
  mutating func structure(depth: Int = 0) throws(GenbaError) -> ThriftValue {
    var fields: [Int: ThriftValue] = [:]
    var number = 0
    while true {
      let head = try byte()
      if head == 0 { return .structure(fields) }
      number = head >> 4 == 0 ? try zigzag() : number &+ Int(head >> 4)
      // In a field's header, the kind is the value of a bool.
      fields[number] = head & 15 == 1 || head & 15 == 2 ? .bool(head & 15 == 1) : try value(head & 15, depth + 1)
    }
  }

  private mutating func value(_ kind: UInt8, _ depth: Int) throws(GenbaError) -> ThriftValue {
    guard depth < Self.deepest else { throw wrong("values are nested too deep") }
    switch kind {
    case 1, 2: return .bool(try byte() == 1)
    case 3: return .int(Int(Int8(bitPattern: try byte())))
    case 4, 5, 6: return .int(try zigzag())
    case 7:
      var bits: UInt64 = 0
      for shift in 0..<8 { bits |= UInt64(try byte()) << UInt64(8 * shift) }
      return .double(Double(bitPattern: bits))
    case 8:
      let count = try length()
      defer { place += count }
      return .bytes(Array(bytes[place..<place + count]))
    case 9, 10:
      let head = try byte()
      // No element is shorter than a byte, so that no length can be claimed that is not there.
      let count = head >> 4 == 15 ? try length() : Int(head >> 4)
      var elements: [ThriftValue] = []
      for _ in 0..<count { elements.append(try value(head & 15, depth + 1)) }
      return .list(elements)
    case 12: return try structure(depth: depth)
    default: throw wrong("a value of kind \(kind)")
    }
  }

  private mutating func length() throws(GenbaError) -> Int {
    let value = try varint()
    guard value <= UInt64(bytes.count - place) else { throw wrong("a length of \(value) bytes") }
    return Int(value)
  }

  private mutating func zigzag() throws(GenbaError) -> Int {
    let value = try varint()
    return Int(bitPattern: UInt(value >> 1)) ^ -Int(value & 1)
  }

  private mutating func varint() throws(GenbaError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      let next = try byte()
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
    }
    throw wrong("a number of more than 64 bits")
  }

  private mutating func byte() throws(GenbaError) -> UInt8 {
    guard place < bytes.count else { throw wrong("it ends too early") }
    defer { place += 1 }
    return bytes[place]
  }

  private func wrong(_ what: String) -> GenbaError {
    GenbaError(.corruptData, "the footer is damaged at its byte \(place): \(what)")
  }
}
