/// Thrift's compact protocol, in which Parquet writes its headers: structs of numbered fields, lists, strings, integers.
struct ThriftCompact {
  private(set) var bytes: [UInt8] = []
  /// The last field number of each open struct.
  private var lastField: [Int] = [0]

  private enum Kind: UInt8 {
    case int32 = 5
    case int64 = 6
    case binary = 8
    case list = 9
    case structure = 12
  }

  mutating func field(_ number: Int, int32 value: Int) {
    header(number, .int32)
    zigzag(value)
  }

  mutating func field(_ number: Int, int64 value: Int) {
    header(number, .int64)
    zigzag(value)
  }

  mutating func field(_ number: Int, string value: String) {
    header(number, .binary)
    string(value)
  }

  mutating func field(_ number: Int, struct body: (inout ThriftCompact) -> Void) {
    header(number, .structure)
    structure(body)
  }

  mutating func field<Element>(
    _ number: Int, structs elements: [Element], body: (inout ThriftCompact, Element) -> Void
  ) {
    header(number, .list)
    listHeader(elements.count, .structure)
    for element in elements { structure { body(&$0, element) } }
  }

  mutating func field(_ number: Int, strings elements: [String]) {
    header(number, .list)
    listHeader(elements.count, .binary)
    for element in elements { string(element) }
  }

  mutating func field(_ number: Int, int32s elements: [Int]) {
    header(number, .list)
    listHeader(elements.count, .int32)
    for element in elements { zigzag(element) }
  }

  /// Ends the outermost struct.
  mutating func stop() { bytes.append(0) }

  private mutating func structure(_ body: (inout ThriftCompact) -> Void) {
    lastField.append(0)
    body(&self)
    lastField.removeLast()
    stop()
  }

  private mutating func header(_ number: Int, _ kind: Kind) {
    let delta = number - lastField[lastField.count - 1]
    precondition((1...15).contains(delta), "fields ascend")
    bytes.append(UInt8(delta) << 4 | kind.rawValue)
    lastField[lastField.count - 1] = number
  }

  private mutating func listHeader(_ count: Int, _ kind: Kind) {
    if count < 15 {
      bytes.append(UInt8(count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      varint(UInt64(count))
    }
  }

  private mutating func string(_ value: String) {
    varint(UInt64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  private mutating func zigzag(_ value: Int) { varint(UInt64(bitPattern: Int64(value << 1 ^ value >> 63))) }

  private mutating func varint(_ value: UInt64) { bytes.appendVarint(value) }
}

extension [UInt8] {
  /// Seven bits a byte, lowest first, the highest bit set on all but the last (LEB128).
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
