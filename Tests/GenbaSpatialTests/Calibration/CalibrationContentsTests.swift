import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Testing

@Suite struct CalibrationContentsTests {
  private func contents(_ text: String) throws -> CalibrationContents {
    try #require(try CalibrationContents(name: "calibration", text: text))
  }

  private func contents(ofFile name: String) throws -> CalibrationContents {
    let bytes = try FileReading.bytes(of: TestAssets.media("stereo/\(name)"))
    return try contents(String(decoding: bytes, as: UTF8.self))
  }

  @Test func aPairInOneFile() throws {
    let found = try contents(ofFile: "calibration.xml")
    #expect(found.form == "OpenCV XML" && found.isOpenCV && found.missing == nil)
    #expect(found.cameras.map(\.name) == ["left", "right"] && found.pairs.map(\.name) == ["left and right"])
    #expect(
      found.cameras[0].calibration.width == 640 && found.pairs[0].calibration.left == found.cameras[0].calibration)
    #expect(found.entries.contains("cameraMatrix1") && !found.entries.contains { $0.hasSuffix("rows") })
    #expect(try contents(ofFile: "scene-calib.txt").form == "Middlebury")
  }

  /// OpenCV's samples write two files, each of which says half.
  @Test func halvesOfAPair() throws {
    let cameras = try contents(ofFile: "intrinsics.yml")
    #expect(cameras.cameras.count == 2 && cameras.pairs.isEmpty && cameras.missing?.hasPrefix("R and T") == true)
    #expect(cameras.cameras[0].calibration.distortion.coefficients.count == 5)
    let places = try contents(ofFile: "extrinsics.yml")
    #expect(places.cameras.isEmpty && places.pairs.isEmpty && places.missing?.hasPrefix("M1") == true)
    #expect(places.entries.contains("R") && places.entries.contains("T"))
  }

  @Test func otherForms() throws {
    let kitti = try contents(
      (0..<4).map { "P\($0): 700 0 600 \(-350 * ($0 % 2)) 0 700 170 0 0 0 1 0" }.joined(separator: "\n"))
    #expect(kitti.form == "KITTI" && kitti.cameras.map(\.name) == ["0", "1", "2", "3"])
    #expect(kitti.pairs.map(\.name) == ["0 and 1", "2 and 3"])
    #expect(kitti.pairs.map { $0.calibration.translation[0] } == [-0.5, -0.5] && !kitti.isOpenCV)
    let ros = try contents(
      "image_width: 64\nimage_height: 48\ndistortion_model: equidistant\ncamera_matrix:\n  rows: 3\n  cols: 3\n"
        + "  data: [50, 0, 32, 0, 51, 24, 0, 0, 1]\ndistortion_coefficients:\n  data: [0.1, 0, 0, 0]\n")
    #expect(ros.form == "ROS camera_info" && ros.cameras.map(\.name) == ["camera"] && ros.pairs.isEmpty)
    #expect(ros.cameras[0].calibration.distortion == .fisheye([0.1, 0, 0, 0]))
    let camera = #"{"width": 848, "height": 480, "fx": 425.5, "fy": 425.5, "ppx": 421.2, "ppy": 239.9}"#
    #expect(try contents(camera).cameras.map(\.name) == ["camera"])
    let pair = try contents(
      #"{"left": \#(camera), "right": \#(camera), "extrinsics": {"rotation": [1,0,0,0,1,0,0,0,1], "translation": [-0.05,0,0]}}"#
    )
    #expect(pair.form == "RealSense JSON" && pair.pairs[0].calibration.isRectified)
  }

  @Test func otherTextIsNone() throws {
    for text in ["", "hello: world", "{\"a\": 1}", "<html></html>", "1 2 3"] {
      #expect(try CalibrationContents(name: "x", text: text) == nil)
    }
  }

  @Test(arguments: [
    ("camera_matrix: [1, 2", "camera_matrix"), ("cam0=[1 2 3]\ncam1=[1 2 3]", "cam0 has 3 numbers"),
    ("P0: 1 2 3\nP1: 4", "P0 has 3 numbers"), ("<opencv_storage><M1>", "the file ends"),
    ("{\"ppx\": 3}", "there is no fx"), ("%YAML:1.0\n---\nR: !!opencv-matrix\n  data: [1, 2]\n", "M1"),
  ])
  func brokenOnesAreErrors(text: String, message: String) throws {
    let error = #expect(throws: GenbaError.self) { try CalibrationContents(name: "broken.yml", text: text) }
    #expect(error?.source.path == "broken.yml" && error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
