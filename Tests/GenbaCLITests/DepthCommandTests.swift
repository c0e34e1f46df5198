import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

@Suite struct DepthCommandTests {
  let scene = TestAssets.media("depth/scene-mm.png")

  @Test func allTensors() throws {
    let folder = try TemporaryFolder()
    let (output, points) = (folder.path + "/out.safetensors", folder.path + "/out.ply")
    let run = try Program([
      "depth", scene, "--scale", "mm", "--intrinsics", "140,140,80,60", "--normals", "--filter", "bilateral", "--fill",
      "--normalize", "min-max", "--points", points, "-o", output,
    ])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let bundle = try TensorBundle(contentsOf: output)
    #expect(
      Set(bundle.names) == ["depth", "valid_mask", "model_input", "point_map", "normals", "normals_valid_mask"])
    let measured = try DepthMap(contentsOf: scene, scale: .millimetres)
    #expect(bundle.tensor("valid_mask", as: Bool.self) == measured.validMask)
    #expect(Array(try #require(bundle.tensor("depth", as: Float.self))).allSatisfy { $0 > 0 }, "holes are filled")
    let cloud = try PointCloudFile.read(points)
    #expect(cloud.count == 161 * 121 && cloud.normals != nil)
  }

  /// As text, a cloud is the same cloud.
  @Test(arguments: ["ply", "pcd"]) func pointsAsText(format: String) throws {
    let folder = try TemporaryFolder()
    func cloud(_ name: String, _ options: [String]) throws -> PointCloud {
      let path = "\(folder.path)/\(name).\(format)"
      let color = TestAssets.media("depth/scene-color.png")
      let run = try Program(
        [
          "depth", scene, "--scale", "mm", "--intrinsics", "140,140,80,60", "--normals", "--color", color, "--points",
          path,
        ]
          + options)
      #expect(run.status == 0, "\(run.errors)")
      return try PointCloudFile.read(path)
    }
    #expect(try cloud("text", ["--ascii"]) == cloud("binary", []))
    let text = try FileReading.bytes(of: "\(folder.path)/text.\(format)")
    #expect(text.allSatisfy { $0 < 128 })
  }

  /// A file's camera gives the points that its numbers give; of pictures of another size it is an error.
  @Test func calibrationFile() throws {
    let folder = try TemporaryFolder()
    func points(_ camera: [String]) throws -> Tensor<Float>? {
      let output = folder.path + "/\(camera[0]).safetensors"
      let run = try Program(["depth", scene, "--scale", "mm"] + camera + ["-o", output])
      #expect(run.status == 0, "\(run.errors)")
      return try TensorBundle(contentsOf: output).tensor("point_map", as: Float.self)
    }
    func camera(width: Int) -> [UInt8] {
      Array(
        """
        image_width: \(width)
        image_height: 121
        camera_name: depth
        camera_matrix: {rows: 3, cols: 3, data: [140, 0, 80, 0, 140, 60, 0, 0, 1]}
        distortion_model: plumb_bob
        distortion_coefficients: {rows: 1, cols: 5, data: [0, 0, 0, 0, 0]}
        """.utf8)
    }
    let file = folder.path + "/camera.yaml"
    try Data(camera(width: 161)).write(to: URL(filePath: file))
    let expected = try points(["--intrinsics", "140,140,80,60"])
    #expect(try expected != nil && points(["--calibration", file]) == expected)
    try Data(camera(width: 640)).write(to: URL(filePath: file))
    let run = try Program(["depth", scene, "--scale", "mm", "--calibration", file])
    #expect(run.status == 1 && run.errors.contains("640x121, the depth is 161x121"), "\(run.errors)")
  }

  @Test(arguments: ["depth", "normals", "point_map", "valid_mask"])
  func pictures(tensor: String) throws {
    let folder = try TemporaryFolder()
    let output = folder.path + "/out.png"
    let run = try Program([
      "depth", scene, "--scale", "millimetres", "--intrinsics", "140,140,80,60", "--normals", "--tensor", tensor, "-o",
      output,
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try ImageDecoder.decode(output).width == (tensor == "valid_mask" ? 1200 : 900))
  }

  /// Pictures beside the tensors, and points with the colours of the picture of the same pixels.
  @Test(arguments: ["depth", "normals", "points"]) func plotsAndColours(view: String) throws {
    let folder = try TemporaryFolder()
    let (plot, points, output) = (folder.path + "/plot.png", folder.path + "/p.ply", folder.path + "/o.safetensors")
    let color = TestAssets.media("depth/scene-color.png")
    let run = try Program([
      "depth", scene, "--scale", "mm", "--intrinsics", "140,140,80,60", "--normals", "--color", color, "--points",
      points, "--plot", plot, "--plot-of", view, "-o", output,
    ])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(try ImageDecoder.decode(plot).width == 900)
    #expect(try TensorBundle(contentsOf: output).names.contains("normals"))
    let (cloud, depth) = (try PointCloudFile.read(points), try DepthMap(contentsOf: scene, scale: .millimetres))
    let colors = try #require(cloud.colors)
    let pixels = Array(try ImageDecoder.decode(color).rgbPixels)
    let valid = try #require(depth.validMask.span.indices.first { depth.validMask.span[$0] })
    #expect(Array(colors).prefix(3) == pixels[3 * valid..<3 * valid + 3] && cloud.count == depth.validCount)
  }

  @Test func coloursOfAnotherSizeAreAnError() throws {
    let run = try Program([
      "depth", scene, "--scale", "mm", "--intrinsics", "1,1,1,1", "--color", TestAssets.media("photo-aloe.jpg"),
    ])
    #expect(run.status == 1 && run.errors.contains("the depth is 161x121"), "\(run.errors)")
  }

  /// Every file of the scene in its own scale is the same depth, within the scale's step.
  @Test(arguments: [
    ("scene-tum.png", "tum"), ("scene-kitti.png", "kitti"), ("scene-sun.png", "sun-rgbd"), ("scene-m.npy", "metres"),
    ("scene-m.pfm", "metres"), ("scene-m.tiff", "metres"), ("scene-mm.tiff", "1000"), ("scene-mm.pgm", "mm"),
  ])
  func scalesAndFormats(name: String, scale: String) throws {
    let expected = try DepthMap(contentsOf: scene, scale: .millimetres)
    let depth = try DepthMap(
      contentsOf: TestAssets.media("depth/\(name)"), scale: try #require(DepthScale(name: scale)))
    #expect(depth.validMask == expected.validMask)
    expectClose(depth.metres, expected.metres, within: scale == "kitti" ? 0.5 / 256 + 1e-6 : 1e-6)
  }

  @Test func aWrongScaleIsSaid() throws {
    let run = try Program(["depth", scene, "--scale", "metres"])
    #expect(run.status == 0 && run.errors.contains("is the scale right?"), "\(run.errors)")
    #expect(run.output.contains("depth") && run.output.contains("valid_mask"))
  }

  @Test(arguments: [
    ["depth", "SCENE"], ["depth", "SCENE", "--scale", "inches"], ["depth", "SCENE", "--scale", "mm", "--normals"],
    ["depth", "SCENE", "--scale", "mm", "--intrinsics", "1,2,3"],
    ["depth", "SCENE", "--scale", "mm", "--plot", "a.png", "--plot-of", "points"],
    ["depth", "SCENE", "--scale", "mm", "--intrinsics", "1,1,1,1", "--plot", "a.png", "--plot-of", "normals"],
    ["depth", "SCENE", "--scale", "mm", "--intrinsics", "1,1,1,1", "--points", "out.obj"],
  ])
  func whatCannotStart(arguments: [String]) throws {
    let run = try Program(arguments.map { $0 == "SCENE" ? scene : $0 })
    #expect(run.status == 2 && !run.errors.isEmpty)
  }

  @Test func aPictureToBeLookedAtIsAnError() throws {
    let run = try Program(["depth", TestAssets.media("photo-aloe.jpg"), "--scale", "mm"])
    #expect(run.status == 1 && run.errors.contains("photo-aloe.jpg") && run.errors.contains("16 bits"))
  }
}
