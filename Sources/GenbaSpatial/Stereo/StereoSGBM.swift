public import GenbaCore
internal import GenbaKernels

/// Disparities of a rectified pair by semi-global matching, over the full width, with a confidence.
///
/// Semi-global matching (Hirschmüller, Stereo processing by semiglobal matching and mutual information, PAMI 2008) on
/// the census (Zabih and Woodfill 1994) of 24 pixels plus the absolute difference of brightness, along 4 or 8 paths that
/// run in both directions, with a P2 that falls where the picture has an edge. Then, with the names and meanings of
/// OpenCV's `StereoSGBM`: the uniqueness test, OpenCV's lenient left-right check (a pixel is dropped if neither the
/// rounded down nor the rounded up disparity is what the right pixel prefers), a 3 x 3 median, and the speckle
/// filter. Disparities are in 64ths of a pixel, between whole ones by two lines of equal slope instead of OpenCV's parabola,
/// which leans to whole ones, and at last each is the mean of those in the 5 x 5 around it that differ by up to 2. Unlike
/// OpenCV it matches the first `numDisparities` columns too.
///
/// ```swift
/// let matcher = try StereoSGBM(numDisparities: 128)
/// let disparity = try matcher(left: left, right: right, threads: 2)
/// let sure = disparity.keeping(confidenceAtLeast: 0.5)
/// ```
///
/// It needs a rectified pair (see ``StereoRectification``), some texture, and surfaces that do not mirror. The result
/// does not depend on `threads`, nor on the processor.
public struct StereoSGBM: StereoMatcher {
  /// The knobs that it was made with.
  public let options: Options

  /// A matcher.
  ///
  /// - Throws: `invalidConfiguration` for options outside what each says.
  public init(_ options: Options = Options()) throws(GenbaError) {
    try options.check()
    self.options = options
  }

  /// A matcher with these knobs and the defaults of ``Options``.
  ///
  /// - Throws: `invalidConfiguration` for a knob outside what ``Options`` says of it.
  public init(
    minDisparity: Int = 0, numDisparities: Int = 128, blockSize: Int = 9, mode: Options.Mode = .hh4
  ) throws(GenbaError) {
    var options = Options()
    options.minDisparity = minDisparity
    options.numDisparities = numDisparities
    options.blockSize = blockSize
    options.mode = mode
    try self.init(options)
  }

  /// Matches a pair.
  ///
  /// - Parameters:
  ///   - pair: The pictures.
  ///   - threads: How many threads share the work, 1 or more; the result is the same.
  public func callAsFunction(_ pair: StereoPair, threads: Int) -> DisparityMap {
    let plan = options.plan(height: pair.left.height, width: pair.left.width)
    return pair.match(
      plan, threads: threads, speckleWindowSize: options.speckleWindowSize, speckleRange: options.speckleRange
    ) { worker, workers, codes in
      plan.run(bandsFrom: worker, by: workers, left: pair.left, right: pair.right, into: codes)
    }
  }
}
