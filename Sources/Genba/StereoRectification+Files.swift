public import GenbaCore
public import GenbaSpatial

extension StereoRectification {
  /// What rectifies pairs of a picture's size, by calibration files.
  ///
  /// ```swift
  /// let picture = try ImageDecoder.decode("left.png")
  /// let rectification = try StereoRectification(calibration: ["calib.txt"], for: picture)
  /// let views = try rectification(left: picture, right: ImageDecoder.decode("right.png"))
  /// ```
  ///
  /// - Parameters:
  ///   - files: One, or one for each camera, as ``StereoCalibration/init(contentsOf:isFisheye:kittiCameras:)`` reads them.
  ///   - isFisheye: Whether an OpenCV file's coefficients are those of `cv::fisheye`.
  ///   - kittiCameras: Which of KITTI's pairs; `nil` for the one whose pictures are like this one, in colour or gray.
  ///   - left: The left picture.
  /// - Throws: What is wrong with the calibration, naming its files.
  public init(
    calibration files: [String], isFisheye: Bool = false, kittiCameras: StereoCalibration.KITTICameras? = nil,
    for left: Image
  ) throws(GenbaError) {
    let isColor = left.colorModel == .rgb || left.colorModel == .rgba
    let calibration = try StereoCalibration(
      contentsOf: files, isFisheye: isFisheye, kittiCameras: kittiCameras ?? (isColor ? .color : .gray))
    do throws(GenbaError) {
      self = try calibration.rectified(width: left.width, height: left.height)
    } catch {
      throw error.at(path: files.joined(separator: ", "))
    }
  }

  /// The rectified left camera and the baseline, to make points of depths again: `fx`, `fy`, `cx`, `cy` in pixels and
  /// `baseline_metres`.
  public var metadata: [String: String] {
    ["fx": "\(left.fx)", "fy": "\(left.fy)", "cx": "\(left.cx)", "cy": "\(left.cy)", "baseline_metres": "\(baseline)"]
  }
}
