import GenbaCore
import GenbaTestSupport
import Testing

/// What a user sees when an input is bad: the file and the reason on stderr, the exit code, and no output file.
@Suite struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var status: Int32 = 1
    /// What stderr must name.
    var file: String
    var reason: String

    var testDescription: String { "\(arguments[0]) \(file)" }
  }

  static let whisper = ["--preset", "whisper-large-v3"]
  static let qwen = ["process", "--model", "qwen2.5-vl"]

  static let cases: [Case] = [
    Case(arguments: ["audio", TestAssets.corrupt("empty.wav")] + whisper, file: "empty.wav", reason: "empty"),
    Case(arguments: ["audio", TestAssets.corrupt("text.wav")] + whisper, file: "text.wav", reason: "text"),
    Case(arguments: ["audio", TestAssets.corrupt("truncated.flac")], file: "truncated.flac", reason: "end"),
    Case(arguments: ["image", TestAssets.corrupt("half.jpg")], file: "half.jpg", reason: "end"),
    Case(arguments: ["image", TestAssets.corrupt("half.png")], file: "half.png", reason: "end"),
    Case(arguments: ["image", TestAssets.corrupt("huge-header.png")], file: "huge-header.png", reason: "60000"),
    Case(
      arguments: ["video", TestAssets.corrupt("audio-only.mp4"), "--fps", "2"], file: "audio-only.mp4", reason: "video"),
    Case(
      arguments: qwen + ["--video", TestAssets.corrupt("audio-only.mp4")], file: "audio-only.mp4", reason: "video"),
    Case(arguments: ["video", TestAssets.corrupt("truncated.mp4")], file: "truncated.mp4", reason: "end"),
    Case(arguments: ["audio", TestAssets.media("")], file: "media", reason: "folder"),
    Case(arguments: ["image", "/no/such/file.png"], file: "/no/such/file.png", reason: "no such file"),
    Case(
      arguments: ["process", "--model", TestAssets.corrupt("configs-malformed/no-config"), "--image", "x.png"],
      status: 2, file: "no-config", reason: "preprocessor_config.json"),
    Case(
      arguments: ["process", "--model", TestAssets.corrupt("configs-malformed/not-json"), "--image", "x.png"],
      status: 2, file: "not-json", reason: "JSON"),
    Case(
      arguments: ["process", "--model", "no-such-model", "--image", "x.png"], status: 2, file: "no-such-model",
      reason: "model"),
  ]

  @Test(arguments: cases)
  func isNamedAndLeavesNoOutput(bad: Case) throws {
    let folder = try TemporaryFolder()
    let run = try Program(bad.arguments + ["-o", folder.path + "/out.safetensors"])
    #expect(run.status == bad.status, "\(run.errors)")
    #expect(run.errors.contains(bad.file), "\(run.errors)")
    #expect(run.errors.lowercased().contains(bad.reason.lowercased()), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "one line for one error: \(run.errors)")
    #expect(run.output.isEmpty)
    #expect(folder.contents == [])
  }

  @Test func anUnwritableOutputIsFoundBeforeTheInput() throws {
    let run = try Program(["audio", "/no/such/file.wav", "-o", "/no/such/folder/out.npy"])
    #expect(run.status == 2)
    #expect(run.errors.contains("/no/such/folder/out.npy") && !run.errors.contains("file.wav"))
  }

  @Test func anEndingThatIsNoFormIsFoundBeforeTheInput() throws {
    let run = try Program(["audio", "/no/such/file.wav", "-o", "out.pickle"])
    #expect(run.status == 2 && run.errors.contains(".safetensors"))
  }

  /// libmpg123 would complain on standard error itself.
  @Test func aBrokenMP3IsOneLine() throws {
    let folder = try TemporaryFolder()
    var bytes = try FileReading.bytes(of: TestAssets.media("tone-48k.mp3"))
    for place in bytes.count / 2..<bytes.count / 2 + 3000 { bytes[place] = UInt8(truncatingIfNeeded: place * 37) }
    var file = try AtomicFile(path: folder.path + "/broken.mp3")
    try file.write(bytes)
    try file.commit()
    let run = try Program(["audio", folder.path + "/broken.mp3"])
    #expect(run.status == 1 && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    let partial = try Program(["audio", folder.path + "/broken.mp3", "--damage", "partial"])
    #expect(partial.status == 0 && partial.errors.split(separator: "\n").count == 1, "\(partial.errors)")
  }
}
