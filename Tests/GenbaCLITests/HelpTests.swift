import FoundationEssentials
import GenbaTestSupport
import Testing

/// What `--help` shows works as it stands there.
@Suite struct HelpTests {
  @Test(arguments: [
    "inspect", "audio", "image", "video", "process", "convert", "plan", "retry", "verify", "merge", "report",
    "diff", "recipes",
  ])
  func theExamplesOfEachVerbWork(verb: String) throws {
    let help = try Program([verb, "--help"])
    #expect(help.status == 0 && help.errors.isEmpty)
    let examples = help.output.split(separator: "\n").filter { $0.hasPrefix("  ") && $0.contains("genba \(verb) ") }
    #expect(!examples.isEmpty, "\(help.output)")

    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/recordings", withIntermediateDirectories: true)
    for (media, name) in [
      ("media/speech-16k.wav", "press.wav"), ("media/photo-exif-6.jpg", "weld.jpg"),
      ("media/line-h264.mp4", "line4.mp4"), ("media/clouds/mesh.ply", "scene.ply"),
      ("media/stereo/intrinsics.yml", "calibration.yml"),
      ("golden/storage/all.safetensors", "sample.safetensors"), ("media/tiny.aiff", "recordings/tiny.aiff"),
    ] {
      try FileManager.default.copyItem(
        atPath: "\(TestAssets.root)/\(media)", toPath: "\(folder.path)/\(name)")
    }
    let rows = #"{"key": "tiny", "audio": "recordings/tiny.aiff", "shift": 3}"#
    try Data(rows.utf8).write(to: URL(filePath: "\(folder.path)/rows.jsonl"))
    let recipe = #"{"audio": {"feature": "log_mel"}}"#
    try Data(recipe.utf8).write(to: URL(filePath: "\(folder.path)/recipe.json"))
    if ["retry", "merge", "verify", "report", "diff", "inspect"].contains(verb) {
      for name in ["tensors", "other"] {
        let run = try Program(
          ["convert", "\(folder.path)/recordings", "--recipe", recipe, "--out", "\(folder.path)/\(name)"])
        #expect(run.status == 0, "\(run.errors)")
      }
    }
    // Samples of 64 x 48 at 12 bits, two in three bytes.
    try Data((0..<64 * 48 * 3 / 2).map { UInt8($0 % 251) }).write(to: URL(filePath: folder.path + "/s.raw"))
    let program = try Program.find("genba")
    let bin = program[..<program.index(program.endIndex, offsetBy: -"/genba".count)]
    for example in examples {
      let run = try Program(["-c", "cd '\(folder.path)' && PATH='\(bin)':$PATH && \(example)"], of: "/bin/sh")
      #expect(run.status == 0, "\(example): \(run.errors)")
    }
  }

  @Test(arguments: [
    ["audio", "x.wav", "--n-mels", "64"],
    ["audio", "x.wav", "--audio-backend", "torchcodec"],
    ["audio", "x.wav", "--preset", "whisper-large-v3", "--f-max", "8000"],
    ["image", "x.png", "--sampling", "all"],
    ["image", "x.png", "--tensor", "image"],
    ["image", "x.png", "--bits", "12"],
    ["image", "x.png", "--bayer", "rggb"],
    ["image", "x.raw", "--bayer", "rggb", "--raw-size", "8x8", "--index", "1"],
    ["image", "x.png", "--apply", "lab", "--apply", "gray"],
    ["image", "x.png", "--preset", "qwen3-vl", "--batch"],
    ["video", "x.mp4", "--sampling", "all", "--fps", "2"],
    ["video", "x.mp4", "--preset", "qwen3-vl", "--layout", "nhwc"],
  ])
  func anOptionThatWouldDoNothingIsRefused(arguments: [String]) throws {
    let run = try Program(arguments)
    #expect(run.status == 2 && run.output.isEmpty && run.errors.contains("--"), "\(run.errors)")
  }
}
