import ArgumentParser
import Genba
import GenbaPlot
import Logging

/// `genba depth`: distances, points and normals from a depth picture.
struct DepthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "depth",
    abstract: "Distances, points and normals from a depth picture.",
    discussion: """
      depth [height, width] in metres and valid_mask; with a camera, point_map and (--normals) normals, \
      [height, width, 3]. Reads PNG, PGM, TIFF, PFM, EXR and npy. What the numbers mean no file says: --scale is \
      \(DepthScale.names.joined(separator: ", ")), or the units a metre.

        genba depth frame.png --scale millimetres --intrinsics 615,615,320,240 --normals -o frame.safetensors
        genba depth frame.png --scale tum --intrinsics 525,525,319.5,239.5 --points frame.ply
        genba depth frame.png --scale millimetres --calibration camera.yaml --points frame.ply
        genba depth frame.png --scale tum --intrinsics 525,525,319.5,239.5 --color frame.jpg --points frame.ply
        genba depth frame.png --scale kitti --plot depth.png  a picture with a scale in metres
      """)

  @Argument(help: "A depth picture.")
  var file: String

  @Option(help: "What the numbers mean.", transform: Self.scale)
  var scale: DepthScale

  @Option(help: ArgumentHelp("The camera: focal lengths and centre in pixels.", valueName: "fx,fy,cx,cy"))
  var intrinsics: IntrinsicsArgument?

  @Option(
    help: ArgumentHelp(
      "The camera's file: OpenCV YAML or XML, ROS camera_info YAML, RealSense JSON; of a pair's file the left camera.",
      valueName: "file"))
  var calibration: String?

  @Flag(help: "Also normals; needs a camera.")
  var normals = false

  @Option(help: "Pixels along a side of the windows that normals are fitted to.")
  var normalWindow = 11

  @Option(help: "Smooth first: median, bilateral, guided.")
  var filter: DepthFilterArgument?

  @Flag(help: "Fill holes with the farther of their neighbours in the row; valid_mask stays that of the measurement.")
  var fill = false

  @Option(
    help: "Also model_input: inverse, log, millimetres, min-max, percentile, median-deviation (these three of 1/z).")
  var normalize: NormalizationArgument?

  @Option(help: "Write the points here: .ply or .pcd; needs a camera.")
  var points: String?

  @Flag(help: "Write the points as text.")
  var ascii = false

  @Option(
    help: ArgumentHelp("The colour picture of the same pixels: points take its colours.", valueName: "image"))
  var color: String?

  @Option(help: ArgumentHelp("Write a picture here, with a scale in metres.", valueName: "out.png"))
  var plot: String?

  @Option(help: "What --plot shows: depth, normals, or a view of the points.")
  var plotOf = DepthView.depth

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if intrinsics != nil && calibration != nil {
      throw ValidationError("--intrinsics and --calibration both name a camera; give one of them")
    }
    if intrinsics == nil && calibration == nil && (normals || points != nil) {
      throw ValidationError("points and normals need a camera; give --calibration FILE or --intrinsics fx,fy,cx,cy")
    }
    if plotOf == .normals && !normals { throw ValidationError("--plot-of normals needs --normals") }
    if plotOf == .points && intrinsics == nil && calibration == nil {
      throw ValidationError("--plot-of points needs a camera; give --calibration FILE or --intrinsics fx,fy,cx,cy")
    }
    if normalWindow % 2 == 0 || !(3...31).contains(normalWindow) {
      throw ValidationError("--normal-window is odd, from 3 to 31, not \(normalWindow)")
    }
    if let points, PointCloudFile.format(of: points) == nil {
      throw ValidationError("--points must end in .ply or .pcd, not \(points)")
    }
    if ascii && points == nil { throw ValidationError("--ascii is about --points, which is not given") }
  }

  func run() async throws {
    try output.check()
    for path in [points, plot] { if let path { try checkWritable(path) } }
    let measured = try DepthMap(contentsOf: file, scale: scale)
    if let warning = measured.scaleWarning { Logger(label: "genba").warning("\(file): \(warning)") }
    let camera = try camera(for: measured)
    let colors = try colors(for: measured)
    var depth = filter?.apply(to: measured) ?? measured
    if fill { depth = DepthFill()(depth) }

    var bundle = TensorBundle()
    bundle.set("depth", to: depth.metres)
    bundle.set("valid_mask", to: measured.validMask)
    if let normalize { bundle.set("model_input", to: normalize.normalization(depth).values) }
    var (map, normalMap): (PointMap?, NormalMap?)
    if let camera {
      let points = PointMap(depth, intrinsics: camera)
      bundle.set("point_map", to: points.points)
      map = points
      if normals {
        let fitted = NormalMap(depth, intrinsics: camera, windowSize: normalWindow)
        bundle.set("normals", to: fitted.normals)
        bundle.set("normals_valid_mask", to: fitted.validMask)
        normalMap = fitted
      }
    }
    if let points, let map {
      let cloud = map.pointCloud(colors: colors, normals: normalMap)
      try PointCloudFile.write(cloud, to: points, encoding: ascii ? .ascii : .binary)
    }
    func picture(_ view: DepthView) throws(GenbaError) -> Image? {
      let title = file.split(separator: "/").last.map(String.init)
      switch view {
      case .depth: return try DepthPlot(title: title)(depth)
      case .normals:
        guard let normalMap else { return nil }
        return try NormalsPlot(title: title)(normalMap.normals, validMask: normalMap.validMask)
      case .points:
        guard let map else { return nil }
        return try PointCloudPlot(title: title)(map.pointCloud(colors: colors))
      }
    }
    if let plot, let drawn = try picture(plotOf) { try PNGEncoder.write(drawn, to: plot) }
    if let path = output.picturePath {
      let name = output.tensor ?? "depth"
      let view = DepthView.allCases.first { $0.tensorName == name }
      if let view, let drawn = try picture(view) {
        try PNGEncoder.write(drawn, to: path)
      } else {
        let selected = try bundle.selecting(name)
        try PNGEncoder.write(TensorPicture()(selected[0].tensor, name: name), to: path)
      }
    } else if (points == nil && plot == nil) || output.output != nil {
      try output.emit(bundle)
    }
  }

  /// The colours that points take.
  private func colors(for depth: DepthMap) throws(GenbaError) -> Tensor<UInt8>? {
    guard let color else { return nil }
    let image = try ImageDecoder.decode(color)
    guard (image.width, image.height) == (depth.width, depth.height) else {
      throw GenbaError(
        .mismatchedInputs,
        "the colour picture is \(image.width)x\(image.height), the depth is \(depth.width)x\(depth.height); bring one onto the other's pixels first, which DepthAligner does",
        source: .init(path: color))
    }
    return image.rgbPixels
  }

  /// The camera that the options name.
  private func camera(for depth: DepthMap) throws(GenbaError) -> PinholeIntrinsics? {
    guard let calibration else { return intrinsics?.camera }
    let camera = try CameraCalibration(contentsOf: calibration)
    if let width = camera.width, let height = camera.height, (width, height) != (depth.width, depth.height) {
      throw GenbaError(
        .mismatchedInputs,
        "the calibration is of pictures of \(width)x\(height), the depth is \(depth.width)x\(depth.height); calibrate at the size of the depth picture",
        source: .init(path: calibration))
    }
    if !camera.distortion.isNone {
      Logger(label: "genba").warning(
        "\(calibration): the lens distorts, which points and normals leave out; undistort the depth picture first")
    }
    return camera.intrinsics
  }

  private static func scale(_ name: String) throws -> DepthScale {
    guard let scale = DepthScale(name: name) else {
      throw ValidationError(
        "--scale is \(DepthScale.names.joined(separator: ", ")), or a number of units a metre, not \(name)")
    }
    return scale
  }
}
