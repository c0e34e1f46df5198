public import GenbaCore
public import GenbaSpatial

extension StereoCalibration {
  /// The calibration in one or two files; see ``init(files:isFisheye:kittiCameras:)`` for the forms.
  ///
  /// ```swift
  /// let calibration = try StereoCalibration(contentsOf: ["left.yaml", "right.yaml"])
  /// ```
  public init(
    contentsOf paths: [String], isFisheye: Bool = false, kittiCameras: KITTICameras = .gray
  ) throws(GenbaError) {
    var files: [(name: String, text: String)] = []
    for path in paths { files.append((path, try CalibrationFile.text(of: path))) }
    try self.init(files: files, isFisheye: isFisheye, kittiCameras: kittiCameras)
  }
}

extension CameraCalibration {
  /// The camera in a calibration file; see ``init(name:text:isFisheye:)`` for the forms.
  public init(contentsOf path: String, isFisheye: Bool = false) throws(GenbaError) {
    try self.init(name: path, text: CalibrationFile.text(of: path), isFisheye: isFisheye)
  }
}

private enum CalibrationFile {
  static func text(of path: String) throws(GenbaError) -> String {
    let bytes = try FileReading.bytes(of: path, limit: 1 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw GenbaError(.unsupportedFormat, "a calibration file is text, and this is not", source: .init(path: path))
    }
    return text
  }
}
