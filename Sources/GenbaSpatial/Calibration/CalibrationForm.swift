internal import GenbaCore

/// The forms of calibration files, told apart by what stands in them.
enum CalibrationForm {
  case yaml, xml, json, middlebury, kitti

  init(of text: String) throws(GenbaError) {
    guard text.utf8.count <= 1 << 20 else {
      throw GenbaError(.limitExceeded, "a calibration file of more than a megabyte is none")
    }
    let start = text.prefix(4096)
    let lines = start.split(whereSeparator: \.isNewline).map { String($0).trimmed }
    guard let first = lines.first(where: { !$0.isEmpty }) else {
      throw GenbaError(.invalidConfiguration, "the file is empty")
    }
    if first.hasPrefix("<") {
      self = .xml
    } else if first.hasPrefix("{") {
      self = .json
    } else if lines.contains(where: { $0.hasPrefix("cam0") && $0.contains("=") }) {
      self = .middlebury
    } else if lines.contains(where: { $0.hasPrefix("P0:") || $0.hasPrefix("P2:") || $0.hasPrefix("P_rect_") })
      || lines.contains(where: { $0.hasPrefix("calib_time:") })
    {
      self = .kitti
    } else if first.hasPrefix("%YAML") || lines.contains(where: { $0.contains(":") }) {
      self = .yaml
    } else {
      throw GenbaError(
        .unsupportedFormat,
        "no calibration that is known: OpenCV YAML or XML, ROS camera_info YAML, KITTI or Middlebury calib.txt, RealSense JSON"
      )
    }
  }

  func fields(of text: String) throws(GenbaError) -> CalibrationFields {
    switch self {
    case .yaml: try CalibrationFields(yaml: text)
    case .xml: try CalibrationFields(xml: text)
    case .json: try CalibrationFields(json: text)
    case .middlebury, .kitti: try CalibrationFields(lines: text)
    }
  }
}

extension CalibrationFields {
  /// Adds another file's entries. One that both have must be the same in both.
  mutating func merge(_ other: CalibrationFields) throws(GenbaError) {
    for name in other.names {
      guard let value = other[name] else { continue }
      if let own = self[name], !own.isSame(as: value) {
        throw GenbaError(.invalidConfiguration, "the two files contradict each other: \(name) is not the same in both")
      }
      set(name, value)
    }
  }

  /// Columns and rows, under the names that OpenCV's samples and ROS give them.
  func pictureSize() throws(GenbaError) -> (width: Int?, height: Int?) {
    for name in ["imageSize", "image_size", "size"] {
      guard let size = try numbers(name, count: 2...2) else { continue }
      guard size.allSatisfy({ $0 >= 1 && $0 <= 67_108_864 && $0 == $0.rounded() }) else {
        throw GenbaError(.invalidConfiguration, "\(name) is \(size), which is no size of a picture")
      }
      return (Int(size[0]), Int(size[1]))
    }
    return (try size("image_width"), try size("image_height"))
  }

  func distortion(_ name: String, isFisheye: Bool) throws(GenbaError) -> LensDistortion {
    guard let values = try numbers(name, count: 0...14) else { return isFisheye ? .fisheye([0, 0, 0, 0]) : .none }
    if isFisheye {
      guard values.count == 4 else {
        throw GenbaError(.invalidConfiguration, "\(name) has \(values.count) numbers, and a fisheye has 4")
      }
      return .fisheye(values)
    }
    guard values.dropFirst(12).allSatisfy({ $0 == 0 }) else {
      throw GenbaError(.unsupportedFormat, "\(name) describes a tilted sensor, which is not supported")
    }
    return .radialTangential(Array(values.prefix(12)))
  }
}

extension CalibrationFields.Value {
  func isSame(as other: CalibrationFields.Value) -> Bool {
    switch (self, other) {
    case (.numbers(let left), .numbers(let right)): left == right
    case (.text(let left), .text(let right)): left == right
    default: false
    }
  }
}
