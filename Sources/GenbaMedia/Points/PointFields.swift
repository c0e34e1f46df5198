internal import GenbaCore

/// One number of each record of a point cloud file.
struct PointField {
  enum Kind: Equatable { case unsigned, signed, float }

  var name: String
  var kind: Kind
  /// 1, 2, 4 or 8.
  var byteCount: Int
  /// How many numbers have this name; the first is taken.
  var count = 1
  /// In the record, in bytes.
  var offset = 0
  /// Among the record's words, where it is text.
  var word = 0

  var metadata: PointCloudMetadata.Field {
    let dtype: DType =
      switch (kind, byteCount) {
      case (.float, 4): .float32
      case (.float, _): .float64
      case (.signed, 1): .int8
      case (.signed, 2): .int16
      case (.signed, 4): .int32
      case (.signed, _): .int64
      case (.unsigned, 1): .uint8
      case (.unsigned, 2): .uint16
      case (.unsigned, 4): .uint32
      case (.unsigned, _): .uint64
      }
    return PointCloudMetadata.Field(name: name, dtype: dtype, count: count)
  }

  /// The number in these bytes, lowest first.
  func value(bits: UInt64) -> Double {
    switch (kind, byteCount) {
    case (.float, 4): Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case (.float, _): Double(bitPattern: bits)
    case (.unsigned, _): Double(bits)
    case (.signed, _):
      // The sign bit moves to the top and back.
      Double(Int64(bitPattern: bits << UInt64(64 - 8 * byteCount)) >> Int64(64 - 8 * byteCount))
    }
  }
}

/// Gathers the values of a file's records into a cloud.
struct PointGatherer {
  private let coordinates: [PointField]
  private let normals: [PointField]?
  private let colors: [PointField]?
  private let packedColor: PointField?
  private var points: [Float] = []
  private var normalValues: [Float] = []
  private var colorValues: [UInt8] = []

  /// - Throws: `.unsupportedFormat` if there is no `x`, `y` or `z`.
  init(_ fields: [PointField]) throws(GenbaError) {
    func all(_ names: [String]) -> [PointField]? {
      let found = names.compactMap { name in fields.first { $0.name == name } }
      return found.count == names.count ? found : nil
    }
    guard let coordinates = all(["x", "y", "z"]) else {
      throw GenbaError(
        .unsupportedFormat, "points need x, y and z, and there are \(fields.map(\.name).joined(separator: ", "))")
    }
    self.coordinates = coordinates
    normals = all(["nx", "ny", "nz"]) ?? all(["normal_x", "normal_y", "normal_z"])
    colors = all(["red", "green", "blue"]) ?? all(["r", "g", "b"])
    packedColor = fields.first { ($0.name == "rgb" || $0.name == "rgba") && $0.byteCount == 4 }
  }

  /// Adds the record whose fields `value` gives: as numbers, and `bits` as they are stored.
  mutating func append(value: (PointField) -> Double, bits: (PointField) -> UInt32) {
    // A float64 beyond float32 is as good as infinite.
    let point = coordinates.map { Float(value($0)) }
    guard point.allSatisfy(\.isFinite) else { return }
    points += point
    if let normals {
      normalValues += normals.map { field in
        let component = Float(value(field))
        return component.isFinite ? component : 0
      }
    }
    if let colors {
      colorValues += colors.map { field in
        // Fractions are shares of full brightness.
        let level = field.kind == .float ? value(field) * 255 : value(field)
        return UInt8(min(max(level.isFinite ? level.rounded() : 0, 0), 255))
      }
    } else if let packedColor {
      let packed = bits(packedColor)
      colorValues += [16, 8, 0].map { UInt8(truncatingIfNeeded: packed >> UInt32($0)) }
    }
  }

  mutating func reserve(_ count: Int) {
    points.reserveCapacity(3 * count)
    if normals != nil { normalValues.reserveCapacity(3 * count) }
    if colors != nil || packedColor != nil { colorValues.reserveCapacity(3 * count) }
  }

  var cloud: PointCloud {
    let shape = [points.count / 3, 3]
    return PointCloud(
      points: Tensor(points, shape: shape), normals: normals == nil ? nil : Tensor(normalValues, shape: shape),
      colors: colors == nil && packedColor == nil ? nil : Tensor(colorValues, shape: shape))
  }
}

extension [UInt8] {
  /// The unsigned number in `byteCount` bytes at `offset`, which is within.
  func bits(at offset: Int, byteCount: Int, isBigEndian: Bool) -> UInt64 {
    var bits: UInt64 = 0
    for index in 0..<byteCount {
      let byte = UInt64(self[offset + (isBigEndian ? index : byteCount - 1 - index)])
      bits = bits << 8 | byte
    }
    return bits
  }

  /// The line that begins at `offset`, without its end; `offset` moves behind it. `nil` at the end.
  func line(at offset: inout Int) -> String? {
    guard offset < count else { return nil }
    let end = self[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? count
    var text = self[offset..<end]
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    offset = Swift.min(end + 1, count)
    return String(decoding: text, as: UTF8.self)
  }
}
