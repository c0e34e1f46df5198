public import GenbaCore

extension StereoCalibration {
  /// Which of KITTI's cameras took the pair.
  public enum KITTICameras: String, Sendable, Hashable, Codable, CaseIterable {
    /// 0 and 1: `image_0` and `image_1`.
    case gray
    /// 2 and 3: `image_2` and `image_3`.
    case color

    var indices: (left: Int, right: Int) { self == .gray ? (0, 1) : (2, 3) }
  }

  /// The calibration that the text of one or two files describes. The form is found out from the text:
  ///
  /// - OpenCV's YAML or XML: `M1`, `D1`, `M2`, `D2` (or `cameraMatrix1`, `distCoeffs1` … or `K1` …), `R` and `T`; or
  ///   `R1`, `R2`, `P1` and `P2`, which then are kept. They may be spread over two files.
  /// - ROS' camera_info YAML, two files, the left camera's first.
  /// - KITTI's `calib.txt` (`P0` … `P3`) or `calib_cam_to_cam.txt` (`P_rect_00` …), which are of rectified pictures.
  /// - Middlebury's `calib.txt`, which is too; its baseline is in millimetres.
  /// - JSON with the members of librealsense's intrinsics in `left` and `right`, and its extrinsics from the left to the
  ///   right in `extrinsics`.
  ///
  /// - Parameters:
  ///   - files: Names, for messages, and texts.
  ///   - isFisheye: Whether OpenCV's coefficients are those of `cv::fisheye`, which its files do not tell.
  ///   - kittiCameras: Which pair, where the file has both.
  /// - Throws: `invalidConfiguration` for what is missing, malformed or contradictory; `unsupportedFormat` for a text that
  ///   is none of these.
  public init(
    files: [(name: String, text: String)], isFisheye: Bool = false, kittiCameras: KITTICameras = .gray
  ) throws(GenbaError) {
    guard let first = files.first, files.count <= 2 else {
      throw GenbaError(.invalidConfiguration, "a calibration is one file or two, not \(files.count)")
    }
    var parsed: [(form: CalibrationForm, fields: CalibrationFields)] = []
    for file in files {
      do {
        let form = try CalibrationForm(of: file.text)
        parsed.append((form, try form.fields(of: file.text)))
      } catch {
        throw error.at(path: file.name)
      }
    }
    do {
      if files.count == 2 && parsed.allSatisfy({ $0.form == .yaml && $0.fields["projection_matrix"] != nil }) {
        self = try Self.ros(left: parsed[0].fields, right: parsed[1].fields)
        return
      }
      var fields = parsed[0].fields
      for other in parsed.dropFirst() { try fields.merge(other.fields) }
      self =
        switch parsed[0].form {
        case .json: try Self.realSense(fields)
        case .middlebury: try Self.middlebury(fields)
        case .kitti: try Self.kitti(fields, kittiCameras)
        case .yaml, .xml: try Self.openCV(fields, isFisheye: isFisheye)
        }
    } catch {
      throw error.at(path: files.count == 1 ? first.name : files.map(\.name).joined(separator: ", "))
    }
  }

  private static func openCV(_ fields: CalibrationFields, isFisheye: Bool) throws(GenbaError) -> StereoCalibration {
    if fields["camera_matrix"] != nil {
      throw GenbaError(
        .invalidConfiguration,
        "the file describes a single camera; a pair needs M1, D1, M2, D2, R and T, or the files of both cameras")
    }
    let (left, right) = (
      try CameraCalibration(openCV: fields, 1, isFisheye: isFisheye),
      try CameraCalibration(openCV: fields, 2, isFisheye: isFisheye)
    )
    var chosen: ChosenRectification?
    if let leftTurn = try fields.rotation("R1"), let rightTurn = try fields.rotation("R2"),
      let leftPinhole = try fields.pinhole("P1", columns: 4), let rightPinhole = try fields.pinhole("P2", columns: 4),
      let projection = try fields.numbers("P2", count: 12...12)
    {
      chosen = ChosenRectification(
        leftRotation: leftTurn, rightRotation: rightTurn, left: leftPinhole, right: rightPinhole,
        baseline: try baseline(projection, "P2"))
    }
    if let rotation = try fields.rotation("R"), let translation = try fields.numbers("T", count: 3...3) {
      return try StereoCalibration(
        left: left, right: right, rotation: rotation, translation: translation, chosen: chosen)
    }
    guard let chosen else {
      throw GenbaError(
        .invalidConfiguration,
        "there is neither R and T nor R1, R2, P1 and P2, which say how the cameras stand to each other; they are often in a file of their own, extrinsics.yml"
      )
    }
    return try StereoCalibration(left: left, right: right, chosen: chosen)
  }

  private static func ros(left: CalibrationFields, right: CalibrationFields) throws(GenbaError) -> StereoCalibration {
    let cameras = try [left, right].map { fields throws(GenbaError) in try CameraCalibration(ros: fields) }
    let projection = try right.require("projection_matrix", count: 12...12)
    let turns = try [left, right].map { fields throws(GenbaError) in
      try fields.rotation("rectification_matrix") ?? .identity
    }
    guard let leftPinhole = try left.pinhole("projection_matrix", columns: 4),
      let rightPinhole = try right.pinhole("projection_matrix", columns: 4)
    else { throw GenbaError(.invalidConfiguration, "a camera has no projection_matrix") }
    guard try left.require("projection_matrix", count: 12...12)[3] == 0 else {
      throw GenbaError(
        .invalidConfiguration,
        "the first file is the right camera's (its projection is shifted); name the left one first")
    }
    return try StereoCalibration(
      left: cameras[0], right: cameras[1],
      chosen: ChosenRectification(
        leftRotation: turns[0], rightRotation: turns[1], left: leftPinhole, right: rightPinhole,
        baseline: try baseline(projection, "the right camera's projection_matrix")))
  }

  /// Cameras of which a file says how they are rectified, and so how they stand to each other.
  private init(
    left: CameraCalibration, right: CameraCalibration, chosen: ChosenRectification
  ) throws(GenbaError) {
    let back = chosen.rightRotation.transposed
    try self.init(
      left: left, right: right, rotation: back * chosen.leftRotation, translation: back * [-chosen.baseline, 0, 0],
      chosen: chosen)
  }

  /// Metres from the left to the right camera, of the right one's 3 x 4 projection.
  private static func baseline(_ projection: [Double], _ name: String) throws(GenbaError) -> Double {
    let baseline = -projection[3] / projection[0]
    guard baseline != 0 else {
      throw GenbaError(
        .invalidConfiguration, "\(name) has no shift, so the cameras stand in one place (a baseline of 0)")
    }
    return baseline
  }

  private static func kitti(
    _ fields: CalibrationFields, _ cameras: KITTICameras
  ) throws(GenbaError) -> StereoCalibration {
    let isRaw = fields["P_rect_00"] != nil || fields["P_rect_02"] != nil
    func camera(_ index: Int) throws(GenbaError) -> (pinhole: PinholeIntrinsics, shift: Double) {
      let name = isRaw ? "P_rect_0\(index)" : "P\(index)"
      let projection = try fields.require(name, count: 12...12)
      guard let pinhole = try fields.pinhole(name, columns: 4) else {
        throw GenbaError(.invalidConfiguration, "there is no \(name)")
      }
      return (pinhole, -projection[3] / projection[0])
    }
    let (left, right) = (try camera(cameras.indices.left), try camera(cameras.indices.right))
    return try StereoCalibration(
      rectifiedLeft: left.pinhole, right: right.pinhole, baseline: right.shift - left.shift)
  }

  private static func middlebury(_ fields: CalibrationFields) throws(GenbaError) -> StereoCalibration {
    _ = try fields.require("cam0", count: 9...9)
    _ = try fields.require("cam1", count: 9...9)
    guard let left = try fields.pinhole("cam0"), let right = try fields.pinhole("cam1") else {
      throw GenbaError(.invalidConfiguration, "cam0 or cam1 is missing")
    }
    if let offset = try fields.numbers("doffs", count: 1...1)?[0], abs(offset - (right.cx - left.cx)) > 0.01 {
      throw GenbaError(
        .invalidConfiguration,
        "doffs is \(offset), and the cameras' centres are \(right.cx - left.cx) apart: the file contradicts itself")
    }
    return try StereoCalibration(
      rectifiedLeft: left, right: right, baseline: fields.require("baseline", count: 1...1)[0] / 1000,
      width: fields.size("width"), height: fields.size("height"))
  }

  private static func realSense(_ fields: CalibrationFields) throws(GenbaError) -> StereoCalibration {
    let left = try CameraCalibration(realSense: fields, "left")
    let right = try CameraCalibration(realSense: fields, "right")
    // librealsense keeps rotations column by column.
    let rotation = Matrix3(try fields.require("extrinsics.rotation", count: 9...9)).transposed
    let translation = try fields.require("extrinsics.translation", count: 3...3)
    let isRectified =
      left.distortion.isNone && right.distortion.isNone && rotation == .identity && translation[1] == 0
      && translation[2] == 0 && left.intrinsics.fx == right.intrinsics.fx && left.intrinsics.cy == right.intrinsics.cy
    guard isRectified else {
      return try StereoCalibration(left: left, right: right, rotation: rotation, translation: translation)
    }
    return try StereoCalibration(
      rectifiedLeft: left.intrinsics, right: right.intrinsics, baseline: -translation[0], width: left.width,
      height: left.height)
  }
}
