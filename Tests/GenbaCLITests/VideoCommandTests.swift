import Genba
import GenbaTestSupport
import Testing

/// Which frames `genba video` gives, of what, against the library's calls that torchcodec's goldens prove.
@Suite struct VideoCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bundle(_ arguments: [String]) throws -> TensorBundle { try folder.bundle(arguments) }

  @Test func videoGivesFramesAndTimes() throws {
    let bundle = try bundle(["video", TestAssets.media("line-h264.mp4"), "--fps", "2", "--size", "33x20"])
    let times = try #require(bundle.tensor("pts_seconds", as: Double.self))
    #expect(bundle["frames"]?.shape == [times.count, 3, 20, 33] && bundle["frames"]?.dtype == .uint8)
    #expect(bundle["duration_seconds"]?.shape == times.shape)
  }

  @Test func videoGivesFramesAtTimes() throws {
    let bundle = try bundle([
      "video", TestAssets.media("line-h264.mp4"), "--at", "0.5,0,0.5", "--layout", "nhwc",
    ])
    let times = Array(try #require(bundle.tensor("pts_seconds", as: Double.self)))
    #expect(times.count == 3 && times[0] == times[2] && times[1] == 0)
    #expect(bundle["frames"]?.shape.last == 3)
  }

  @Test func videoGivesSoManyFrames() throws {
    let bundle = try bundle(["video", TestAssets.media("line-vp9.webm"), "--num-frames", "5"])
    #expect(bundle["frames"]?.shape.first == 5)
  }

  @Test func aRangeOfTimeGivesTheFramesPlayedInIt() throws {
    let clip = TestAssets.media("line-late.mkv")
    var video = try VideoDecoder(clip)
    let (begin, end) = (video.metadata.beginStreamSeconds, try #require(video.metadata.endStreamSeconds))
    let middle = (begin + end) / 2
    for (options, expected) in [
      (["--start", "\(middle)"], try video.framesPlayed(in: middle..<end)),
      (["--end", "\(middle)", "--fps", "7"], try video.framesPlayed(in: begin..<middle, fps: 7)),
      (["--start", "0", "--end", "1e6", "--fps", "3"], try video.framesPlayed(in: begin..<end, fps: 3)),
    ] {
      let tensors = try bundle(["video", clip] + options)
      #expect(tensors["frames"] == AnyTensor(expected.pixels), "\(options)")
      #expect(tensors["pts_seconds"] == AnyTensor(Tensor(expected.ptsSeconds)), "\(options)")
    }
    let first = video.frameIndices(in: middle..<end).lowerBound
    let spread = try bundle(["video", clip, "--start", "\(middle)", "--num-frames", "2"])
    let count = try #require(video.metadata.numFrames) - first
    let expected = try video.frames(at: [first + count / 4, first + 3 * count / 4])
    #expect(spread["frames"] == AnyTensor(expected.pixels))
  }

  @Test(arguments: [
    ["--start", "60"], ["--end", "0.1", "--num-frames", "3"], ["--start", "0", "--end", "1", "--fps", "2"],
  ])
  func aTimeWithoutFramesIsAnError(options: [String]) throws {
    let run = try Program(["video", TestAssets.media("line-late.mkv")] + options)
    #expect(run.status == 1 && run.errors.contains("line-late.mkv: nothing is shown"), "\(run.errors)")
  }

  @Test func framesComeByTheirNumbers() throws {
    let clip = TestAssets.media("gop-30-b.mp4")
    var video = try VideoDecoder(clip)
    let tensors = try bundle(["video", clip, "--indices", "31,0,31", "--seek-mode", "approximate", "--stream", "0"])
    #expect(tensors["frames"] == AnyTensor(try video.frames(at: [31, 0, 31]).pixels))
    let beyond = try Program(["video", clip, "--indices", "0,100000"])
    #expect(beyond.status == 1 && beyond.errors.contains("100000"), "\(beyond.errors)")
  }

  /// Each option against the decoder that was opened so, on a clip where it makes a difference.
  @Test(arguments: [
    ("gop-interlaced.mp4", ["--deinterlace"]), ("line-rotated.mp4", ["--no-rotation"]),
    ("px-no-key.mkv", ["--damage", "partial"]), ("line-vfr.mp4", ["--seek-mode", "approximate"]),
    ("line-h264.mp4", ["--layout", "nhwc"]),
  ])
  func optionsReachTheDecoder(clip: String, options: [String]) throws {
    let path = TestAssets.media(clip)
    let tensors = try bundle(["video", path, "--indices", "25,12,20"] + options)
    var asked = try VideoDecoder(
      path, seekMode: options.contains("approximate") ? .approximate : .exact,
      layout: options.contains("nhwc") ? .nhwc : .nchw, damage: options.contains("partial") ? .partial : .strict,
      deinterlaces: options.contains("--deinterlace"), appliesRotation: !options.contains("--no-rotation"))
    #expect(tensors["frames"] == AnyTensor(try asked.frames(at: [25, 12, 20]).pixels))
    let plain = try Program(["video", path, "--indices", "25,12,20", "-o", folder.path + "/plain.npz"])
    if plain.status == 0 {
      #expect(try TensorBundle(contentsOf: folder.path + "/plain.npz")["frames"] != tensors["frames"])
    }
  }

  @Test func aStreamThatIsNotThereIsNamed() throws {
    let run = try Program(["video", TestAssets.media("line-h264.mp4"), "--stream", "7"])
    #expect(run.status == 1 && run.errors.contains("line-h264.mp4") && run.errors.contains("h264"), "\(run.errors)")
  }

  @Test func brightnessAndDeepSamplesAreToBeHad() throws {
    let clip = TestAssets.media("px-depth12.mkv")
    var video = try VideoDecoder(clip)
    let deep = try bundle(["video", clip, "--indices", "1,0", "--pixels", "deep"])
    #expect(deep["frames"] == AnyTensor(try video.deepFrames(at: [1, 0]).pixels) && deep.metadata["maximum"] == "4095")
    let gray = try bundle(["video", clip, "--fps", "5", "--pixels", "gray"])
    let selection = try video.selection(fps: 5)
    #expect(gray["frames"] == AnyTensor(try video.grayFrames(at: selection.indices).pixels))
    #expect(gray["pts_seconds"] == AnyTensor(Tensor(selection.indices.indices.map { Double($0) / 5 })))
  }

  /// Lengths beyond all measure are errors with the file's name, and nothing runs on for ever.
  @Test(arguments: [
    ["--windows", "1e300s"], ["--windows", "1s", "--fps", "1e300"], ["--windows", "1s", "--channels", "7"],
    ["--windows", "1s", "--hop", "0.000000001s"],
  ])
  func windowsThatCannotBeAreErrors(options: [String]) throws {
    let run = try Program(["video", TestAssets.media("clock-late.mp4")] + options)
    #expect(run.status == 1 && run.errors.contains("clock-late.mp4"), "\(run.errors)")
  }

  @Test func windowsAreReadAsIsAsked() throws {
    let turned = try bundle(["video", TestAssets.media("line-rotated.mp4"), "--windows", "200ms"])
    let stored = try bundle(["video", TestAssets.media("line-rotated.mp4"), "--windows", "200ms", "--no-rotation"])
    #expect(turned["frames"]?.shape.suffix(2) == stored["frames"]?.shape.suffix(2).reversed()[...])
    let cut = TestAssets.media("px-no-key.mkv")
    let strict = try Program(["video", cut, "--windows", "500ms"])
    #expect(strict.status == 1)
    let partial = try bundle(["video", cut, "--windows", "500ms", "--damage", "partial", "--fps", "10"])
    let mask = try #require(partial.tensor("frame_mask", as: Bool.self))
    #expect(!mask[0, 0] && mask[1, 0])
  }

  @Test(arguments: [
    ["--at", "1", "--indices", "1"], ["--at", "1", "--start", "0"], ["--start", "2", "--end", "1"],
    ["--indices", "1,x"],
    ["--at", "nan"], ["--start", "nan"], ["--end", "nan"], ["--pixels", "gray", "--size", "8x8"],
    ["--preset", "qwen2-vl", "--start", "1"],
    ["--preset", "qwen2-vl", "--stream", "0"], ["--windows", "1s", "--end", "3"],
    ["--windows", "1s", "--pixels", "deep"], ["--threads", "0"], ["--preset", "qwen2-vl", "--size", "8x8"],
    ["--preset", "qwen2-vl", "--deinterlace"], ["--sampling", "all"], ["--dtype", "float16"],
    ["--windows", "1s", "--seek-mode", "approximate"],
  ])
  func whatExcludesEachOtherIsUsage(options: [String]) throws {
    let run = try Program(["video", TestAssets.media("line-h264.mp4")] + options)
    #expect(run.status == 2 && run.errors.contains("--"), "\(run.errors)")
  }
}
