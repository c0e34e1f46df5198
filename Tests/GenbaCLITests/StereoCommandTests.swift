import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

@Suite struct StereoCommandTests {
  private let folder: TemporaryFolder
  private let pair = ["left", "right"].map { TestAssets.media("stereo/scene-\($0).png") }

  init() throws { folder = try TemporaryFolder() }

  @Test func withoutACalibrationThereAreDisparities() throws {
    let output = folder.path + "/out.npz"
    let run = try Program(["stereo"] + pair + ["--num-disparities", "48", "-o", output])
    #expect(run.status == 0, "\(run.errors)")
    let bundle = try TensorBundle(contentsOf: output)
    #expect(bundle.names.sorted() == ["confidence", "disparity", "valid_mask"])
    #expect(bundle["disparity"]?.shape == [240, 320] && bundle["disparity"]?.dtype == .float32)
  }

  @Test func blocksAreAMethodOfTheirOwn() throws {
    let paths = ["sgbm", "bm"].map { "\(folder.path)/\($0).safetensors" }
    for (method, path) in zip(["sgbm", "bm"], paths) {
      let run = try Program(["stereo"] + pair + ["--method", method, "--num-disparities", "48", "-o", path])
      #expect(run.status == 0, "\(run.errors)")
    }
    let maps = try paths.map { try #require(TensorBundle(contentsOf: $0).tensor("disparity", as: Float.self)) }
    let expected = try StereoBM(numDisparities: 48)(
      left: ImageDecoder.decode(pair[0]), right: ImageDecoder.decode(pair[1]))
    #expect(maps[1] == expected.pixels && maps[0] != maps[1])
  }

  @Test func withACalibrationThereAreMetresPointsAndAPicture() throws {
    let (output, points, plot) = (folder.path + "/o.safetensors", folder.path + "/p.ply", folder.path + "/p.png")
    let run = try Program(
      ["stereo"] + pair + [
        "--num-disparities", "48", "--calibration", TestAssets.media("stereo/scene-calib.txt"), "--points", points,
        "--plot", plot, "--threads", "2", "-o", output,
      ])
    #expect(run.status == 0, "\(run.errors)")
    let bundle = try TensorBundle(contentsOf: output)
    #expect(bundle.names.sorted() == ["confidence", "depth", "disparity", "point_map", "valid_mask"])
    #expect(bundle["point_map"]?.shape == [240, 320, 3] && bundle.metadata["baseline_metres"] == "0.1")
    let depth = try #require(bundle.tensor("depth", as: Float.self))
    let disparity = try #require(bundle.tensor("disparity", as: Float.self))
    let mask = try #require(bundle.tensor("valid_mask", as: Bool.self))
    #expect(mask[120, 200] && abs(depth[120, 200] - 300 * 0.1 / disparity[120, 200]) < 1e-4)
    #expect(try PointCloudFile.read(points).count == Array(mask).filter { $0 }.count)
    #expect(try ImageDecoder.decode(plot).width > 300)
  }

  @Test func eachViewIsAPictureOfItsOwn() throws {
    let plot = folder.path + "/plot.png"
    var pictures: [Image] = []
    for view in ["disparity", "confidence", "depth", "normals", "points"] {
      let run = try Program(
        ["stereo"] + pair + [
          "--num-disparities", "48", "--calibration", TestAssets.media("stereo/scene-calib.txt"), "--plot", plot,
          "--plot-of", view, "-o", folder.path + "/o.npz",
        ])
      #expect(run.status == 0, "\(run.errors)")
      let picture = try ImageDecoder.decode(plot)
      #expect(picture.width >= 900 && !pictures.contains(picture), "\(view) shows what another view shows")
      pictures.append(picture)
    }
  }

  @Test func aRealPairIsRectifiedFirst() throws {
    let output = folder.path + "/out.safetensors"
    let run = try Program(
      ["stereo", TestAssets.media("stereo/left01.jpg"), TestAssets.media("stereo/right01.jpg")]
        + ["intrinsics.yml", "extrinsics.yml"].flatMap { ["--calibration", TestAssets.media("stereo/\($0)")] }
        + ["--num-disparities", "160", "--min-disparity", "16", "-o", output])
    #expect(run.status == 0, "\(run.errors)")
    // The board's middle, whose distance the calibration knows: 0.32 to 0.45 m.
    let bundle = try TensorBundle(contentsOf: output)
    let depth = try #require(bundle.tensor("depth", as: Float.self))
    let near = (200..<280).flatMap { row in (280..<380).map { depth[row, $0] } }.filter { $0 > 0 }.sorted()
    #expect(near.count > 4000)
    #expect((0.25...0.6).contains(near[near.count / 2]), "\(near[near.count / 2])")
  }

  @Test(arguments: [
    (["stereo", "L", "B"], 1, "one size"),
    (["stereo", "L", "R", "--num-disparities", "100"], 2, "multiple of 16"),
    (["stereo", "L", "R", "--method", "bm", "--block-size", "8"], 2, "odd, 3 to 15"),
    (["stereo", "L", "R", "--plot", "x.png", "--plot-of", "points"], 2, "--calibration"),
    (["stereo", "L", "R", "--points", "x.ply"], 2, "--calibration"),
    (["stereo", "L", "R", "--min-confidence", "1.5"], 2, "0 to 1"),
    (["stereo", "L", "R", "--uniqueness-ratio", "100"], 2, "0 to 99"),
    (["stereo", "L", "R", "--ascii"], 2, "--points"),
    (["stereo", "L", "R", "--calibration", "C", "--points", "x.txt"], 2, ".ply"),
    (["stereo", "L", "R", "--calibration", "I"], 1, "R and T"),
    (["stereo", "B", "B", "--calibration", "C"], 1, "320x240"),
    (["stereo", "L", "nothing.png"], 1, "no such file"),
  ])
  func whatIsWrongIsSaid(arguments: [String], status: Int, words: String) throws {
    let files = [
      "L": pair[0], "R": pair[1], "B": TestAssets.media("stereo/left01.jpg"),
      "C": TestAssets.media("stereo/scene-calib.txt"), "I": TestAssets.media("stereo/intrinsics.yml"),
    ]
    let run = try Program(arguments.map { files[$0] ?? $0 })
    #expect(Int(run.status) == status && run.errors.contains(words), "\(run.status): \(run.errors)")
  }

  /// A stricter choice leaves fewer disparities; the default is what the help says.
  @Test(arguments: ["sgbm", "bm"]) func aStricterChoiceLeavesFewer(method: String) throws {
    let folder = try TemporaryFolder()
    func valid(_ options: [String]) throws -> Int {
      let path = folder.path + "/out.safetensors"
      let run = try Program(
        ["stereo"] + pair + ["--method", method, "--num-disparities", "48", "-o", path] + options)
      #expect(run.status == 0, "\(run.errors)")
      let mask = try #require(TensorBundle(contentsOf: path).tensor("valid_mask", as: Bool.self))
      return Array(mask).filter { $0 }.count
    }
    let (usual, strict) = (try valid([]), try valid(["--uniqueness-ratio", "40"]))
    #expect(strict < usual && strict > 0, "\(strict) of \(usual)")
    #expect(try valid(["--uniqueness-ratio", method == "bm" ? "3" : "1"]) == usual)
  }

  /// A baseline a thousand times too long, as of a board measured in other units, is warned of.
  @Test func metresThatAreNoneAreWarnedOf() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/calib.txt"
    let text = String(decoding: try FileReading.bytes(of: TestAssets.media("stereo/scene-calib.txt")), as: UTF8.self)
    try Data(text.replacing("baseline=100", with: "baseline=100000").utf8).write(to: URL(filePath: file))
    let run = try Program(["stereo"] + pair + ["--num-disparities", "48", "--calibration", file])
    #expect(run.status == 0 && run.errors.contains("is the calibration in metres?"), "\(run.errors)")
    let right = try Program(
      ["stereo"] + pair + ["--num-disparities", "48", "--calibration", TestAssets.media("stereo/scene-calib.txt")])
    #expect(right.status == 0 && right.errors.isEmpty, "\(right.errors)")
  }
}
