import GenbaTestSupport
import Testing

@testable import GenbaKernels

@Suite struct StereoPlanTests {
  /// A picture and what a camera to its right would see of it, with some noise.
  private static func pair(height: Int, width: Int, shift: Int, maximum: Int) -> (left: [Int], right: [Int]) {
    var random = SeededRandom(state: 7)
    var left = (0..<height * width).map { _ in Int.random(in: 0...maximum, using: &random) }
    // Smoothed a little, so that edges differ from the rest.
    for index in left.indices.dropFirst() where index % 3 != 0 { left[index] = (left[index] + 3 * left[index - 1]) / 4 }
    let right = left.indices.map { index in
      let noise = Int.random(in: -2...2, using: &random)
      return min(max(left[min(index + shift, left.count - 1)] + noise, 0), maximum)
    }
    return (left, right)
  }

  private static func plan(
    height: Int, width: Int, disparities: Int, from first: Int = 0, paths: Int = 4,
    window: StereoPlan.Window = .nine, disp12MaxDiff: Int = 1, uniquenessRatio: Int = 5
  ) -> StereoPlan {
    StereoPlan(
      height: height, width: width, minDisparity: first, numDisparities: disparities, p1: 17,
      p2Table: (0..<256).map { UInt8(max(36, 71 - $0 * 3 / 4)) }, window: window, maxDifference: 8, paths: paths,
      uniquenessRatio: uniquenessRatio, disp12MaxDiff: disp12MaxDiff)
  }

  private func expectEqual(_ codes: StereoCodes, _ expected: [StereoReference.Pixel], _ comment: Comment) {
    var differing = 0
    for row in 0..<codes.height {
      for column in 0..<codes.width {
        let pixel = unsafe StereoReference.Pixel(
          code: Int(codes.row(row)[column]), confidence: codes.confidenceRow(row)[column])
        if pixel != expected[row * codes.width + column] { differing += 1 }
      }
    }
    #expect(differing == 0, comment)
  }

  @Test(arguments: [
    plan(height: 13, width: 45, disparities: 16), plan(height: 9, width: 70, disparities: 48, paths: 8),
    plan(height: 11, width: 50, disparities: 32, from: -9, window: .five),
    plan(height: 7, width: 90, disparities: 80, from: 5, paths: 8, window: .seven, disp12MaxDiff: -1),
    plan(height: 3, width: 40, disparities: 272, uniquenessRatio: 0), plan(height: 1, width: 1, disparities: 16),
    plan(height: 1, width: 33, disparities: 16, paths: 8), plan(height: 21, width: 1, disparities: 16, paths: 8),
  ])
  func everyLevelGivesWhatTheFormulasSay(plan: StereoPlan) {
    let (left, right) = Self.pair(height: plan.height, width: plan.width, shift: 6, maximum: 255)
    let reference = StereoReference(
      plan: plan, left: left, right: right, leftBrightness: left, rightBrightness: right)
    let expected = reference.pixels()
    #expect(plan.width < 2 || plan.height < 2 || expected.contains { $0.code > 0 }, "something is matched")
    let (leftBytes, rightBytes) = (left.map { UInt8($0) }, right.map { UInt8($0) })
    let leftPicture = StereoPicture(leftBytes.span, height: plan.height, width: plan.width, isMirrored: false)
    let rightPicture = StereoPicture(rightBytes.span, height: plan.height, width: plan.width, isMirrored: true)
    for level in KernelLevel.available {
      let codes = StereoCodes(height: plan.height, width: plan.width)
      level.run { plan.run(bandsFrom: 0, by: 1, left: leftPicture, right: rightPicture, into: codes) }
      expectEqual(codes, expected, "\(plan.width)x\(plan.height), \(plan.numDisparities) disparities, \(level)")
    }
  }

  @Test func sixteenBitsAreComparedAsSuch() {
    let plan = Self.plan(height: 12, width: 40, disparities: 16)
    let (left, right) = Self.pair(height: 12, width: 40, shift: 4, maximum: 4095)
    let expected = StereoReference(
      plan: plan, left: left, right: right, leftBrightness: left.map { $0 >> 4 }, rightBrightness: right.map { $0 >> 4 }
    ).pixels()
    let (leftPixels, rightPixels) = (left.map { UInt16($0) }, right.map { UInt16($0) })
    let leftPicture = StereoPicture(leftPixels.span, height: 12, width: 40, shift: 4, isMirrored: false)
    let rightPicture = StereoPicture(rightPixels.span, height: 12, width: 40, shift: 4, isMirrored: true)
    for level in KernelLevel.available {
      let codes = StereoCodes(height: 12, width: 40)
      level.run { plan.run(bandsFrom: 0, by: 1, left: leftPicture, right: rightPicture, into: codes) }
      expectEqual(codes, expected, "\(level)")
    }
  }

  /// Heights that are shorter than the window, and bands: 130 rows are two.
  @Test(arguments: [
    (12, 41, 16, 3), (12, 41, 48, 9), (5, 30, 112, 11), (130, 9, 16, 5), (1, 1, 16, 15), (3, 20, 272, 7),
  ])
  func blocksAreWhatTheFormulaSays(height: Int, width: Int, disparities: Int, blockSize: Int) {
    let plan = Self.plan(height: height, width: width, disparities: disparities, from: blockSize == 7 ? -3 : 0)
    let (left, right) = Self.pair(height: height, width: width, shift: 4, maximum: 255)
    let expected = StereoReference(
      plan: plan, left: left, right: right, leftBrightness: left, rightBrightness: right
    ).pixels(blockSize: blockSize)
    #expect(width == 1 || expected.contains { $0.code > 0 }, "something is matched")
    let (leftBytes, rightBytes) = (left.map { UInt8($0) }, right.map { UInt8($0) })
    let leftPicture = StereoPicture(leftBytes.span, height: height, width: width, isMirrored: false)
    let rightPicture = StereoPicture(rightBytes.span, height: height, width: width, isMirrored: true)
    for level in KernelLevel.available {
      let codes = StereoCodes(height: height, width: width)
      level.run {
        plan.runBlocks(of: blockSize, bandsFrom: 0, by: 1, left: leftPicture, right: rightPicture, into: codes)
      }
      expectEqual(codes, expected, "\(height)x\(width), \(disparities) disparities, \(level)")
    }
  }
}
