public import GenbaCore
internal import GenbaKernels

/// Disparities of a rectified pair by block matching: for speed, where there is texture everywhere.
///
/// The cost of ``StereoSGBM``, the census of 24 pixels plus a capped absolute difference, is summed over a square window,
/// and each pixel takes the disparity with the smallest sum (Hirschmüller and Scharstein, Evaluation of stereo matching
/// costs on images with radiometric differences, PAMI 2009, find the census the best cost for windows). Then the same
/// tests, sub-pixel step, filters and confidence. The name and the knobs are those of OpenCV's `StereoBM`; the cost is
/// not: it bears differences in exposure without a pre-filter, and small windows.
///
/// ```swift
/// let disparity = try StereoBM(numDisparities: 64, blockSize: 9)(left: left, right: right)
/// ```
///
/// Where a surface has no texture, or repeats itself, nothing tells one window from the next: use ``StereoSGBM`` there. The
/// result does not depend on `threads`, nor on the processor.
public struct StereoBM: StereoMatcher {
  /// The knobs of a match, named as in OpenCV's `StereoBM`.
  public struct Options: Sendable, Hashable, Codable {
    /// The smallest disparity that is looked for, -16384 to 16384.
    public var minDisparity = 0
    /// How many disparities from there on: a multiple of 16, up to 512.
    public var numDisparities = 64
    /// The side of the window that costs are summed over: odd, 3 to 15. Large windows bear noise, small ones keep thin things.
    public var blockSize = 9
    /// What absolute differences of brightness are cut off at, 0 to 15.
    public var differenceCap = 8
    /// By how much the right pixel may prefer another disparity; below 0 for no left-right check.
    public var disp12MaxDiff = 1
    /// By how many percent the second best must be worse than the best, 0 to 99.
    public var uniquenessRatio = 3
    /// Regions of up to that many pixels are dropped; 0 for none.
    public var speckleWindowSize = 100
    /// Neighbours that differ by up to that many disparities belong to one region.
    public var speckleRange = 2

    /// The defaults.
    public init() {}
  }

  /// The knobs that it was made with.
  public let options: Options

  /// A matcher.
  ///
  /// - Throws: `invalidConfiguration` for options outside what each says.
  public init(_ options: Options = Options()) throws(GenbaError) {
    // What both matchers have in common is checked in one place.
    var common = StereoSGBM.Options()
    common.minDisparity = options.minDisparity
    common.numDisparities = options.numDisparities
    common.disp12MaxDiff = options.disp12MaxDiff
    common.uniquenessRatio = options.uniquenessRatio
    common.speckleWindowSize = options.speckleWindowSize
    common.speckleRange = options.speckleRange
    try common.check()
    guard options.blockSize % 2 == 1 && (3...15).contains(options.blockSize) else {
      throw GenbaError(.invalidConfiguration, "blockSize is odd, 3 to 15, not \(options.blockSize)")
    }
    guard (0...15).contains(options.differenceCap) else {
      throw GenbaError(.invalidConfiguration, "differenceCap is 0 to 15, not \(options.differenceCap)")
    }
    self.options = options
  }

  /// A matcher with these knobs and the defaults of ``Options``.
  ///
  /// - Throws: `invalidConfiguration` for a knob outside what ``Options`` says of it.
  public init(minDisparity: Int = 0, numDisparities: Int = 64, blockSize: Int = 9) throws(GenbaError) {
    var options = Options()
    options.minDisparity = minDisparity
    options.numDisparities = numDisparities
    options.blockSize = blockSize
    try self.init(options)
  }

  /// Matches a pair.
  ///
  /// - Parameters:
  ///   - pair: The pictures.
  ///   - threads: How many threads share the work, 1 or more; the result is the same.
  public func callAsFunction(_ pair: StereoPair, threads: Int) -> DisparityMap {
    let plan = StereoPlan(
      height: pair.left.height, width: pair.left.width, minDisparity: options.minDisparity,
      numDisparities: options.numDisparities, p1: 0, p2Table: [UInt8](repeating: 0, count: 256), window: .nine,
      maxDifference: options.differenceCap, paths: 4, uniquenessRatio: options.uniquenessRatio,
      disp12MaxDiff: options.disp12MaxDiff)
    let blockSize = options.blockSize
    return pair.match(
      plan, threads: threads, speckleWindowSize: options.speckleWindowSize, speckleRange: options.speckleRange
    ) { worker, workers, codes in
      plan.runBlocks(
        of: blockSize, bandsFrom: worker, by: workers, left: pair.left, right: pair.right, into: codes)
    }
  }
}
