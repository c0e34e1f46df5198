import Genba
import GenbaTestSupport
import Testing

/// Each verb on real input, as its help shows it.
@Suite struct CommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func bundle(_ arguments: [String]) throws -> TensorBundle { try folder.bundle(arguments) }

  @Test func audioGivesSamples() throws {
    let bundle = try bundle(["audio", TestAssets.media("machine-44k1-stereo.flac")])
    #expect(bundle.tensor("sample_rate", as: Int64.self) == Tensor<Int64>([44_100]))
    let shape = try #require(bundle["samples"]?.shape)
    #expect(shape.count == 2 && shape[0] == 2 && shape[1] > 44_100)
  }

  @Test func audioGivesLogMel() throws {
    let bundle = try bundle([
      "audio", TestAssets.media("speech-16k.wav"), "--feature", "log-mel", "--n-fft", "1024", "--hop-length", "512",
      "--n-mels", "64",
    ])
    #expect(bundle["log_mel"]?.shape.first == 64)
    #expect(bundle.metadata["sample_rate"] == "16000")
  }

  @Test func audioGivesAModelsInput() throws {
    let bundle = try bundle(["audio", TestAssets.media("speech-16k.wav"), "--preset", "whisper-large-v3"])
    #expect(bundle["input_features"]?.shape == [1, 128, 3000])
  }

  @Test func aTooLongSoundIsCutWithAWarning() throws {
    let run = try Program(["audio", TestAssets.media("long-16k.flac"), "--preset", "whisper-large-v3"])
    #expect(run.status == 0)
    #expect(run.errors.hasPrefix("genba: warning: ") && run.errors.contains("long-16k.flac"))
    #expect(run.output.contains("input_features  float32  [1, 128, 3000]"))
  }

  @Test func imagesKeepTheirDepth() throws {
    let bundle = try bundle(["image", TestAssets.media("png-gray16.png"), TestAssets.media("png-rgba.png")])
    #expect(bundle["image.0"]?.dtype == .uint16 && bundle["image.0"]?.shape.last == 1)
    #expect(bundle["image.1"]?.dtype == .uint8 && bundle["image.1"]?.shape.last == 4)
  }

  @Test func imagesAreResizedOnRequest() throws {
    let bundle = try bundle(["image", TestAssets.media("photo-cmyk.jpg"), "--size", "31x17"])
    #expect(bundle["image"]?.shape == [17, 31, 3])
  }

  @Test func pixelValuesHaveTheTypeThatIsAskedFor() throws {
    let picture = TestAssets.media("photo-street.jpg")
    let half = try bundle(["image", picture, "--preset", "internvl3", "--dtype", "float16"])
    #expect(half["pixel_values"]?.dtype == .float16 && half["num_patches"]?.dtype == .int64)
    let clip = try bundle([
      "process", "--model", "qwen2-vl", "--image", picture, "--video", TestAssets.media("line-h264.mp4"), "--dtype",
      "bfloat16",
    ])
    #expect(clip["pixel_values"]?.dtype == .bfloat16 && clip["pixel_values_videos"]?.dtype == .bfloat16)
    let alone = try Program(["image", picture, "--dtype", "float16"])
    #expect(alone.status == 2 && alone.errors.contains("--preset"))
  }

  @Test func processJoinsPicturesAndClips() throws {
    let bundle = try bundle([
      "process", "--model", "qwen2.5-vl", "--image", TestAssets.media("photo-tall.jpg"), "--image",
      TestAssets.media("photo-wide.jpg"), "--video", TestAssets.media("line-h264.mp4"),
    ])
    #expect(bundle["image_grid_thw"]?.shape == [2, 3])
    #expect(bundle["video_grid_thw"]?.shape == [1, 3])
    #expect(bundle["second_per_grid_ts"]?.shape == [1])
    #expect(bundle.metadata["frame_indices"] == "0,15,30,45,60,75" && bundle.metadata["sampled_fps"] == "2.0")
    let grids = Array(try #require(bundle.tensor("image_grid_thw", as: Int64.self)))
    #expect(bundle["pixel_values"]?.shape == [Int(grids[1] * grids[2] + grids[4] * grids[5]), 1176])
  }

  @Test func aModelWithoutVideoSaysSo() throws {
    let run = try Program(["process", "--model", "whisper-large-v3", "--video", TestAssets.media("line-h264.mp4")])
    #expect(run.status == 1 && run.errors.contains("whisper-large-v3") && run.errors.contains("video"))
  }

  @Test func withoutAnOutputASummaryIsPrinted() throws {
    let run = try Program(["image", TestAssets.media("png-gray.png")])
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(run.output.hasPrefix("name   dtype  shape"))
  }

  @Test func aSingleTensorFileNeedsAChoiceAmongSeveral() throws {
    let output = folder.path + "/frames.npy"
    let vague = try Program(["video", TestAssets.media("one-frame.mp4"), "-o", output])
    #expect(vague.status == 1 && vague.errors.contains("--tensor") && vague.errors.contains("pts_seconds"))
    #expect(folder.contents.isEmpty)
    let clear = try Program(["video", TestAssets.media("one-frame.mp4"), "-o", output, "--tensor", "frames"])
    #expect(clear.status == 0, "\(clear.errors)")
    #expect(try TensorBundle(contentsOf: output)["frames"]?.shape.first == 1)
  }

  @Test func aPictureOfATensor() throws {
    let output = folder.path + "/mel.png"
    let run = try Program(["audio", TestAssets.media("speech-16k.wav"), "--preset", "whisper-large-v3", "-o", output])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try ImageDecoder.decode(output).width > 300)
  }

  @Test func metadataAsJSONLines() throws {
    let output = folder.path + "/facts.jsonl"
    let run = try Program(["audio", TestAssets.media("tiny.aiff"), "-o", output])
    #expect(run.status == 0, "\(run.errors)")
    let text = String(decoding: try FileReading.bytes(of: output), as: UTF8.self)
    #expect(text.split(separator: "\n").count == 2 && text.contains(#""name":"samples""#))
  }
}
