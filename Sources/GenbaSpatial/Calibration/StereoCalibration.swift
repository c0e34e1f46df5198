public import GenbaCore

/// One camera as a calibration file describes it.
public struct CameraCalibration: Sendable, Hashable, Codable {
  /// Columns and rows of the pictures that it was calibrated with; `nil` if the file does not say.
  public var width: Int?, height: Int?
  /// The pinhole.
  public var intrinsics: PinholeIntrinsics
  /// The lens.
  public var distortion: LensDistortion

  /// A camera.
  public init(width: Int? = nil, height: Int? = nil, intrinsics: PinholeIntrinsics, distortion: LensDistortion = .none)
  {
    self.width = width
    self.height = height
    self.intrinsics = intrinsics
    self.distortion = distortion
  }
}

/// Two cameras and where they stand to each other, as a calibration file describes them.
///
/// ```swift
/// let calibration = try StereoCalibration(contentsOf: ["intrinsics.yml", "extrinsics.yml"])
/// let rectification = try calibration.rectified(width: 640, height: 480)
/// ```
public struct StereoCalibration: Sendable, Hashable, Codable {
  /// The left camera.
  public var left: CameraCalibration
  /// The right camera.
  public var right: CameraCalibration
  /// From the left camera's axes to the right one's: X_right = rotation · X_left + translation.
  public var rotation: Matrix3
  /// Where the left camera's origin is in the right one's axes: three numbers, in metres if the calibration pattern was
  /// measured in metres, else in its unit. Of rectified cameras, (-baseline, 0, 0).
  public var translation: [Double]
  /// Whether pictures of these cameras are rectified already: no distortion, no rotation, rows that match.
  public var isRectified: Bool
  /// The rotations and the common camera that the file itself chose for rectified pictures, where it has them.
  public var chosen: ChosenRectification?

  /// What a file that has been through `stereoRectify` holds.
  public struct ChosenRectification: Sendable, Hashable, Codable {
    /// From each camera's axes to the rectified ones.
    public var leftRotation: Matrix3, rightRotation: Matrix3
    /// The rectified cameras.
    public var left: PinholeIntrinsics, right: PinholeIntrinsics
    /// From the left to the right rectified camera, in metres.
    public var baseline: Double
  }

  /// Two cameras that have still to be rectified.
  ///
  /// - Throws: `invalidConfiguration` for numbers that are not finite, a rotation that is none, and cameras that stand
  ///   in one place.
  public init(
    left: CameraCalibration, right: CameraCalibration, rotation: Matrix3, translation: [Double],
    chosen: ChosenRectification? = nil
  ) throws(GenbaError) {
    self.left = left
    self.right = right
    self.rotation = rotation
    self.translation = translation
    self.chosen = chosen
    isRectified = false
    try check()
  }

  /// Two cameras whose pictures are rectified: `baseline` metres apart along x.
  ///
  /// - Throws: `invalidConfiguration` for numbers that are not finite, a baseline of 0, and cameras whose focal lengths or
  ///   rows differ, so that they are not rectified.
  public init(
    rectifiedLeft left: PinholeIntrinsics, right: PinholeIntrinsics, baseline: Double, width: Int? = nil,
    height: Int? = nil
  ) throws(GenbaError) {
    self.left = CameraCalibration(width: width, height: height, intrinsics: left)
    self.right = CameraCalibration(width: width, height: height, intrinsics: right)
    rotation = .identity
    translation = [-baseline, 0, 0]
    isRectified = true
    try check()
    guard abs(left.fx - right.fx) < 1e-3 * left.fx && abs(left.cy - right.cy) < 2 else {
      throw GenbaError(
        .invalidConfiguration,
        "cameras of focal lengths \(left.fx) and \(right.fx), with centres in rows \(left.cy) and \(right.cy), are not rectified"
      )
    }
  }

  private func check() throws(GenbaError) {
    let numbers =
      [left, right].flatMap { [$0.intrinsics.fx, $0.intrinsics.fy, $0.intrinsics.cx, $0.intrinsics.cy] }
      + left.distortion.coefficients + right.distortion.coefficients + rotation.elements + translation
    guard numbers.allSatisfy(\.isFinite) else {
      throw GenbaError(.invalidConfiguration, "the calibration has numbers that are not finite; calibrate again")
    }
    guard rotation.isRotation else {
      throw GenbaError(
        .invalidConfiguration, "the rotation between the cameras is none: its rows are not at right angles")
    }
    guard Matrix3.length(translation) > 0 else {
      throw GenbaError(
        .invalidConfiguration, "the cameras stand in one place (a baseline of 0), from which no depth can be had")
    }
    guard left.width == right.width && left.height == right.height else {
      throw GenbaError(
        .invalidConfiguration,
        "the left camera's pictures are \(left.sizeText) and the right one's \(right.sizeText); a pair has one size")
    }
  }

  /// Checks that the calibration is for pictures of that size; one that says no size fits all.
  ///
  /// - Throws: `mismatchedInputs` for another size.
  public func checkSize(width: Int, height: Int) throws(GenbaError) {
    guard let calibratedWidth = left.width, let calibratedHeight = left.height else { return }
    guard calibratedWidth == width && calibratedHeight == height else {
      throw GenbaError(
        .mismatchedInputs,
        "the calibration is for pictures of \(calibratedWidth)x\(calibratedHeight), and these are \(width)x\(height)")
    }
  }
}

extension CameraCalibration {
  var sizeText: String { width.flatMap { width in height.map { "\(width)x\($0)" } } ?? "of a size that is not told" }
}
