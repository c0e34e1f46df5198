internal import GenbaCore
internal import GenbaKernels

extension StereoSGBM {
  /// The knobs of a match, named as in OpenCV's `StereoSGBM`.
  ///
  /// Costs are in other units than OpenCV's, and so are `P1` and `P2`: two for each of the 24 comparisons of the census
  /// that differs, and one for each level of brightness, up to ``differenceCap``. Nothing depends on `blockSize`.
  public struct Options: Sendable, Hashable, Codable {
    /// Which paths costs are added up along.
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
      /// 4 paths: along rows and columns, both ways.
      case hh4
      /// 8 paths: the diagonals too.
      case hh
    }

    /// The smallest disparity that is looked for, -16384 to 16384; below 0 for pictures that were turned inwards.
    public var minDisparity = 0
    /// How many disparities from there on: a multiple of 16, up to 512.
    public var numDisparities = 128
    /// The side of the window whose pixels the census compares with: 5, 7 or 9. Of 7 x 7 and 9 x 9 it takes 24. Large
    /// windows bear noise and faint texture, small ones keep thin things.
    public var blockSize = 9
    /// The penalty of a change of the disparity by one from a pixel to the next.
    public var P1 = 17
    /// The penalty of a larger change, where the picture is smooth. With ``differenceCap``, up to 79.
    public var P2 = 71
    /// P2 falls by this for each level by which the brightness changes ...
    public var P2Slope: Float = 0.75
    /// ... but not below this, nor below `P1`.
    public var P2Min = 36
    /// What absolute differences of brightness are cut off at. Small values bear differences in exposure.
    public var differenceCap = 8
    /// By how much the right pixel may prefer another disparity; below 0 for no left-right check.
    public var disp12MaxDiff = 1
    /// By how many percent the second best must be worse than the best, 0 to 99.
    public var uniquenessRatio = 1
    /// Regions of up to that many pixels are dropped; 0 for none.
    public var speckleWindowSize = 100
    /// Neighbours that differ by up to that many disparities belong to one region.
    public var speckleRange = 2
    /// The paths.
    public var mode = Mode.hh4

    /// The defaults.
    public init() {}

    func check() throws(GenbaError) {
      try require(
        numDisparities > 0 && numDisparities <= 512 && numDisparities % 16 == 0,
        "numDisparities is a multiple of 16 up to 512, not \(numDisparities)")
      try require(abs(minDisparity) <= 16384, "minDisparity is within 16384 of 0, not \(minDisparity)")
      try require(StereoPlan.Window(rawValue: blockSize) != nil, "blockSize is 5, 7 or 9, not \(blockSize)")
      try require((0...79).contains(differenceCap), "differenceCap is 0 to 79, not \(differenceCap)")
      let largest = StereoPlan.largestPath - StereoPlan.largestCensusCost - differenceCap
      try require(
        P1 >= 0 && P1 <= P2Min && P2Min <= P2 && P2 <= largest,
        "P1, P2Min and P2 ascend up to \(largest) with a differenceCap of \(differenceCap); they are \(P1), \(P2Min) and \(P2)"
      )
      try require(P2Slope >= 0 && P2Slope.isFinite, "P2Slope is not below 0, and \(P2Slope) is")
      try require((0...99).contains(uniquenessRatio), "uniquenessRatio is 0 to 99 percent, not \(uniquenessRatio)")
      try require(disp12MaxDiff <= 512, "disp12MaxDiff is at most 512, not \(disp12MaxDiff)")
      try require(
        speckleWindowSize >= 0 && (0...512).contains(speckleRange),
        "speckles of \(speckleWindowSize) pixels and a range of \(speckleRange) disparities")
    }

    func plan(height: Int, width: Int) -> StereoPlan {
      let table = (0..<256).map { level in
        UInt8(max(P2Min, P2 - Int(min(Float(level) * P2Slope, 255))))
      }
      return StereoPlan(
        height: height, width: width, minDisparity: minDisparity, numDisparities: numDisparities, p1: P1,
        p2Table: table, window: StereoPlan.Window(rawValue: blockSize) ?? .nine, maxDifference: differenceCap,
        paths: mode == .hh ? 8 : 4, uniquenessRatio: uniquenessRatio, disp12MaxDiff: disp12MaxDiff)
    }
  }
}
