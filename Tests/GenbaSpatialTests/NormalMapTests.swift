import GenbaCore
import GenbaSpatial
import GenbaTestSupport
import Testing

@testable import GenbaKernels

/// Normals of scenes whose normals are known.
@Suite struct NormalMapTests {
  /// A plane fits itself, holes and borders included, at every level and for every window.
  @Test(arguments: [3, 5, 11, 13, 31])
  func aPlaneHasItsNormalEverywhere(windowSize: Int) {
    let scene = DepthScene(height: 37, width: 53, focal: 60)
    let plane = scene.plane(normal: (0.3, -0.2, 1), distance: 1.5)
    for level in KernelLevel.available {
      let normals = level.run { NormalMap(plane.depth, intrinsics: scene.camera, windowSize: windowSize) }
      #expect(Array(normals.validMask).allSatisfy { $0 })
      #expect(scene.largestAngle(normals, to: plane) < 0.05, "\(level)")
      let holed = level.run {
        NormalMap(plane.with(holesEvery: 7).depth, intrinsics: scene.camera, windowSize: windowSize, minCount: 4)
      }
      #expect(scene.largestAngle(holed, to: plane) < 0.1, "\(level) with holes")
    }
  }

  /// The levels differ by rounding only.
  @Test func everyLevelGivesTheSame() {
    let scene = DepthScene(height: 61, width: 83, focal: 90)
    let noisy = scene.spheres().noisy(by: 1.5e-3, seed: 3).with(holesEvery: 23)
    let best = NormalMap(noisy.depth, intrinsics: scene.camera)
    for level in KernelLevel.available {
      let other = level.run { NormalMap(noisy.depth, intrinsics: scene.camera) }
      #expect(other.validMask == best.validMask)
      // Where two windows are equally good, rounding decides which one is taken.
      let (left, right) = (Array(best.normals), Array(other.normals))
      let different = zip(left, right).filter { abs($0 - $1) > 1e-3 }.count
      #expect(different < left.count / 200, "\(level): \(different)")
    }
  }

  /// Planes and spheres with a sensor's noise of 1.5 mm · z² in whole millimetres, 640x480. OpenCV's FALS with windows
  /// of 7 pixels is off by 8.3 degrees here, and by 6.4 after its bilateral filter.
  @Test func noiseIsSmoothedAndStepsAreKept() {
    let scene = DepthScene(height: 480, width: 640, focal: 525)
    let truth = scene.spheres()
    let noisy = truth.noisy(by: 1.5e-3, seed: 1)
    let angle = scene.meanAngle(NormalMap(noisy.depth, intrinsics: scene.camera), to: truth)
    #expect(angle < 3.3, "\(angle) degrees")
    let centred = scene.meanAngle(
      NormalMap(noisy.depth, intrinsics: scene.camera, choosesWindow: false), to: truth)
    #expect(centred > angle + 1, "\(centred) degrees without the choice of windows")
  }

  /// A picture whose normals are more than 2 MB is written past the caches; its upper rows are those of a smaller one.
  @Test func largePicturesGetTheSameNormals() {
    let scene = DepthScene(height: 400, width: 448, focal: 400)
    let metres = scene.spheres().noisy(by: 1.5e-3, seed: 5).with(holesEvery: 997).depth.metres
    let upper = Tensor(Array(metres).prefix(150 * 448), shape: [150, 448])
    for level in KernelLevel.available {
      let (large, small) = level.run {
        (
          NormalMap(DepthMap(metres: metres), intrinsics: scene.camera),
          NormalMap(DepthMap(metres: upper), intrinsics: scene.camera)
        )
      }
      let count = 140 * 448
      #expect(Array(large.normals).prefix(3 * count) == Array(small.normals).prefix(3 * count), "\(level)")
      #expect(Array(large.validMask).prefix(count) == Array(small.validMask).prefix(count), "\(level)")
    }
  }

  @Test func normalsLookAtTheCamera() {
    let scene = DepthScene(height: 48, width: 64, focal: 60)
    let truth = scene.spheres()
    let normals = Array(NormalMap(truth.depth, intrinsics: scene.camera).normals)
    let points = Array(PointMap(truth.depth, intrinsics: scene.camera).points)
    for index in stride(from: 0, to: points.count, by: 3) {
      #expect((0..<3).reduce(Float(0)) { $0 + normals[index + $1] * points[index + $1] } <= 0)
    }
  }

  @Test func tooFewPixelsGiveNoNormal() {
    let camera = PinholeIntrinsics(fx: 50, fy: 50, cx: 2, cy: 2)
    let nothing = NormalMap(DepthMap(metres: Tensor(repeating: 0, shape: [9, 9])), intrinsics: camera)
    #expect(Array(nothing.validMask).allSatisfy { !$0 } && Array(nothing.normals).allSatisfy { $0 == 0 })
    let pixel = NormalMap(DepthMap(metres: Tensor(repeating: 1, shape: [1, 1])), intrinsics: camera)
    #expect(Array(pixel.validMask) == [false])
    // A line does not say how a plane lies across it.
    let line = NormalMap(DepthMap(metres: Tensor(repeating: 1, shape: [1, 40])), intrinsics: camera, minCount: 3)
    #expect(Array(line.validMask).allSatisfy { !$0 })
  }
}
