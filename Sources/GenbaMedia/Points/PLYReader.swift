internal import GenbaCore

/// Reads PLY: Greg Turk's polygon format of Stanford, 1994. Elements but `vertex` are skipped.
struct PLYReader: PointCloudReader {
  /// A header's last line begins within so many bytes.
  static let headerLimit = 1 << 20

  private enum Encoding: String {
    case ascii
    case little = "binary_little_endian"
    case big = "binary_big_endian"
  }

  private struct Element {
    var name: String
    var count: Int
    var fields: [PointField] = []
    var stride = 0
    var hasList = false
  }

  private let bytes: [UInt8]
  private var encoding = Encoding.ascii
  private var elements: [Element] = []
  private var dataStart = 0

  init(_ bytes: [UInt8]) throws(GenbaError) {
    self.bytes = bytes
    var offset = 0
    _ = bytes.line(at: &offset)
    while true {
      guard offset < Self.headerLimit, let line = bytes.line(at: &offset) else {
        throw GenbaError(.truncated, "the PLY header has no end_header")
      }
      let words = line.split(separator: " ").map(String.init)
      if words.first == "end_header" { break }
      try readHeader(words, line)
    }
    dataStart = offset
  }

  private mutating func readHeader(_ words: [String], _ line: String) throws(GenbaError) {
    switch words.first {
    case "format":
      guard let known = words.dropFirst().first.flatMap(Encoding.init) else {
        throw GenbaError(.unsupportedFormat, "a PLY header with the line '\(line)'")
      }
      encoding = known
    case "element":
      guard words.count == 3, let count = Int(words[2]), count >= 0 else {
        throw GenbaError(.corruptData, "a PLY header with the line '\(line)'")
      }
      elements.append(Element(name: words[1], count: count))
    case "property":
      guard !elements.isEmpty else { throw GenbaError(.corruptData, "a PLY property before any element") }
      let last = elements.count - 1
      if words.count == 5, words[1] == "list" {
        elements[last].hasList = true
      } else if words.count == 3, var field = Self.field(type: words[1], name: words[2]) {
        field.offset = elements[last].stride
        field.word = elements[last].fields.count
        elements[last].fields.append(field)
        elements[last].stride += field.byteCount
      } else {
        throw GenbaError(.corruptData, "a PLY header with the line '\(line)'")
      }
    default:
      // Comments, and what others have added to the format.
      break
    }
  }

  private static func field(type: String, name: String) -> PointField? {
    switch type {
    case "char", "int8": PointField(name: name, kind: .signed, byteCount: 1)
    case "uchar", "uint8": PointField(name: name, kind: .unsigned, byteCount: 1)
    case "short", "int16": PointField(name: name, kind: .signed, byteCount: 2)
    case "ushort", "uint16": PointField(name: name, kind: .unsigned, byteCount: 2)
    case "int", "int32": PointField(name: name, kind: .signed, byteCount: 4)
    case "uint", "uint32": PointField(name: name, kind: .unsigned, byteCount: 4)
    case "float", "float32": PointField(name: name, kind: .float, byteCount: 4)
    case "double", "float64": PointField(name: name, kind: .float, byteCount: 8)
    default: nil
    }
  }

  var metadata: PointCloudMetadata {
    let vertices = elements.first { $0.name == "vertex" }
    return PointCloudMetadata(
      format: .ply, encoding: encoding.rawValue, pointCount: vertices?.count ?? 0,
      fields: vertices?.fields.map(\.metadata) ?? [],
      otherElements: elements.filter { $0.name != "vertex" }.map { .init(name: $0.name, count: $0.count) })
  }

  func cloud() throws(GenbaError) -> PointCloud {
    var offset = dataStart
    for element in elements {
      if element.name == "vertex" {
        guard !element.hasList else {
          throw GenbaError(.unsupportedFormat, "vertices with lists, of which Genba reads none")
        }
        return try encoding == .ascii ? text(element, &offset) : binary(element, offset)
      }
      try skip(element, &offset)
    }
    throw GenbaError(.unsupportedFormat, "the PLY file has no element vertex")
  }

  private func skip(_ element: Element, _ offset: inout Int) throws(GenbaError) {
    if encoding == .ascii {
      for _ in 0..<element.count where bytes.line(at: &offset) == nil { throw truncated(element, 0) }
    } else if element.hasList {
      throw GenbaError(.unsupportedFormat, "lists stand before the vertices; write the vertices first")
    } else {
      let (size, overflow) = element.count.multipliedReportingOverflow(by: element.stride)
      guard !overflow, size <= bytes.count - offset else { throw truncated(element, 0) }
      offset += size
    }
  }

  private func text(_ element: Element, _ offset: inout Int) throws(GenbaError) -> PointCloud {
    var gatherer = try PointGatherer(element.fields)
    for index in 0..<element.count {
      guard let line = bytes.line(at: &offset) else { throw truncated(element, index) }
      let words = line.split(separator: " ")
      guard words.count >= element.fields.count else {
        throw GenbaError(.corruptData, "point \(index) has \(words.count) numbers, not \(element.fields.count)")
      }
      let values = words.prefix(element.fields.count).compactMap { Double($0) }
      guard values.count == element.fields.count else {
        throw GenbaError(.corruptData, "point \(index) is '\(line.prefix(60))', which are not all numbers")
      }
      gatherer.append(
        value: { values[$0.word] }, bits: { UInt32(exactly: values[$0.word].rounded()) ?? 0 })
    }
    return gatherer.cloud
  }

  private func binary(_ element: Element, _ offset: Int) throws(GenbaError) -> PointCloud {
    let (size, overflow) = element.count.multipliedReportingOverflow(by: element.stride)
    guard !overflow, size <= bytes.count - offset else {
      throw truncated(element, element.stride == 0 ? 0 : (bytes.count - offset) / element.stride)
    }
    var gatherer = try PointGatherer(element.fields)
    gatherer.reserve(element.count)
    let isBig = encoding == .big
    for index in 0..<element.count {
      let record = offset + index * element.stride
      func bits(_ field: PointField) -> UInt64 {
        bytes.bits(at: record + field.offset, byteCount: field.byteCount, isBigEndian: isBig)
      }
      gatherer.append(value: { $0.value(bits: bits($0)) }, bits: { UInt32(truncatingIfNeeded: bits($0)) })
    }
    return gatherer.cloud
  }

  private func truncated(_ element: Element, _ index: Int) -> GenbaError {
    GenbaError(.truncated, "the header says \(element.count) of \(element.name), and the file ends after \(index)")
  }
}
