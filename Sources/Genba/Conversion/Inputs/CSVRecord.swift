internal import GenbaCore

/// Splits the lines of a CSV file into fields (RFC 4180): commas between, quotes around fields that hold commas, line
/// breaks or quotes, which are doubled.
struct CSVRecord {
  private var fields: [String] = []
  private var field: [UInt8] = []
  private var isQuoted = false
  private var wasQuoted = false

  /// Takes in a line; the record's fields, or `nil` if a quoted field goes on in the next line.
  ///
  /// - Throws: `.corruptData` for a quote where none may be.
  mutating func take(_ line: [UInt8]) throws(GenbaError) -> [String]? {
    let line = line.last == 0x0D ? line.dropLast() : line[...]
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\"") where isQuoted:
        if index < line.endIndex, line[index] == UInt8(ascii: "\"") {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      case UInt8(ascii: "\"") where field.isEmpty && !wasQuoted:
        isQuoted = true
        wasQuoted = true
      case UInt8(ascii: "\"") where !wasQuoted: field.append(byte)
      case UInt8(ascii: ",") where !isQuoted: endField()
      default:
        guard isQuoted || !wasQuoted else {
          throw GenbaError(.corruptData, "field \(fields.count + 1): text follows the closing quote")
        }
        field.append(byte)
      }
    }
    if isQuoted {
      field.append(0x0A)
      return nil
    }
    endField()
    defer { fields = [] }
    return fields
  }

  /// Whether a quoted field is still open.
  var isOpen: Bool { isQuoted }

  private mutating func endField() {
    fields.append(String(decoding: field, as: UTF8.self))
    field = []
    wasQuoted = false
  }
}
