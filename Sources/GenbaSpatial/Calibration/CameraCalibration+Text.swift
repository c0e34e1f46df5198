public import GenbaCore

extension CameraCalibration {
  /// The camera that the text of a file describes: OpenCV's YAML or XML with `camera_matrix` (or `M`, `K`,
  /// `cameraMatrix`) and `distortion_coefficients` (or `D`, `distCoeffs`), ROS' camera_info YAML, JSON with the members
  /// of librealsense's intrinsics; of the file of a pair, the left camera.
  ///
  /// - Parameters:
  ///   - name: The file's name, for messages.
  ///   - isFisheye: Whether OpenCV's coefficients are those of `cv::fisheye`.
  /// - Throws: `invalidConfiguration` for what is missing or malformed; `unsupportedFormat` for a text that is no
  ///   calibration, and for a model of the lens that is not known; `corruptData` and `truncated` for broken JSON or XML.
  public init(name: String, text: String, isFisheye: Bool = false) throws(GenbaError) {
    do {
      let form = try CalibrationForm(of: text)
      let fields = try form.fields(of: text)
      if fields["distortion_model"] != nil {
        self = try CameraCalibration(ros: fields)
      } else if form == .json && fields["fx"] != nil {
        self = try CameraCalibration(realSense: fields, nil)
      } else if let matrix = ["camera_matrix", "cameraMatrix", "M", "K"].first(where: { fields[$0] != nil }),
        let pinhole = try fields.pinhole(matrix)
      {
        let lens = ["distortion_coefficients", "distCoeffs", "D"].first { fields[$0] != nil }
        let (width, height) = try fields.pictureSize()
        self.init(
          width: width, height: height, intrinsics: pinhole,
          distortion: try fields.distortion(lens ?? "D", isFisheye: isFisheye))
      } else {
        self = try StereoCalibration(files: [(name, text)], isFisheye: isFisheye).left
      }
    } catch {
      throw error.at(path: name)
    }
  }

  /// One camera of an OpenCV file of two, whose entries have its number behind their names.
  init(openCV fields: CalibrationFields, _ index: Int, isFisheye: Bool = false) throws(GenbaError) {
    guard let matrix = ["M\(index)", "cameraMatrix\(index)", "K\(index)"].first(where: { fields[$0] != nil }),
      let pinhole = try fields.pinhole(matrix)
    else {
      throw GenbaError(
        .invalidConfiguration,
        "there is no M\(index) (or cameraMatrix\(index), or K\(index)); there are \(fields.names.joined(separator: ", "))"
      )
    }
    let lens = ["D\(index)", "distCoeffs\(index)"].first { fields[$0] != nil }
    let (width, height) = try fields.pictureSize()
    self.init(
      width: width, height: height, intrinsics: pinhole,
      distortion: try fields.distortion(lens ?? "D\(index)", isFisheye: isFisheye))
  }

  /// ROS' camera_info.
  init(ros fields: CalibrationFields) throws(GenbaError) {
    _ = try fields.require("camera_matrix", count: 9...9)
    guard let pinhole = try fields.pinhole("camera_matrix") else {
      throw GenbaError(.invalidConfiguration, "there is no camera_matrix")
    }
    let model = fields.text("distortion_model") ?? "plumb_bob"
    let isFisheye = model == "equidistant" || model == "fisheye"
    guard isFisheye || ["plumb_bob", "rational_polynomial", ""].contains(model) else {
      throw GenbaError(
        .unsupportedFormat,
        "the distortion model is \(model); plumb_bob, rational_polynomial, equidistant and fisheye are known")
    }
    self.init(
      width: try fields.size("image_width"), height: try fields.size("image_height"), intrinsics: pinhole,
      distortion: try fields.distortion("distortion_coefficients", isFisheye: isFisheye))
  }

  /// librealsense's intrinsics, as members of the object `owner`, or of the whole.
  init(realSense fields: CalibrationFields, _ owner: String?) throws(GenbaError) {
    func name(_ member: String) -> String { owner.map { "\($0).\(member)" } ?? member }
    func number(_ member: String) throws(GenbaError) -> Double { try fields.require(name(member), count: 1...1)[0] }
    let (fx, fy) = (try number("fx"), try number("fy"))
    guard fx > 0 && fy > 0 else {
      throw GenbaError(.invalidConfiguration, "\(name("fx")) and fy are \(fx) and \(fy), which must be above 0")
    }
    let values = try fields.numbers(name("coeffs"), count: 0...5) ?? []
    let model = (fields.text(name("model")) ?? "brown_conrady").lowercased()
    let isPlain = values.allSatisfy { $0 == 0 }
    let distortion: LensDistortion
    if model.contains("kannala") {
      distortion = .fisheye(Array((values + [0, 0, 0, 0]).prefix(4)))
    } else if isPlain || model.hasSuffix("none") {
      distortion = .none
    } else if model.hasSuffix("brown_conrady") && !model.contains("inverse") {
      distortion = .radialTangential(values)
    } else {
      throw GenbaError(
        .unsupportedFormat, "\(name("model")) is \(model) with coefficients, which is not supported")
    }
    self.init(
      width: try fields.size(name("width")), height: try fields.size(name("height")),
      intrinsics: PinholeIntrinsics(fx: fx, fy: fy, cx: try number("ppx"), cy: try number("ppy")),
      distortion: distortion)
  }
}
