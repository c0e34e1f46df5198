public import GenbaCore
internal import Glibc

/// How a pair of cameras is turned so that what one sees in a row, the other sees in the same row.
///
/// Both cameras are turned by half of the rotation between them, then together until their rows run along the line
/// between them (Bouguet's method). Equals `cv2.stereoRectify(..., alpha=-1)` and, for fisheyes,
/// `cv2.fisheye.stereoRectify` of OpenCV 5.0 with its defaults, both with `CALIB_ZERO_DISPARITY`.
///
/// ```swift
/// let rectification = try StereoRectification(calibration, width: 640, height: 480)
/// let rectifiedLeft = try rectification.leftMap()(left)
/// ```
public struct StereoRectification: Sendable, Hashable, Codable {
  /// The calibration that it was made of.
  public var calibration: StereoCalibration
  /// Columns and rows of the pictures, before and after.
  public var width: Int, height: Int
  /// From each camera's axes to the rectified ones: `R1` and `R2`.
  public var leftRotation: Matrix3, rightRotation: Matrix3
  /// The rectified cameras: `P1` and `P2` without their last column.
  public var left: PinholeIntrinsics, right: PinholeIntrinsics
  /// From the left to the right rectified camera, in metres: P2's last column is -fx times it. Above 0 if the right
  /// camera is at the right.
  public var baseline: Double

  /// `Q`: from disparities to points.
  public var q: ReprojectionMatrix {
    ReprojectionMatrix(left: left, rightCx: right.cx, baseline: baseline)
  }

  /// Rectifies cameras for pictures of that size.
  ///
  /// A calibration whose pictures are rectified already is left as it is, and one whose file chose a rectification
  /// keeps it.
  ///
  /// - Throws: `mismatchedInputs` if the calibration is for another size; `invalidConfiguration` for cameras one above
  ///   the other, or exchanged.
  public init(_ calibration: StereoCalibration, width: Int, height: Int) throws(GenbaError) {
    try calibration.checkSize(width: width, height: height)
    guard width > 0 && height > 0 else { throw GenbaError(.mismatchedInputs, "the pictures have no pixels") }
    self.calibration = calibration
    self.width = width
    self.height = height
    if calibration.isRectified {
      (leftRotation, rightRotation) = (.identity, .identity)
      (left, right) = (calibration.left.intrinsics, calibration.right.intrinsics)
      baseline = -calibration.translation[0]
    } else if let chosen = calibration.chosen {
      (leftRotation, rightRotation) = (chosen.leftRotation, chosen.rightRotation)
      (left, right) = (chosen.left, chosen.right)
      baseline = chosen.baseline
    } else {
      let turned = try Self.turn(calibration)
      (leftRotation, rightRotation) = (turned.left, turned.right)
      let cameras = [(calibration.left, turned.left), (calibration.right, turned.right)]
      let views =
        Self.isFisheye(calibration)
        ? try cameras.map { camera, rotation throws(GenbaError) in
          try Self.fisheyeView(camera, rotation, width: width, height: height)
        }
        : Self.views(cameras, width: width, height: height)
      let focal = min(views[0].focal, views[1].focal)
      guard focal.isFinite && focal > 0 else {
        throw GenbaError(.invalidConfiguration, "no rectified camera sees what these two see; check the calibration")
      }
      let (cx, cy) = ((views[0].cx + views[1].cx) / 2, (views[0].cy + views[1].cy) / 2)
      left = PinholeIntrinsics(fx: focal, fy: focal, cx: cx, cy: cy)
      right = left
      baseline = -(turned.right * calibration.translation)[0]
    }
    guard baseline > 0 else {
      throw GenbaError(
        .invalidConfiguration,
        "the right camera stands \(abs(baseline)) to the left of the left one; exchange the pictures or the cameras")
    }
  }

  private static func isFisheye(_ calibration: StereoCalibration) -> Bool {
    if case .fisheye = calibration.left.distortion { true } else { false }
  }

  /// The rotations of both cameras.
  private static func turn(
    _ calibration: StereoCalibration
  ) throws(GenbaError) -> (left: Matrix3, right: Matrix3) {
    let half = Matrix3(rotationVector: calibration.rotation.rotationVector.map { -$0 / 2 })
    let shift = half * calibration.translation
    guard abs(shift[0]) > abs(shift[1]) else {
      throw GenbaError(
        .invalidConfiguration, "the cameras stand one above the other; turn the pictures by a quarter first")
    }
    var axis = Matrix3.cross(shift, [shift[0] > 0 ? 1 : -1, 0, 0])
    let length = Matrix3.length(axis)
    if length > 0 { axis = axis.map { $0 * acos(abs(shift[0]) / Matrix3.length(shift)) / length } }
    let common = Matrix3(rotationVector: axis)
    return (common * half.transposed, common * half)
  }

  private typealias View = (focal: Double, cx: Double, cy: Double)

  /// The focal length, the mean of both, and the centres that keep the pictures' corners around the middle.
  private static func views(_ cameras: [(CameraCalibration, Matrix3)], width: Int, height: Int) -> [View] {
    let focal = (cameras[0].0.intrinsics.fy + cameras[1].0.intrinsics.fy) / 2
    return cameras.map { camera, rotation in
      var mean = (x: 0.0, y: 0.0)
      for corner in 0..<4 {
        let point = direction(
          camera, rotation, x: Double(corner % 2 * (width - 1)), y: Double(corner / 2 * (height - 1)))
        mean.x += focal * point.x / 4
        mean.y += focal * point.y / 4
      }
      return (focal, Double(width - 1) / 2 - mean.x, Double(height - 1) / 2 - mean.y)
    }
  }

  /// What `cv2.fisheye.estimateNewCameraMatrixForUndistortRectify` chooses with a balance of 0.
  private static func fisheyeView(
    _ camera: CameraCalibration, _ rotation: Matrix3, width: Int, height: Int
  ) throws(GenbaError) -> View {
    let (w, h) = (Double(width), Double(height))
    let (halfWidth, halfHeight) = (Double(width / 2), Double(height / 2))
    let aspect = camera.intrinsics.fx / camera.intrinsics.fy
    let points = [(halfWidth, 0.0), (w, halfHeight), (halfWidth, h), (0.0, halfHeight)].map { x, y in
      let point = direction(camera, rotation, x: x, y: y)
      return (x: point.x, y: point.y * aspect)
    }
    let centre = (x: points.reduce(0) { $0 + $1.x } / 4, y: points.reduce(0) { $0 + $1.y } / 4)
    let (xs, ys) = (points.map(\.x), points.map(\.y))
    guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max() else {
      throw GenbaError(.invalidConfiguration, "the camera sees nothing")
    }
    let focal = max(
      w / 2 / (centre.x - left), w / 2 / (right - centre.x), h / 2 * aspect / (centre.y - top),
      h / 2 * aspect / (bottom - centre.y))
    return (focal / aspect, w / 2 - centre.x * focal, (h * aspect / 2 - centre.y * focal) / aspect)
  }

  /// The direction, in a turned camera's axes, that a pixel sees: (x, y, 1).
  private static func direction(
    _ camera: CameraCalibration, _ rotation: Matrix3, x: Double, y: Double
  ) -> (x: Double, y: Double) {
    let pinhole = camera.intrinsics
    let ray = LensDistortion.Model(camera.distortion).undistort(
      x: (x - pinhole.cx) / pinhole.fx, y: (y - pinhole.cy) / pinhole.fy)
    let turned = rotation * [ray.x, ray.y, 1]
    return (turned[0] / turned[2], turned[1] / turned[2])
  }
}

extension StereoCalibration {
  /// The rectification for pictures of that size; see ``StereoRectification``.
  ///
  /// - Throws: `mismatchedInputs` if the calibration is for another size; `invalidConfiguration` for cameras one above
  ///   the other, or exchanged.
  public func rectified(width: Int, height: Int) throws(GenbaError) -> StereoRectification {
    try StereoRectification(self, width: width, height: height)
  }
}
