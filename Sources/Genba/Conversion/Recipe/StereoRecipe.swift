public import GenbaSpatial
internal import GenbaCore
internal import GenbaStorage

/// How a stereo pair becomes disparity, depth and confidence: the settings of a recipe's `stereo` beside the options of
/// ``StereoSGBM``.
public struct StereoRecipe: Sendable, Equatable {
  /// A calibration file, or one of each camera, of rows that name none; empty makes no depth.
  public var calibration: [String] = []
  /// Whether an OpenCV file's coefficients are those of `cv::fisheye`.
  public var isFisheye = false
  /// Which of KITTI's pairs; `nil` for what the pictures are, gray or colour.
  public var kittiCameras: StereoCalibration.KITTICameras?
  /// Whether holes are filled from the background, with a confidence of 0.
  public var fills = false
  /// Drops what is trusted less, from 0 to 1.
  public var minConfidence: Double?

  /// No calibration, and everything that was matched.
  public init() {}
}

extension StereoRecipe {
  static let keys = ["calibration", "fisheye", "kitti_cameras", "fill", "min_confidence"]

  /// Takes one of ``keys``; what is wrong with its value in words, or `nil`.
  mutating func set(_ key: String, to value: JSON) -> String? {
    switch (key, value) {
    case ("calibration", .string(let path)) where !path.isEmpty: calibration = [path]
    case ("calibration", .array(let paths))
    where (1...2).contains(paths.count) && paths.allSatisfy { $0.string != nil }:
      calibration = paths.compactMap(\.string)
    case ("calibration", _): return "calibration is a file, or a list of one for each camera"
    case ("fisheye", .bool(let isSet)): isFisheye = isSet
    case ("fill", .bool(let isSet)): fills = isSet
    case ("kitti_cameras", .string(let name)):
      kittiCameras = .init(rawValue: name)
      if kittiCameras == nil { return "kitti_cameras is gray or color" }
    case ("min_confidence", .number):
      minConfidence = value.double
      if !(0...1).contains(minConfidence ?? -1) { return "min_confidence is 0 to 1" }
    default: return "\(key) cannot be \(value.text)"
    }
    return nil
  }

  /// What is not as by default.
  var members: [JSON.Member] {
    var members: [JSON.Member] = []
    if !calibration.isEmpty { members.append(.init("calibration", .array(calibration.map(JSON.string)))) }
    if isFisheye { members.append(.init("fisheye", .bool(true))) }
    if let kittiCameras { members.append(.init("kitti_cameras", .string(kittiCameras.rawValue))) }
    if fills { members.append(.init("fill", .bool(true))) }
    if let minConfidence { members.append(.init("min_confidence", .number(minConfidence))) }
    return members
  }
}
