import GenbaCore
import GenbaMedia
import GenbaTestSupport
import Testing

@testable import GenbaSpatial

/// Against OpenCV's stereoRectify, initUndistortRectifyMap and remap, plain and fisheye.
@Suite struct RectificationTests {
  private let golden: Golden

  init() throws { golden = try Golden(TestAssets.golden("rectification.safetensors")) }

  private func rectification(_ files: [String], isFisheye: Bool = false) throws -> StereoRectification {
    let texts = try files.map { name in
      (name, String(decoding: try FileReading.bytes(of: TestAssets.media("stereo/\(name)")), as: UTF8.self))
    }
    return try StereoCalibration(files: texts, isFisheye: isFisheye).rectified(width: 640, height: 480)
  }

  private func numbers(_ name: String) throws -> [Double] {
    Array(try #require(golden.tensor(name, as: Double.self)))
  }

  @Test(arguments: [
    ("pinhole", ["intrinsics.yml", "extrinsics.yml"]), ("pinhole", ["calibration.xml"]), ("fisheye", ["fisheye.yml"]),
  ])
  func equalsOpenCV(model: String, files: [String]) throws {
    let rectification = try rectification(files, isFisheye: model == "fisheye")
    expectClose(rectification.leftRotation.elements, try numbers("\(model).R1"), within: 1e-9)
    expectClose(rectification.rightRotation.elements, try numbers("\(model).R2"), within: 1e-9)
    let (left, right) = (rectification.left, rectification.right)
    let p1 = [left.fx, 0, left.cx, 0, 0, left.fy, left.cy, 0, 0, 0, 1, 0]
    let p2 = [right.fx, 0, right.cx, -right.fx * rectification.baseline, 0, right.fy, right.cy, 0, 0, 0, 1, 0]
    // OpenCV rounds the corners to float32.
    expectClose(p1, try numbers("\(model).P1"), within: 1e-4)
    expectClose(p2, try numbers("\(model).P2"), within: 1e-4)
    expectClose(rectification.q.elements, try numbers("\(model).Q"), within: 1e-4)

    for (side, map) in [("left", rectification.leftMap()), ("right", rectification.rightMap())] {
      golden.expectMatches("\(model).\(side)_map", map.positions, within: 1e-3)
      let picture = try ImageDecoder.decode(TestAssets.media("stereo/\(side)01.jpg"))
      guard case .uint8(let pixels) = try map(picture).pixels else { return #expect(Bool(false), "8 bits stay 8 bits") }
      // A map that differs by 1e-4 may round to another 32nd of a pixel, here and there.
      let deviation = golden.expectMatches("\(model).\(side)", pixels, within: 6)
      #expect(deviation.shareUnequal < 0.01, "\(deviation)")
    }
  }

  @Test func allTwelveCoefficientsBendAsOpenCVBendsThem() throws {
    let lens = LensDistortion.radialTangential(
      [-0.3, 0.12, 0.001, -0.002, 0.05, 0.2, 0.01, 0.003, 0.001, -0.0005, 0.002, 0.0007])
    let directions = try numbers("rational.directions")
    let seen = stride(from: 0, to: directions.count, by: 2).flatMap { index in
      let point = lens.distort(x: directions[index], y: directions[index + 1])
      return [point.x, point.y]
    }
    expectClose(seen, try numbers("rational.seen"), within: 1e-12)
  }

  @Test func undistortingGoesBack() {
    let lenses = [
      LensDistortion.fisheye([0.02, -0.01, 0.003, 0.0005]), .radialTangential([-0.1, 0.01, 0.001, 0.001]),
    ]
    for (lens, tolerance) in zip(lenses, [1e-9, 1e-4]) {
      for (x, y) in [(0.0, 0.0), (0.2, -0.1), (-0.3, 0.3)] {
        let seen = lens.distort(x: x, y: y)
        let back = LensDistortion.Model(lens).undistort(x: seen.x, y: seen.y)
        #expect(abs(back.x - x) < tolerance && abs(back.y - y) < tolerance)
      }
    }
  }

  /// Points of known depth, seen by both rectified cameras, must come back from their disparity.
  @Test func disparitiesBecomePoints() throws {
    let rectification = try rectification(["intrinsics.yml", "extrinsics.yml"])
    let (camera, baseline) = (rectification.left, rectification.baseline)
    #expect(abs(baseline - 0.0832) < 1e-3)
    let depth = 1.5
    let disparity = Float(camera.fx * baseline / depth)
    let map = DisparityMap(
      pixels: Tensor([disparity, disparity, 0, disparity], shape: [2, 2]),
      validMask: Tensor([true, false, true, true], shape: [2, 2]), confidence: Tensor([1, 0, 1, 1], shape: [2, 2]))
    let points = PointMap(map, reprojection: rectification.q)
    // A disparity of 0 lies at infinity.
    #expect(Array(points.validMask) == [true, false, false, true])
    let expected = [(0.0, 0.0), (1, 1)].map { x, y in
      [(x - camera.cx) / camera.fx * depth, (y - camera.cy) / camera.fy * depth, depth]
    }
    expectClose(
      Array(points.points).map(Double.init), expected[0] + [Double](repeating: 0, count: 6) + expected[1], within: 1e-5)
    #expect(Array(DepthMap(map, reprojection: rectification.q).metres)[1...2].allSatisfy { $0 == 0 })
  }

  @Test func otherSizesAreErrors() throws {
    let calibration = try StereoCalibration(
      rectifiedLeft: PinholeIntrinsics(fx: 100, fy: 100, cx: 5, cy: 5),
      right: PinholeIntrinsics(fx: 100, fy: 100, cx: 5, cy: 5), baseline: 0.1, width: 10, height: 10)
    #expect { try calibration.rectified(width: 20, height: 10) } throws: {
      ($0 as? GenbaError)?.code == .mismatchedInputs
    }
    let gray = Image(pixels: .uint8(Tensor(repeating: 0, shape: [3, 3, 1])), colorModel: .gray)
    #expect(throws: GenbaError.self) { try calibration.rectified(width: 10, height: 10).leftMap()(gray) }
  }
}
