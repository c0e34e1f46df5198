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
        genba depth frame.png --scale kitti -o frame.png      a picture with a scale in metres
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

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if intrinsics != nil && calibration != nil {
      throw ValidationError("--intrinsics and --calibration both name a camera; give one of them")
    }
    if intrinsics == nil && calibration == nil && (normals || points != nil) {
      throw ValidationError("points and normals need a camera; give --calibration FILE or --intrinsics fx,fy,cx,cy")
    }
    if normalWindow % 2 == 0 || !(3...31).contains(normalWindow) {
      throw ValidationError("--normal-window is odd, from 3 to 31, not \(normalWindow)")
    }
    if let points, PointCloudFile.format(of: points) == nil {
      throw ValidationError("--points must end in .ply or .pcd, not \(points)")
    }
  }

  func run() async throws {
    try output.check()
    if let points { try checkWritable(points) }
    let measured = try DepthMap(contentsOf: file, scale: scale)
    if let warning = measured.scaleWarning { Logger(label: "genba").warning("\(file): \(warning)") }
    let camera = try camera(for: measured)
    var depth = filter?.apply(to: measured) ?? measured
    if fill { depth = DepthFill()(depth) }

    var bundle = TensorBundle()
    bundle.set("depth", to: depth.metres)
    bundle.set("valid_mask", to: measured.validMask)
    if let normalize { bundle.set("model_input", to: normalize.normalization(depth).values) }
    if let camera {
      let map = PointMap(depth, intrinsics: camera)
      bundle.set("point_map", to: map.points)
      var normalMap: NormalMap?
      if normals {
        let fitted = NormalMap(depth, intrinsics: camera, windowSize: normalWindow)
        bundle.set("normals", to: fitted.normals)
        bundle.set("normals_valid_mask", to: fitted.validMask)
        normalMap = fitted
      }
      if let points { try PointCloudFile.write(map.pointCloud(normals: normalMap), to: points) }
    }
    if let path = output.picturePath {
      try PNGEncoder.write(try picture(depth, bundle), to: path)
    } else if points == nil || output.output != nil {
      try output.emit(bundle)
    }
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

  /// The tensor that --tensor names as people look at it; the depth if it names none.
  private func picture(_ depth: DepthMap, _ bundle: TensorBundle) throws(GenbaError) -> Image {
    let title = file.split(separator: "/").last.map(String.init)
    switch output.tensor ?? "depth" {
    case "depth": return try DepthPlot(title: title)(depth)
    case "normals":
      if let normals = bundle.tensor("normals", as: Float.self),
        let mask = bundle.tensor("normals_valid_mask", as: Bool.self)
      {
        return try NormalsPlot(title: title)(normals, validMask: mask)
      }
    case "point_map":
      if let points = bundle.tensor("point_map", as: Float.self) {
        return try PointCloudPlot(title: title)(PointMap(points: points, validMask: depth.validMask).pointCloud())
      }
    default: break
    }
    let selected = try bundle.selecting(output.tensor)
    return try TensorPicture()(selected[0].tensor, name: selected[0].name)
  }

  private static func scale(_ name: String) throws -> DepthScale {
    guard let scale = DepthScale(name: name) else {
      throw ValidationError(
        "--scale is \(DepthScale.names.joined(separator: ", ")), or a number of units a metre, not \(name)")
    }
    return scale
  }
}
