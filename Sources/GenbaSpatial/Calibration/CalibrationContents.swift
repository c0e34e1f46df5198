public import GenbaCore

/// What a calibration file holds, for somebody who looks into one: its form, its cameras, and the pair, if it is enough
/// for one.
///
/// ```swift
/// let text = "cam0=[300 0 160; 0 300 120; 0 0 1]\ncam1=[300 0 160; 0 300 120; 0 0 1]\nbaseline=100"
/// let found = try CalibrationContents(name: "calib.txt", text: text)
/// print(found?.form ?? "no calibration", found?.pairs.first?.calibration.translation ?? [])
/// ```
public struct CalibrationContents: Sendable, Hashable {
  /// `OpenCV YAML`, `OpenCV XML`, `ROS camera_info`, `KITTI`, `Middlebury`, `RealSense JSON`.
  public var form: String

  /// A camera, as the file calls it: `left`, `right`, `camera`, KITTI's numbers.
  public struct Camera: Sendable, Hashable {
    /// What it is called.
    public var name: String
    /// Its numbers.
    public var calibration: CameraCalibration
  }

  /// Two cameras of which the file says where they stand to each other.
  public struct Pair: Sendable, Hashable {
    /// `left and right`, or KITTI's `0 and 1` and `2 and 3`.
    public var name: String
    /// Both cameras, and where they stand to each other.
    public var calibration: StereoCalibration
  }

  /// The cameras of which the file has the intrinsics.
  public var cameras: [Camera] = []
  /// The pairs that ``StereoCalibration`` can be made of from this file alone.
  public var pairs: [Pair] = []
  /// What OpenCV's other file of the pair must hold; `nil` where this one is complete, or describes one camera.
  public var missing: String?
  /// The names of the file's entries, sorted.
  public var entries: [String]

  /// Whether the form is OpenCV's, which tells neither the unit of lengths nor the model of the lens.
  public var isOpenCV: Bool { form.hasPrefix("OpenCV") }

  /// Reads the text of a calibration file, in any of the forms that ``StereoCalibration`` and ``CameraCalibration`` take.
  ///
  /// - Parameters:
  ///   - name: The file's name, for messages.
  ///   - text: What stands in it.
  /// - Returns: `nil` for a text in which nothing hints at a calibration.
  /// - Throws: `invalidConfiguration`, `corruptData`, `truncated` or `unsupportedFormat` for a calibration that is
  ///   malformed, lacks a number, or contradicts itself.
  public init?(name: String, text: String) throws(GenbaError) {
    guard Self.hints.contains(where: text.contains) else { return nil }
    do throws(GenbaError) {
      let form = try CalibrationForm(of: text)
      let fields = try form.fields(of: text)
      self.form = Self.words(form, fields)
      entries = fields.names.filter { !Self.isMatrixHead($0) }
      try read(form, fields, (name, text))
    } catch {
      throw error.at(path: name)
    }
  }

  /// Each form has one of these.
  private static let hints = [
    "opencv_storage", "opencv-matrix", "camera_matrix", "cameraMatrix", "distortion_model", "distCoeffs", "cam0=",
    "cam0 =", "P0:", "P2:", "P_rect_", "\"ppx\"",
  ]

  private static func words(_ form: CalibrationForm, _ fields: CalibrationFields) -> String {
    switch form {
    case .yaml: fields["distortion_model"] != nil ? "ROS camera_info" : "OpenCV YAML"
    case .xml: "OpenCV XML"
    case .json: "RealSense JSON"
    case .middlebury: "Middlebury"
    case .kitti: "KITTI"
    }
  }

  /// Entries that only say how a matrix is stored.
  private static func isMatrixHead(_ name: String) -> Bool {
    [".rows", ".cols", ".dt"].contains { name.hasSuffix($0) }
  }

  private mutating func read(
    _ form: CalibrationForm, _ fields: CalibrationFields, _ file: (name: String, text: String)
  ) throws(GenbaError) {
    if form == .kitti { return try readKITTI(file) }
    let hasPlaces = fields["R"] != nil && fields["T"] != nil || fields["P1"] != nil && fields["P2"] != nil
    let hasCameras = ["M1", "cameraMatrix1", "K1"].contains { fields[$0] != nil }
    let isOpenCV = form == .xml || form == .yaml && fields["distortion_model"] == nil
    if isOpenCV && hasCameras != hasPlaces {
      missing =
        hasCameras ? "R and T (or R1, R2, P1 and P2), where the cameras stand" : "M1, D1, M2 and D2, the cameras"
      if hasCameras {
        for (index, name) in [(1, "left"), (2, "right")] {
          cameras.append(Camera(name: name, calibration: try CameraCalibration(openCV: fields, index)))
        }
      }
      return
    }
    let ofTwo = form == .json && fields.names.contains { $0.hasPrefix("left.") || $0.hasPrefix("right.") }
    if isOpenCV && hasCameras || form == .middlebury || ofTwo {
      add(try StereoCalibration(files: [file]), "left", "right")
    } else {
      let camera =
        form == .json
        ? try CameraCalibration(realSense: fields, nil) : try CameraCalibration(name: file.name, text: file.text)
      cameras = [Camera(name: "camera", calibration: camera)]
    }
  }

  /// Files of both pairs, or of one.
  private mutating func readKITTI(_ file: (name: String, text: String)) throws(GenbaError) {
    var failure: GenbaError?
    for which in StereoCalibration.KITTICameras.allCases {
      do throws(GenbaError) {
        let pair = try StereoCalibration(files: [file], kittiCameras: which)
        add(pair, "\(which.indices.left)", "\(which.indices.right)")
      } catch {
        failure = failure ?? error
      }
    }
    if pairs.isEmpty, let failure { throw failure }
  }

  private mutating func add(_ pair: StereoCalibration, _ left: String, _ right: String) {
    cameras += [Camera(name: left, calibration: pair.left), Camera(name: right, calibration: pair.right)]
    pairs.append(Pair(name: "\(left) and \(right)", calibration: pair))
  }
}
