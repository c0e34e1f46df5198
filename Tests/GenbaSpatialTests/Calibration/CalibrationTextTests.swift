import GenbaCore
import GenbaSpatial
import Testing

/// The forms of calibration files, as their makers write them, and what is wrong with them.
@Suite struct CalibrationTextTests {
  private func calibration(_ texts: String..., fisheye: Bool = false) throws -> StereoCalibration {
    try StereoCalibration(files: texts.enumerated().map { ("file-\($0)", $1) }, isFisheye: fisheye)
  }

  private let middlebury = """
    cam0=[3997.684 0 1176.728; 0 3997.684 1011.728; 0 0 1]
    cam1=[3997.684 0 1307.839; 0 3997.684 1011.728; 0 0 1]
    doffs=131.111
    baseline=193.001
    width=2964
    height=1988
    ndisp=280
    isint=0
    vmin=31
    """

  @Test func aMiddleburyFile() throws {
    let calibration = try calibration(middlebury)
    #expect(try self.calibration(middlebury.replacing("\n", "\r\n")) == calibration, "lines may end as on Windows")
    #expect(calibration.isRectified && calibration.left.width == 2964)
    let rectification = try calibration.rectified(width: 2964, height: 1988)
    #expect(rectification.baseline == 0.193001)
    // depth = baseline · f / (disparity + doffs)
    let map = DisparityMap(
      pixels: Tensor([100], shape: [1, 1]), validMask: Tensor([true], shape: [1, 1]),
      confidence: Tensor([1], shape: [1, 1]))
    let depth = DepthMap(map, reprojection: rectification.q).metres[0, 0]
    #expect(abs(Double(depth) - 0.193001 * 3997.684 / 231.111) < 1e-6)
  }

  @Test func aKITTIFile() throws {
    let text = """
      P0: 7.215377e+02 0.000000e+00 6.095593e+02 0.000000e+00 0.000000e+00 7.215377e+02 1.728540e+02 0.000000e+00 0 0 1 0
      P1: 7.215377e+02 0.000000e+00 6.095593e+02 -3.875744e+02 0.000000e+00 7.215377e+02 1.728540e+02 0.000000e+00 0 0 1 0
      P2: 7.215377e+02 0 6.095593e+02 4.485728e+01 0 7.215377e+02 1.728540e+02 2.163791e-01 0 0 1 2.745884e-03
      P3: 7.215377e+02 0 6.095593e+02 -3.395242e+02 0 7.215377e+02 1.728540e+02 2.199936e+00 0 0 1 2.729905e-03
      R0_rect: 9.999239e-01 9.837760e-03 -7.445048e-03 -9.869795e-03 9.999421e-01 -4.278459e-03 7.402527e-03 4.351614e-03 9.999631e-01
      """
    let gray = try calibration(text)
    #expect(abs(-gray.translation[0] - 0.5371506) < 1e-6)
    let color = try StereoCalibration(files: [("calib.txt", text)], kittiCameras: .color)
    #expect(abs(-color.translation[0] - (339.5242 + 44.85728) / 721.5377) < 1e-6)
    let raw = text.replacing("P", "P_rect_0")
    #expect(try calibration("calib_time: 09-Jan-2012 13:57:47\n" + raw) == gray)
  }

  private func ros(_ shift: String, width: Int = 640) -> String {
    """
    image_width: \(width)
    image_height: 480
    camera_name: narrow_stereo
    camera_matrix:
      rows: 3
      cols: 3
      data: [500., 0.0, 320.5,
             0, 501.0, 240.5, 0, 0, 1]
    distortion_model: plumb_bob
    distortion_coefficients: {rows: 1, cols: 5, data: [-0.3, 0.1, 1.e-3, .002, 0.0]}
    rectification_matrix:
      rows: 3
      cols: 3
      data: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    projection_matrix:
      rows: 3
      cols: 4
      data: [480.0, 0.0, 330.0, \(shift), 0.0, 480.0, 245.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    """
  }

  @Test func theFilesOfTwoROSCameras() throws {
    let calibration = try calibration(ros("0.0"), ros("-57.6"))
    #expect(calibration.left.intrinsics == PinholeIntrinsics(fx: 500, fy: 501, cx: 320.5, cy: 240.5))
    #expect(calibration.left.distortion == .radialTangential([-0.3, 0.1, 0.001, 0.002, 0]))
    let rectification = try calibration.rectified(width: 640, height: 480)
    #expect(abs(rectification.baseline - 0.12) < 1e-12 && rectification.left.fx == 480)
    let camera = try CameraCalibration(name: "left.yaml", text: ros("0"))
    #expect(camera == calibration.left)
    let fisheye = try CameraCalibration(
      name: "left.yaml", text: ros("0").replacing("plumb_bob", "equidistant").replacing(".002, 0.0]", ".002]"))
    #expect(fisheye.distortion == .fisheye([-0.3, 0.1, 0.001, 0.002]))
  }

  private func realSense(_ extrinsics: String, model: String = "brown_conrady") -> String {
    let camera =
      #"{"width": 848, "height": 480, "fx": 425.5, "fy": 425.5, "ppx": 421.2, "ppy": 239.9, "model": "\#(model)", "coeffs": [0, 0, 0, 0, 0]}"#
    return #"{"left": \#(camera), "right": \#(camera), "extrinsics": \#(extrinsics)}"#
  }

  @Test func aRealSenseFile() throws {
    let identity = #"{"rotation": [1, 0, 0, 0, 1, 0, 0, 0, 1], "translation": [-0.05, 0, 0]}"#
    let calibration = try calibration(realSense(identity))
    #expect(calibration.isRectified && calibration.translation == [-0.05, 0, 0])
    // Column by column, as librealsense has it: a turn about z.
    let turned = #"{"rotation": [0.8, 0.6, 0, -0.6, 0.8, 0, 0, 0, 1], "translation": [-0.05, 0, 0]}"#
    #expect(try self.calibration(realSense(turned)).rotation[0, 1] == -0.6)
  }

  /// What is wrong, and a word of the message that must say so.
  @Test func contradictionsAreErrors() throws {
    let identity = #"{"rotation": [1, 0, 0, 0, 1, 0, 0, 0, 1], "translation": [0, 0, 0]}"#
    let openCV = """
      %YAML:1.0
      M1: !!opencv-matrix
         rows: 3
         cols: 3
         dt: d
         data: [ 500., 0., 320., 0., 500., 240., 0., 0., 1. ]
      M2: !!opencv-matrix
         rows: 3
         cols: 3
         dt: d
         data: [ 500., 0., 320., 0., 500., 240., 0., 0., 1. ]
      """
    let pose = "\nR: [1, 0, 0, 0, 1, 0, 0, 0, 1]\nT: [-0.1, 0, 0]\n"
    #expect(try calibration(openCV + pose).left.distortion.isNone)
    let cases: [([String], String)] = [
      ([""], "empty"), (["hello"], "no calibration"), ([openCV], "R and T"),
      ([openCV + "\nR: [1, 0"], "ends in the middle"),
      ([openCV + pose.replacing("-0.1", ".nan")], "not finite"),
      ([openCV + pose.replacing("-0.1", "0")], "baseline of 0"),
      ([openCV + pose.replacing("[1, 0, 0, 0", "[2, 0, 0, 0")], "no rotation"),
      ([openCV.replacing("cols: 3", "cols: 4") + pose], "holds 9 numbers"),
      ([openCV.replacing("M2", "M3") + pose], "no M2"),
      ([openCV.replacing("500., 0., 320.", "0., 0., 320.") + pose], "above 0"),
      ([openCV + pose, "R: [1, 0, 0, 0, 1, 0, 0, 0, 1]\nT: [-0.2, 0, 0]"], "contradict"),
      ([openCV + pose, "", ""], "one file or two"),
      ([openCV + pose.replacing("0, 0]", "0.5, 0]")], "one above the other"),
      ([openCV + pose.replacing("-0.1", "0.1")], "exchange"),
      ([middlebury.replacing("doffs=131.111", "doffs=100")], "contradicts itself"),
      ([middlebury.replacing("baseline=193.001", "baseline=0")], "baseline of 0"),
      ([middlebury.replacing("baseline=193.001", "")], "no baseline"),
      ([middlebury.replacing("[3997", "[x")], "numbers"),
      (["P0: 1 2 3\nP1: 1 2 3"], "3 numbers instead of 12"), ([ros("0")], "single camera"),
      ([ros("0"), ros("0")], "baseline of 0"), ([ros("-57.6"), ros("0")], "left one first"),
      ([ros("0"), ros("-57.6", width: 320)], "one size"),
      ([ros("0").replacing("plumb_bob", "mystery"), ros("-57.6")], "mystery"),
      ([realSense(identity)], "baseline of 0"), ([realSense("{}")], "no extrinsics.rotation"),
      (["{\"left\": "], "JSON"),
      (["<a><b>1</a>"], "closes"), (["<a><b>1"], "ends before"), (["<a"], "in the middle of a tag"),
    ]
    for (texts, word) in cases {
      do {
        _ = try StereoCalibration(files: texts.map { ("calib", $0) }).rectified(width: 640, height: 480)
        Issue.record("no error for \(texts), which should say \(word)")
      } catch {
        #expect("\(error)".contains(word), "\(error) should say \(word)")
      }
    }
  }
}

extension String {
  fileprivate func replacing(_ part: String, _ other: String) -> String {
    var (result, rest) = ("", self[...])
    while !rest.isEmpty {
      if rest.hasPrefix(part) {
        result += other
        rest = rest.dropFirst(part.count)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }
}
