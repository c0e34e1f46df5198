import ArgumentParser
import Genba
import GenbaPlot
import Logging

/// `genba stereo`: disparity, depth and points from a pair of pictures.
struct StereoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stereo",
    abstract: "Disparity, depth and points from a pair of pictures.",
    discussion: """
      disparity [height, width] in pixels, confidence [height, width] from 0 to 1, valid_mask; with --calibration also \
      depth [height, width] in metres and point_map [height, width, 3]. The pair must be rectified, or the \
      calibration must say how to rectify it: OpenCV YAML or XML, ROS camera_info YAML (one file for each camera), \
      KITTI or Middlebury calib.txt, RealSense JSON.

        genba stereo left.png right.png --num-disparities 96 -o pair.safetensors
        genba stereo left.png right.png --calibration calib.txt --points pair.ply --plot depth.png -o pair.npz
      """)

  /// Which matcher.
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case sgbm
    case bm
  }

  /// What a picture shows.
  enum View: String, ExpressibleByArgument, CaseIterable {
    case disparity, confidence, depth, normals, points

    var needsMetres: Bool { self != .disparity && self != .confidence }
  }

  @Argument(help: "The left picture.") var left: String
  @Argument(help: "The right picture.") var right: String

  @Option(help: ArgumentHelp("A calibration file; give it twice for a file of each camera.", valueName: "file"))
  var calibration: [String] = []

  @Option(help: "How many disparities are looked for: a multiple of 16, up to 512.")
  var numDisparities = 128

  @Option(help: "The smallest disparity that is looked for.")
  var minDisparity = 0

  @Option(help: "sgbm for semi-global matching, bm for block matching: faster, for scenes with texture everywhere.")
  var method = Method.sgbm

  @Option(help: "A side in pixels, 9 unless given: of the census' window (5, 7 or 9), with bm of the blocks (3 to 15).")
  var blockSize = 9

  @Option(help: "The paths of sgbm: hh4 for 4, hh for 8.")
  var mode = StereoSGBM.Options.Mode.hh4

  @Option(
    help: "By how many percent the second choice must be worse than the first, 0 to 99: 1, with bm 3, unless given.")
  var uniquenessRatio: Int?

  @Option(help: "Threads that may work at once.")
  var threads = 1

  @Flag(help: "Fill holes from the background; they are valid then, with a confidence of 0.")
  var fill = false

  @Option(help: "Drop what is trusted less, 0 to 1.")
  var minConfidence: Float?

  @Flag(help: "The OpenCV file's coefficients are those of cv::fisheye.")
  var fisheye = false

  @Option(help: "Which of KITTI's pairs: gray (0 and 1) or color (2 and 3). By default, what the pictures are.")
  var kittiCameras: StereoCalibration.KITTICameras?

  @Option(
    help: ArgumentHelp("Write the points here, .ply or .pcd, coloured; needs --calibration.", valueName: "out.ply"))
  var points: String?

  @Flag(help: "Write the points as text.")
  var ascii = false

  @Option(help: ArgumentHelp("Write a picture here, with a scale in metres or pixels.", valueName: "out.png"))
  var plot: String?

  @Option(
    help:
      "What --plot shows: disparity, confidence, depth, normals, or a view of the points. Depth, or without --calibration the disparity, unless given."
  )
  var plotOf: View?

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if points != nil && calibration.isEmpty {
      throw ValidationError("--points needs --calibration: without it there are no metres")
    }
    if let plotOf, plotOf.needsMetres && calibration.isEmpty {
      throw ValidationError("--plot-of \(plotOf) needs --calibration: without it there are no metres")
    }
    if let points, PointCloudFile.format(of: points) == nil {
      throw ValidationError("--points writes .ply or .pcd, not \(points)")
    }
    if ascii && points == nil { throw ValidationError("--ascii is about --points, which is not given") }
    if calibration.count > 2 { throw ValidationError("a calibration is one file or two, not \(calibration.count)") }
    if let minConfidence, !(0...1).contains(minConfidence) {
      throw ValidationError("--min-confidence is 0 to 1, not \(minConfidence)")
    }
    if threads < 1 { throw ValidationError("--threads is at least 1") }
  }

  func run() async throws {
    try output.check()
    for path in [points, plot] { if let path { try checkWritable(path) } }
    let match = try starting { () throws(GenbaError) in try matcher() }
    var (left, right) = (try ImageDecoder.decode(left), try ImageDecoder.decode(right))
    let rectification = try rectify(&left, &right)
    var disparity = try match(left: left, right: right, threads: threads)
    if fill { disparity = disparity.filled() }
    if let minConfidence { disparity = disparity.keeping(confidenceAtLeast: minConfidence) }
    var bundle = TensorBundle()
    if let rectification {
      let pointMap = PointMap(disparity, reprojection: rectification.q)
      let depth = DepthMap(disparity, reprojection: rectification.q)
      // What lies at infinity has a disparity, but no depth.
      bundle.set(disparity.masked(by: pointMap.validMask))
      if let median = depth.medianMetres, depth.scaleWarning != nil {
        Logger(label: "genba").warning(
          "\(calibration.joined(separator: ", ")): the median distance is \(median) m: is the calibration in metres?")
      }
      bundle.set("depth", to: depth.metres)
      bundle.set("point_map", to: pointMap.points)
      bundle.metadata.merge(rectification.metadata) { _, new in new }
      let cloud = pointMap.pointCloud(colors: left.rgbPixels)
      if let points { try PointCloudFile.write(cloud, to: points, encoding: ascii ? .ascii : .binary) }
      if let plot { try PNGEncoder.write(picture(depth, disparity, rectification, cloud), to: plot) }
    } else {
      bundle.set(disparity)
      if let plot { try PNGEncoder.write(picture(disparity, plotOf ?? .disparity), to: plot) }
    }
    try output.emit(bundle)
  }

  private func matcher() throws(GenbaError) -> any StereoMatcher {
    switch method {
    case .sgbm:
      var options = StereoSGBM.Options()
      (options.minDisparity, options.numDisparities) = (minDisparity, numDisparities)
      (options.blockSize, options.mode) = (blockSize, mode)
      if let uniquenessRatio { options.uniquenessRatio = uniquenessRatio }
      return try StereoSGBM(options)
    case .bm:
      var options = StereoBM.Options()
      (options.minDisparity, options.numDisparities, options.blockSize) = (minDisparity, numDisparities, blockSize)
      if let uniquenessRatio { options.uniquenessRatio = uniquenessRatio }
      return try StereoBM(options)
    }
  }

  private func rectify(_ left: inout Image, _ right: inout Image) throws(GenbaError) -> StereoRectification? {
    guard !calibration.isEmpty else { return nil }
    let rectification = try StereoRectification(
      calibration: calibration, isFisheye: fisheye, kittiCameras: kittiCameras, for: left)
    do throws(GenbaError) {
      (left, right) = try rectification(left: left, right: right)
    } catch {
      throw error.at(path: calibration.joined(separator: ", "))
    }
    return rectification
  }

  private var title: String? { left.split(separator: "/").last.map(String.init) }

  /// The picture of what a calibrated pair gives.
  private func picture(
    _ depth: DepthMap, _ disparity: DisparityMap, _ rectification: StereoRectification, _ cloud: PointCloud
  ) throws(GenbaError) -> Image {
    let view = plotOf ?? .depth
    switch view {
    case .depth: return try DepthPlot(title: title)(depth)
    case .normals:
      let normals = NormalMap(depth, intrinsics: rectification.left)
      return try NormalsPlot(title: title)(normals.normals, validMask: normals.validMask)
    case .points: return try PointCloudPlot(title: title)(cloud)
    case .disparity, .confidence: return picture(disparity, view)
    }
  }

  private func picture(_ disparity: DisparityMap, _ view: View) -> Image {
    let isConfidence = view == .confidence
    return MaskedMapPlot(title: title, quantity: view.rawValue, unit: isConfidence ? "" : "px")(
      isConfidence ? disparity.confidence : disparity.pixels, mask: disparity.validMask)
  }
}
