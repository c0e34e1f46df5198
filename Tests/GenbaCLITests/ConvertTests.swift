import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

@Suite struct ConvertTests {
  @Test func oneBrokenFileNeverSpoilsABatch() throws {
    let folder = try TemporaryFolder()
    let inputs = folder.path + "/in"
    try copy(
      [
        ("media/speech-16k.wav", "in/a/speech.wav"), ("media/notify.oga", "in/b/notify.oga"),
        ("corrupt/text.wav", "in/a/notes.wav"), ("media/one-sample.wav", "in/one.wav"),
      ], into: folder.path)
    try Data("not media".utf8).write(to: URL(filePath: inputs + "/README.txt"))

    let run = try Program([
      "convert", inputs, "--out", folder.path + "/out", "--model", "whisper-large-v2", "--jobs", "2",
      "--format", "safetensors",
    ])
    #expect(run.status == 1)
    #expect(run.errors.contains("a/notes.wav") && run.errors.contains("3 converted") && run.errors.contains("1 failed"))
    #expect(run.errors.contains("1 passed over"))
    #expect(!run.errors.contains("\u{1B}"), "no progress bar where nobody looks")

    let outputs = try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/out").sorted()
    #expect(
      outputs == [
        "a", "a/speech.wav.safetensors", "b", "b/notify.oga.safetensors", "errors.jsonl", "manifest.jsonl",
        "manifest.parquet", "one.wav.safetensors", "plan.jsonl", "recipe.json", "sidecars", "sidecars/000000.json",
        "sidecars/000000.jsonl", "sidecars/000000.times.jsonl",
      ])
    let bundle = try TensorBundle(contentsOf: folder.path + "/out/a/speech.wav.safetensors")
    #expect(bundle["input_features"]?.shape == [1, 80, 3000])

    let manifest = try lines(folder.path + "/out/manifest.jsonl")
    #expect(manifest.count == 4 && manifest[1].contains("a/speech.wav.safetensors"), "in the inputs' order")
    let errors = try lines(folder.path + "/out/errors.jsonl")
    #expect(errors.count == 1 && errors[0].contains("unsupported") && errors[0].contains("a/notes.wav"))
  }

  @Test func picturesAndClipsOfOneFolderGoToTheirProcessors() throws {
    let folder = try TemporaryFolder()
    try copy([("media/photo-tall.jpg", "in/tall.jpg"), ("media/line-h264.mp4", "in/line.mp4")], into: folder.path)
    let run = try Program([
      "convert", folder.path + "/in", "--out", folder.path + "/out", "--model", "qwen2.5-vl", "--format", "safetensors",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let picture = try TensorBundle(contentsOf: folder.path + "/out/tall.jpg.safetensors")
    #expect(Set(picture.names) == ["pixel_values", "image_grid_thw"])
    let clip = try TensorBundle(contentsOf: folder.path + "/out/line.mp4.safetensors")
    #expect(Set(clip.names) == ["pixel_values_videos", "video_grid_thw", "second_per_grid_ts"])
  }

  @Test func anOutputThatIsAFileEndsTheProgramBeforeItStarts() throws {
    let folder = try TemporaryFolder()
    try Data("x".utf8).write(to: URL(filePath: folder.path + "/out"))
    let run = try Program(
      ["convert", TestAssets.media("tiny.aiff"), "--out", folder.path + "/out", "--model", "whisper-large-v3"])
    #expect(run.status == 2 && run.errors.contains("/out"))
  }

  @Test func aMisspeltInputLeavesTheRecordsOfAnEarlierRun() throws {
    let folder = try TemporaryFolder()
    let arguments = ["--out", folder.path + "/out", "--model", "whisper-large-v3"]
    #expect(try Program(["convert", TestAssets.media("tiny.aiff")] + arguments).status == 0)
    let run = try Program(["convert", folder.path + "/missing"] + arguments)
    #expect(run.status == 2 && run.errors.contains("/missing"))
    #expect(try lines(folder.path + "/out/manifest.jsonl").count == 1)
  }

  private func copy(_ files: [(from: String, to: String)], into folder: String) throws {
    for file in files {
      let target = "\(folder)/\(file.to)"
      let parent = String(target[..<target.lastIndex(of: "/")!])
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "\(TestAssets.root)/\(file.from)", toPath: target)
    }
  }

  private func lines(_ path: String) throws -> [Substring] {
    String(decoding: try FileReading.bytes(of: path, limit: 1 << 20), as: UTF8.self).split(separator: "\n")
  }
}
