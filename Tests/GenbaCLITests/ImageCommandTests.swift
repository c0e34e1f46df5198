import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

/// What `genba image` does beside decoding and presets.
@Suite struct ImageCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bundle(_ arguments: [String]) throws -> TensorBundle { try folder.bundle(["image"] + arguments) }

  private func applying(_ steps: String..., to name: String = "photo-exif-2.jpg") throws -> AnyTensor {
    try #require(try bundle([TestAssets.media(name)] + steps.flatMap { ["--apply", $0] })["image"])
  }

  @Test func stepsAreDoneInTheOrderGiven() throws {
    #expect(try applying("resize=20x10", "rotate=90").shape == [20, 10, 3])
    #expect(try applying("rotate=90", "resize=20x10").shape == [10, 20, 3])
    #expect(try applying("crop=5,3,30x20", "gray=pillow", "pad=1,0,2,0,reflect").shape == [21, 32, 1])
    #expect(try applying("letterbox=50x50,fill=114:0:7,area", "flip=vertical").shape == [50, 50, 3])
    #expect(try applying("resize-shortest=20,bilinear,no-antialias", "center-crop=16x16").shape == [16, 16, 3])
    #expect(try applying("resize=13x9,lanczos,pillow13").shape == [9, 13, 3])
    #expect(try applying("float32", "hsv").dtype == .float32)
    #expect(try applying("lab").dtype == .uint8)
    #expect(try applying("normalize=0.5/0.25:0.5:1").shape == [3, 40, 61])
    #expect(try applying("alpha=10:20:30", to: "png-rgba.png").shape.last == 3)
    #expect(try applying("rgb=qwen-vl-utils", to: "png-la.png").shape.last == 3)
    #expect(try applying("resize=20x10", "uint8", to: "png-gray16.png").dtype == .uint8)
  }

  @Test(
    arguments: [
      "blur", "crop=1,2", "resize=20", "resize=20x10,sharp", "rotate=45", "flip", "normalize=1:2/3", "gray=green",
      "pad=1,2,3", "alpha=pink", "uint8=3", "normalize=0/0", "",
    ])
  func unknownStepsAreRefused(step: String) throws {
    let run = try Program(["image", TestAssets.media("png-rgb.png"), "--apply", step])
    #expect(run.status == 2 && run.errors.contains("--apply"), "\(run.errors)")
  }

  @Test func aStepThatDoesNotFitNamesTheFile() throws {
    let path = TestAssets.media("png-rgb.png")
    let run = try Program(["image", path, "--apply", "crop=0,0,500x500"])
    #expect(run.status == 1 && run.errors.contains(path) && run.errors.contains("201x133"), "\(run.errors)")
    let gray = try Program(["image", TestAssets.media("png-gray.png"), "--apply", "lab"])
    #expect(gray.status == 1 && gray.errors.contains("apply rgb first"))
  }

  @Test func pagesProfilesAndScales() throws {
    #expect(try bundle([TestAssets.media("pages.tiff"), "--index", "2"])["image"]?.dtype == .uint16)
    #expect(
      try bundle([TestAssets.media("photo-aloe.jpg"), "--minimum-size", "100x100"])["image"]?.shape == [139, 161, 3])
    #expect(try bundle([TestAssets.media("photo-exif-6.jpg"), "--no-orientation"])["image"]?.shape == [311, 419, 3])
    let profile = folder.path + "/out.icc"
    _ = try bundle([TestAssets.media("photo-icc.jpg"), "--icc", profile])
    #expect(try FileReading.bytes(of: profile).count > 300)
    let none = try Program(["image", TestAssets.media("png-rgb.png"), "--icc", profile])
    #expect(none.status == 1 && none.errors.contains("no ICC profile"))
  }

  @Test func brokenPicturesGiveTheirPartWithAWarning() throws {
    let path = TestAssets.corrupt("half.jpg")
    let strict = try Program(["image", path])
    #expect(strict.status == 1 && strict.errors.contains(path))
    let run = try Program(["image", path, "--partial"])
    #expect(run.status == 0 && run.output.contains("[555, 641, 3]"))
    #expect(run.errors.hasPrefix("genba: warning: ") && run.errors.contains("are missing or made up"), "\(run.errors)")
  }

  @Test func batchesAreOneTensor() throws {
    let files = [TestAssets.media("photo-aloe.jpg"), TestAssets.media("photo-board.jpg")]
    #expect(try bundle(files + ["--batch", "--apply", "resize=32x24"])["images"]?.shape == [2, 24, 32, 3])
    let run = try Program(["image"] + files + ["--batch"])
    #expect(run.status == 1 && run.errors.contains(files[1]) && run.errors.contains("of one kind"))
  }

  @Test func sensorsAreDecoded() throws {
    let path = folder.path + "/sensor.raw"
    try Data((0..<4 + 12 * 10 * 2).map { UInt8($0 % 16) }).write(to: URL(filePath: path))
    let options = [
      "--bayer", "gbrg", "--raw-size", "12x10", "--bits", "12", "--skip-bytes", "4", "--demosaic", "edge-aware",
    ]
    let tensor = try bundle([path] + options)["image"]
    #expect(tensor?.shape == [10, 12, 3] && tensor?.dtype == .uint16)
    let short = try Program(["image", path, "--bayer", "rggb", "--raw-size", "100x100"])
    #expect(short.status == 1 && short.errors.contains(path) && short.errors.contains("check size, depth and packing"))
  }

  @Test func aPresetTakesDecodedAndChangedPictures() throws {
    let bundle = try bundle([
      TestAssets.media("photo-aloe.jpg"), "--preset", "pi0", "--apply", "center-crop=300x200", "--minimum-size",
      "300x300",
    ])
    #expect(bundle["images"]?.shape == [1, 3, 224, 224] && bundle["img_masks"]?.shape == [1])
  }
}
