import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Testing

@testable import GenbaKernels

/// Alignment against OpenCV 5's registerDepth, and of scenes whose answer is known.
@Suite struct DepthAlignerTests {
  private func aligner(
    _ golden: Golden, _ footprint: DepthAligner.Footprint, distortion: LensDistortion = .none
  ) throws -> DepthAligner {
    let m = Array(try #require(golden.tensor("align.transform", as: Double.self)))
    return DepthAligner(
      depthCamera: PinholeIntrinsics(fx: 140, fy: 140, cx: 80, cy: 60),
      colorCamera: PinholeIntrinsics(fx: 150, fy: 151, cx: 92.3, cy: 61.8), colorDistortion: distortion,
      depthToColor: RigidTransform(
        rotation: [m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10]], translation: [m[3], m[7], m[11]]),
      colorHeight: 130, colorWidth: 180, footprint: footprint)
  }

  @Test(arguments: [("center", DepthAligner.Footprint.center), ("dilated", .dilated)])
  func pixelsAreOpenCVs(name: String, footprint: DepthAligner.Footprint) throws {
    let golden = try Golden(TestAssets.golden("depth.safetensors"))
    let depth = DepthMap(units: try #require(golden.tensor("scene.millimetres", as: UInt16.self)))
    // In 1/4096 m.
    let expected = Array(try #require(golden.tensor("align.\(name)", as: UInt16.self)))
    for level in KernelLevel.available {
      let aligned = try level.run { try aligner(golden, footprint).depthToColor(depth) }
      let same = zip(Array(aligned.metres), expected).filter { abs($0 * 4096 - Float($1)) <= 1 }.count
      #expect(Double(same) >= 0.9995 * Double(expected.count), "\(level): \(same) of \(expected.count)")
    }
  }

  /// A colour camera whose lens bends its picture, as `registerDepth` with its coefficients.
  @Test func aLensBendsAsOpenCVsDoes() throws {
    let golden = try Golden(TestAssets.golden("depth.safetensors"))
    let depth = DepthMap(units: try #require(golden.tensor("scene.millimetres", as: UInt16.self)))
    let coefficients = Array(try #require(golden.tensor("align.distortion", as: Double.self)))
    let expected = Array(try #require(golden.tensor("align.bent", as: UInt16.self)))
    let straight = try aligner(golden, .center).depthToColor(depth)
    let bent = try aligner(golden, .center, distortion: .radialTangential(coefficients)).depthToColor(depth)
    let same = zip(Array(bent.metres), expected).filter { abs($0 * 4096 - Float($1)) <= 1 }.count
    #expect(Double(same) >= 0.9995 * Double(expected.count), "\(same) of \(expected.count)")
    #expect(bent != straight)
    // Without gaps, what a point's pixel gets is what its corners' pixels get.
    let corners = try aligner(golden, .corners, distortion: .radialTangential(coefficients)).depthToColor(depth)
    #expect(corners.validCount > bent.validCount)
  }

  /// Beyond the picture's border a polynomial may turn around: what lies 60 degrees off the axis is not seen.
  @Test func whatLiesFarOutsideDoesNotComeBack() {
    let wide = PinholeIntrinsics(fx: 10, fy: 10, cx: 40, cy: 30)
    let depth = DepthMap(metres: Tensor(repeating: 1, shape: [61, 81]))
    let align = DepthAligner(
      depthCamera: wide, colorCamera: PinholeIntrinsics(fx: 100, fy: 100, cx: 40, cy: 30),
      colorDistortion: .radialTangential([-0.3]), depthToColor: .identity, colorHeight: 61, colorWidth: 81)
    // Directions up to 0.42 off the axis are in the picture: 4 depth pixels to either side.
    #expect(align.depthToColor(depth).validCount < 9 * 9)
  }

  /// The same camera twice: nothing moves, for any footprint.
  @Test(arguments: DepthAligner.Footprint.allCases)
  func aCameraIsAlignedToItself(footprint: DepthAligner.Footprint) {
    let scene = DepthScene(height: 31, width: 45, focal: 50)
    let plane = scene.plane(normal: (0, 0, 1), distance: 2).depth
    let align = DepthAligner(
      depthCamera: scene.camera, colorCamera: scene.camera, depthToColor: .identity, colorHeight: 31, colorWidth: 45,
      footprint: footprint)
    #expect(align.depthToColor(plane) == plane)
  }

  /// A colour camera with thrice the pixels: points leave gaps, corners do not.
  @Test func cornersLeaveNoGaps() {
    let scene = DepthScene(height: 20, width: 30, focal: 30)
    let plane = scene.plane(normal: (0.1, 0, 1), distance: 2).depth
    let camera = scene.camera.scaled(x: 3, y: 3)
    func aligned(_ footprint: DepthAligner.Footprint) -> DepthMap {
      DepthAligner(
        depthCamera: scene.camera, colorCamera: camera, depthToColor: .identity, colorHeight: 60, colorWidth: 90,
        footprint: footprint
      ).depthToColor(plane)
    }
    #expect(aligned(.corners).validCount == 60 * 90)
    #expect(aligned(.center).validCount == 20 * 30)
  }

  /// A ball in front of a wall, seen by a camera to the right: the wall behind it has no colour of its own there.
  @Test func hiddenPointsGetNoColour() {
    let scene = DepthScene(height: 60, width: 80, focal: 70)
    let depth = scene.spheres().depth
    let align = DepthAligner(
      depthCamera: scene.camera, colorCamera: scene.camera, depthToColor: RigidTransform(translation: [-0.2, 0, 0]),
      colorHeight: 60, colorWidth: 80)
    let colors = Tensor<UInt8>(repeating: 200, shape: [60, 80, 3])
    let (result, mask) = align.colorToDepth(colors, depth)
    let shown = Array(mask).filter { $0 }.count
    #expect(shown > 60 * 80 / 2 && shown < 60 * 80 - 200, "\(shown)")
    let (values, flags) = (Array(result), Array(mask))
    #expect(flags.indices.allSatisfy { values[3 * $0] == (flags[$0] ? 200 : 0) })
  }

  @Test func whatLiesBehindTheCameraIsNotSeen() {
    let scene = DepthScene(height: 9, width: 9, focal: 9)
    let align = DepthAligner(
      depthCamera: scene.camera, colorCamera: scene.camera, depthToColor: RigidTransform(translation: [0, 0, -5]),
      colorHeight: 9, colorWidth: 9)
    #expect(align.depthToColor(scene.plane(normal: (0, 0, 1), distance: 2).depth).validCount == 0)
  }

  @Test func aTransformAndItsInverseCancel() {
    let move = RigidTransform(rotation: [0, -1, 0, 1, 0, 0, 0, 0, 1], translation: [1, 2, 3])
    let back = move.inverse.applied(to: move.applied(to: (0.5, -0.25, 4)))
    #expect(back == (0.5, -0.25, 4))
  }
}
