internal import FoundationEssentials
internal import GenbaCore
internal import GenbaVision
internal import Glibc

/// One block of a model folder's JSON: its keys with their values, and errors that name file and key.
///
/// Keys that nobody asks for are ignored, and `null` counts as absent, but for ``step(_:)``.
struct ConfigurationFile: Sendable {
  /// The file, as errors name it.
  let path: String
  /// Where in the file the block stands: `image_processor.` for a nested one.
  private let prefix: String
  private let values: [String: JSONValue]

  /// The top level of a file, or `nil` where there is no such file.
  ///
  /// - Throws: `.cannotOpen` and its kin from reading, `.invalidConfiguration` for JSON that is malformed or no object.
  static func read(_ path: String) throws(GenbaError) -> ConfigurationFile? {
    if unsafe access(path, F_OK) != 0, errno == ENOENT { return nil }
    return try ConfigurationFile(FileReading.bytes(of: path, limit: 64 << 20), path: path)
  }

  /// The top level of a file with this content.
  init(_ bytes: [UInt8], path: String) throws(GenbaError) {
    let value: JSONValue
    do {
      value = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    } catch {
      throw GenbaError(
        .invalidConfiguration, "this is not JSON; copy the model's file again", source: .init(path: path),
        cause: "\(error)")
    }
    guard case .object(let values) = value else {
      throw GenbaError(
        .invalidConfiguration, "this must hold a JSON object with the processor's settings",
        source: .init(path: path))
    }
    self.init(path: path, prefix: "", values: values)
  }

  private init(path: String, prefix: String, values: [String: JSONValue]) {
    self.path = path
    self.prefix = prefix
    self.values = values
  }

  /// The value of a key, and `nil` for `null`.
  private subscript(key: String) -> JSONValue? {
    let value = values[key]
    return value == .null ? nil : value
  }

  /// A nested object.
  func block(_ key: String) throws(GenbaError) -> ConfigurationFile? {
    guard let value = self[key] else { return nil }
    guard case .object(let values) = value else { throw wrong(key, "an object") }
    return ConfigurationFile(path: path, prefix: "\(prefix)\(key).", values: values)
  }

  func string(_ key: String) throws(GenbaError) -> String? {
    guard let value = self[key] else { return nil }
    guard case .string(let string) = value else { throw wrong(key, "a string") }
    return string
  }

  func bool(_ key: String) throws(GenbaError) -> Bool? {
    guard let value = self[key] else { return nil }
    guard case .bool(let bool) = value else { throw wrong(key, "true or false") }
    return bool
  }

  /// A step of a picture's or a video's processor, which `null` switches off in transformers, whatever the class's default.
  func step(_ key: String) throws(GenbaError) -> Bool? { isNull(key) ? false : try bool(key) }

  /// Whether the key is there, and its value `null`.
  func isNull(_ key: String) -> Bool { values[key] == .null }

  func number(_ key: String, in range: ClosedRange<Double>) throws(GenbaError) -> Double? {
    guard let value = self[key] else { return nil }
    guard case .number(let number) = value, range.contains(number) else {
      throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(GenbaError) -> Int? {
    guard let value = self[key] else { return nil }
    guard case .number(let number) = value, let integer = Int(exactly: number), range.contains(integer) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// An array of numbers.
  func numbers(_ key: String) throws(GenbaError) -> [Double]? {
    guard let value = self[key] else { return nil }
    guard case .array(let elements) = value else { throw wrong(key, "an array of numbers") }
    var numbers: [Double] = []
    for element in elements {
      guard case .number(let number) = element else { throw wrong(key, "an array of numbers") }
      numbers.append(number)
    }
    return numbers
  }

  /// An array of [height, width].
  func sizes(_ key: String) throws(GenbaError) -> [PixelSize]? {
    guard let value = self[key] else { return nil }
    guard case .array(let pairs) = value else { throw wrong(key, "an array of [height, width]") }
    var sizes: [PixelSize] = []
    for pair in pairs {
      guard case .array(let sides) = pair, sides.count == 2, case .number(let height) = sides[0],
        case .number(let width) = sides[1], let height = Int(exactly: height), let width = Int(exactly: width),
        (1...1 << 16).contains(height), (1...1 << 16).contains(width)
      else { throw wrong(key, "an array of [height, width]") }
      sizes.append(PixelSize(height: height, width: width))
    }
    return sizes
  }

  /// Whether the value of a key is an object.
  func isObject(_ key: String) -> Bool {
    if case .object? = self[key] { true } else { false }
  }

  /// Whether the value of a key is true or false.
  func isBool(_ key: String) -> Bool {
    if case .bool? = self[key] { true } else { false }
  }

  /// Whether the value of a key is an array.
  func isArray(_ key: String) -> Bool {
    if case .array? = self[key] { true } else { false }
  }

  /// The error for a class that Genba does not have.
  func unsupported(_ key: String, _ name: String, supported: [String]) -> GenbaError {
    GenbaError(
      .invalidConfiguration,
      "\"\(prefix)\(key)\" is \(name), which Genba does not have yet; what works is \(supported.joined(separator: ", "))",
      source: .init(path: path))
  }

  /// The error for a value of the wrong kind.
  func wrong(_ key: String, _ expected: String) -> GenbaError {
    GenbaError(.invalidConfiguration, "\"\(prefix)\(key)\" must be \(expected)", source: .init(path: path))
  }
}

/// Any JSON.
enum JSONValue: Sendable, Equatable, Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }
}
