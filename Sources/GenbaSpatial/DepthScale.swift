public import GenbaCore

/// What the numbers of a depth picture mean. Files do not say, and every sensor and data set has its own: take it from
/// their documentation.
///
/// | name | numbers | 0 means |
/// |---|---|---|
/// | `metres` | metres (float32) | none |
/// | `millimetres`, `mm` | 1/1000 m: RealSense, Azure Kinect, ScanNet, 7-Scenes | none |
/// | `tum` | 1/5000 m: TUM RGB-D, ICL-NUIM | none |
/// | `kitti` | 1/256 m: KITTI's depth completion and prediction | none |
/// | `sun-rgbd` | SUN RGB-D: millimetres whose bits are rotated left by 3 | none |
/// | `nyu` | NYU Depth v2's raw Kinect disparities, with swapped bytes: 351.3 / (1092.5 - d) m | none |
/// | `lerobot` | LeRobot's 12-bit code with its default range | none |
/// | a number | that many units a metre | none |
///
/// ```swift
/// let depth = try DepthMap(DepthDecoder.decode("frame.png"), scale: .tum)
/// ```
public struct DepthScale: Sendable, Hashable, CustomStringConvertible {
  private enum Kind: Hashable {
    case linear(unitsPerMetre: Double)
    case rotatedMillimetres
    case swappedDisparity
    case leRobot
  }

  private let kind: Kind

  /// The name that ``init(name:)`` takes.
  public let description: String

  /// Metres.
  public static let metres = DepthScale(kind: .linear(unitsPerMetre: 1), description: "metres")
  /// Thousandths of a metre.
  public static let millimetres = DepthScale(kind: .linear(unitsPerMetre: 1000), description: "millimetres")
  /// TUM RGB-D: 5000 units a metre.
  public static let tum = DepthScale(kind: .linear(unitsPerMetre: 5000), description: "tum")
  /// KITTI: 256 units a metre.
  public static let kitti = DepthScale(kind: .linear(unitsPerMetre: 256), description: "kitti")
  /// SUN RGB-D (its toolbox's `read3dPoints.m`): the lowest 3 bits of the number are the highest of the millimetres.
  public static let sunRGBD = DepthScale(kind: .rotatedMillimetres, description: "sun-rgbd")
  /// NYU Depth v2's raw frames (its toolbox's `depth_rel2depth_abs.m`; Open3D's `create_from_nyu_format`).
  public static let nyu = DepthScale(kind: .swappedDisparity, description: "nyu")
  /// ``LeRobotDepthCodec`` with its defaults.
  public static let leRobot = DepthScale(kind: .leRobot, description: "lerobot")

  /// So many units a metre; a number that is not above 0 traps.
  public static func unitsPerMetre(_ units: Double) -> DepthScale {
    precondition(units > 0 && units.isFinite, "\(units) units a metre are no scale")
    return DepthScale(kind: .linear(unitsPerMetre: units), description: "\(units)")
  }

  /// The names, in the table's order.
  public static let names = ["metres", "millimetres", "tum", "kitti", "sun-rgbd", "nyu", "lerobot"]

  /// The scale of a name (`mm` and `m` too), or of a number of units a metre; `nil` for anything else.
  public init?(name: String) {
    switch name.lowercased() {
    case "metres", "meters", "m": self = .metres
    case "millimetres", "millimeters", "mm": self = .millimetres
    case "tum": self = .tum
    case "kitti": self = .kitti
    case "sun-rgbd", "sunrgbd", "sun": self = .sunRGBD
    case "nyu": self = .nyu
    case "lerobot": self = .leRobot
    default:
      guard let units = Double(name), units > 0, units.isFinite else { return nil }
      self = .unitsPerMetre(units)
    }
  }

  private init(kind: Kind, description: String) {
    self.kind = kind
    self.description = description
  }

  /// The distances of a picture.
  ///
  /// - Throws: `.mismatchedInputs` for float32 numbers with a scale that is a code of 16 bits.
  func depthMap(_ image: DepthImage) throws(GenbaError) -> DepthMap {
    switch (image, kind) {
    case (.uint16(let units), .linear(let unitsPerMetre)):
      return DepthMap(units: units, unitsPerMetre: Float(unitsPerMetre))
    case (.float32(let values), .linear(let unitsPerMetre)):
      guard unitsPerMetre != 1 else { return DepthMap(metres: values) }
      let source = values.span
      return DepthMap(
        metres: Tensor(shape: values.shape) { output in
          for index in 0..<source.count { output.append(source[index] / Float(unitsPerMetre)) }
        })
    case (.uint16(let codes), .rotatedMillimetres):
      return DepthMap(units: codes.mapped { $0 >> 3 | $0 << 13 })
    case (.uint16(let codes), .swappedDisparity):
      return DepthMap(metres: codes.mapped { $0 == 0 ? 0 : 351.3 / (1092.5 - Float($0.byteSwapped)) })
    case (.uint16(let codes), .leRobot):
      return LeRobotDepthCodec().depthMap(codes)
    case (.float32, _):
      throw GenbaError(.mismatchedInputs, "the scale \(self) is a code of 16 bits, and the numbers are float32")
    }
  }

  /// The numbers of distances, holes as 0: float32 for metres, uint16 for all others.
  ///
  /// - Throws: `.outOfRange` for a distance that has no number, `.unsupportedFormat` for NYU's disparities.
  func image(_ depth: DepthMap) throws(GenbaError) -> DepthImage {
    switch kind {
    case .linear(1): return .float32(depth.metres)
    case .linear(let unitsPerMetre): return .uint16(try units(depth, unitsPerMetre: unitsPerMetre))
    case .rotatedMillimetres:
      return .uint16(try units(depth, unitsPerMetre: 1000).mapped { $0 << 3 | $0 >> 13 })
    case .leRobot:
      let codes = LeRobotDepthCodec().quantize(metres: depth.metres)
      let mask = depth.validMask.span
      var index = -1
      // A distance that would become a hole keeps the lowest code that is none.
      return .uint16(
        codes.mapped { code in
          index += 1
          return mask[index] ? max(code, 1) : 0
        })
    case .swappedDisparity:
      throw GenbaError(.unsupportedFormat, "NYU's raw disparities are read only; choose another scale")
    }
  }

  private func units(_ depth: DepthMap, unitsPerMetre: Double) throws(GenbaError) -> Tensor<UInt16> {
    let farthest = Array(depth.metres).max() ?? 0
    guard Double(farthest) * unitsPerMetre < 65_535.5 else {
      throw GenbaError(
        .outOfRange,
        "a distance of \(farthest) m does not fit 16 bits with the scale \(self), which end at \(65_535 / unitsPerMetre) m"
      )
    }
    // A distance below half a unit stays one, since 0 means none.
    return depth.metres.mapped { $0 == 0 ? 0 : max(UInt16((Double($0) * unitsPerMetre).rounded()), 1) }
  }
}

extension DepthMap {
  /// The distances of a picture with this scale.
  ///
  /// - Throws: `.mismatchedInputs` for float32 numbers with a scale that is a code of 16 bits.
  public init(_ image: DepthImage, scale: DepthScale) throws(GenbaError) { self = try scale.depthMap(image) }

  /// The numbers that a file stores with this scale, holes as 0: float32 for metres, uint16 for all others.
  ///
  /// - Throws: `.outOfRange` for a distance that has no number, `.unsupportedFormat` for NYU's disparities.
  public func image(scale: DepthScale) throws(GenbaError) -> DepthImage { try scale.image(self) }

  /// The middle one of all distances, in metres; `nil` if there is none.
  public var medianMetres: Float? {
    var distances = Array(metres).filter { $0 > 0 }
    guard !distances.isEmpty else { return nil }
    distances.sort()
    return distances[distances.count / 2]
  }

  /// What makes the scale look wrong, in words: a median outside 0.05 to 200 m; `nil` if nothing does.
  public var scaleWarning: String? {
    guard let median = medianMetres else { return "not one pixel has a distance" }
    guard !(0.05...200).contains(median) else { return nil }
    return
      "the median distance is \(median) m: is the scale right? Known are \(DepthScale.names.joined(separator: ", "))"
  }
}

extension Tensor {
  /// A tensor of the same shape with each element transformed.
  func mapped<Other>(_ transform: (Element) -> Other) -> Tensor<Other> {
    let source = span
    return Tensor<Other>(shape: shape) { output in
      for index in 0..<source.count { output.append(transform(source[index])) }
    }
  }
}
