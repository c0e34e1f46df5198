internal import GenbaCore

/// Numbers and words by name: what all the forms of calibration files come down to.
struct CalibrationFields {
  /// A named entry.
  enum Value {
    case numbers([Double])
    case text(String)
  }

  private var values: [String: Value] = [:]

  subscript(name: String) -> Value? { values[name] }

  var names: [String] { values.keys.sorted() }

  mutating func set(_ name: String, _ value: Value) { values[name] = value }

  /// The numbers of that name, if it is there.
  ///
  /// - Throws: `invalidConfiguration` if they are not as many, or not finite.
  func numbers(_ name: String, count: ClosedRange<Int>) throws(GenbaError) -> [Double]? {
    guard let value = values[name] else { return nil }
    guard case .numbers(let numbers) = value else {
      throw GenbaError(.invalidConfiguration, "\(name) is not made of numbers")
    }
    guard count.contains(numbers.count) else {
      let expected = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
      throw GenbaError(.invalidConfiguration, "\(name) has \(numbers.count) numbers instead of \(expected)")
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw GenbaError(.invalidConfiguration, "\(name) holds numbers that are not finite; calibrate again")
    }
    return numbers
  }

  /// The same where it must be there.
  func require(_ name: String, count: ClosedRange<Int>) throws(GenbaError) -> [Double] {
    guard let numbers = try numbers(name, count: count) else {
      throw GenbaError(.invalidConfiguration, "there is no \(name); there are \(names.joined(separator: ", "))")
    }
    return numbers
  }

  /// A count of pixels, if it is there.
  func size(_ name: String) throws(GenbaError) -> Int? {
    guard let value = try numbers(name, count: 1...1)?[0] else { return nil }
    guard value >= 1 && value <= 67_108_864 && value == value.rounded() else {
      throw GenbaError(.invalidConfiguration, "\(name) is \(value), which is no number of pixels")
    }
    return Int(value)
  }

  func text(_ name: String) -> String? {
    if case .text(let text) = values[name] { text } else { nil }
  }

  /// A pinhole from a 3 x 3 camera matrix, or from the first three columns of a 3 x 4 projection.
  func pinhole(_ name: String, columns: Int = 3) throws(GenbaError) -> PinholeIntrinsics? {
    guard let m = try numbers(name, count: 3 * columns...3 * columns) else { return nil }
    let (fx, fy, cx, cy) = (m[0], m[columns + 1], m[2], m[columns + 2])
    guard fx > 0 && fy > 0 else {
      throw GenbaError(.invalidConfiguration, "\(name) has focal lengths of \(fx) and \(fy), which must be above 0")
    }
    guard abs(m[1]) <= 1e-6 * fx else {
      throw GenbaError(.invalidConfiguration, "\(name) has a skew of \(m[1]), which no rectification here knows")
    }
    return PinholeIntrinsics(fx: fx, fy: fy, cx: cx, cy: cy)
  }

  func rotation(_ name: String) throws(GenbaError) -> Matrix3? {
    guard let numbers = try numbers(name, count: 9...9) else { return nil }
    let matrix = Matrix3(numbers)
    guard matrix.isRotation else {
      throw GenbaError(.invalidConfiguration, "\(name) is no rotation: its rows are not at right angles")
    }
    return matrix
  }
}

extension String {
  /// Numbers between spaces, commas, semicolons and brackets; `nil` if there is anything else.
  var numbers: [Double]? {
    var result: [Double] = []
    for word in split(whereSeparator: { $0.isWhitespace || ",;[]".contains($0) }) {
      guard let number = Double(yaml: word) else { return nil }
      result.append(number)
    }
    return result
  }

  var trimmed: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

extension Double {
  /// A number as YAML and Python write them: `1.`, `.5`, `1e-3`, `.nan`, `-.inf`.
  init?(yaml word: Substring) {
    let lowered = word.lowercased()
    switch lowered {
    case ".nan", "nan": self = .nan
    case ".inf", "inf", "+.inf": self = .infinity
    case "-.inf", "-inf": self = -.infinity
    default:
      guard let first = lowered.first, first.isNumber || "+-.".contains(first) else { return nil }
      guard let value = Double(lowered.last == "." ? lowered + "0" : lowered) ?? Double(lowered.replacingDotBeforeE)
      else { return nil }
      self = value
    }
  }
}

extension String {
  /// `1.e-3` as `1.0e-3`.
  fileprivate var replacingDotBeforeE: String {
    var result = ""
    for character in self {
      if character == "e" && result.last == "." { result.append("0") }
      result.append(character)
    }
    return result
  }
}
