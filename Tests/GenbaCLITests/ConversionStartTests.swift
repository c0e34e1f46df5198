import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

/// What is wrong with the inputs, the recipe or the output is said before the first input is touched, and nothing is left of
/// the attempt.
@Suite struct ConversionStartTests {
  let folder: ConversionFolder

  init() throws { folder = try ConversionFolder() }

  @Test func whatNoInputHasCannotBeRequired() throws {
    try folder.writeSounds(2)
    try folder.write(#"{"audio": "in/0/sound-0.wav", "label": null}"# + "\n", to: "rows.jsonl")
    let recipe = #"--recipe '{"audio":{},"image":{}}' --out out"#
    for (inputs, name, expected) in [
      ("--manifest rows.jsonl", "image", "no row of the manifest has anything in such a column"),
      ("--manifest rows.jsonl", "label", "no row of the manifest has anything in such a column"),
      ("in", "audio", "files that no manifest names are in the column \"file\""),
    ] {
      let run = try folder.genba("convert \(inputs) \(recipe) --require \(name)")
      #expect(run.status == 2 && run.errors.contains("\"\(name)\" is required, and \(expected)"), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"), "nothing is left of a start that failed")
    }
    #expect(try folder.genba("convert in \(recipe) --require file").status == 0)
  }

  @Test func anOutputThatCannotBeWrittenEndsTheProgramBeforeItStarts() throws {
    try folder.writeSounds(1)
    try folder.write("text", to: "file")
    try folder.write("text", to: "closed/notes.txt")
    for (output, reason) in [("file", "a file of that name"), ("file/out", "file of that name"), ("/proc/genba", "(")] {
      let run = try folder.genba("convert in \(ConversionFolder.samples) --out \(output)")
      #expect(run.status == 2 && run.errors.contains("made") && run.errors.contains(reason), "\(run.errors)")
      #expect(!run.errors.contains("Error("), "the reason is told in words: \(run.errors)")
    }
    // A folder that may not be written to stops all but root.
    let closed = try folder.sh(
      "chmod 555 closed; [ -w closed ] || '\(Program.find("genba"))' convert in \(ConversionFolder.samples) --out closed"
    )
    #expect(closed.status == 0 || closed.status == 2 && closed.errors.contains("cannot be written to"))
  }

  /// A file system that is mounted for reading alone, which stops root as well; where the system lets a user mount one.
  @Test func aReadOnlyOutputEndsTheProgramBeforeItStarts() throws {
    try folder.writeSounds(1)
    let genba = try "'\(Program.find("genba"))' convert in \(ConversionFolder.samples) --out disk"
    let script = """
      mkdir disk && mount -t tmpfs none disk && mkdir -p disk/empty disk/begun/sidecars && mount -o remount,ro disk || exit 99
      for name in empty begun; do \(genba)/$name; echo $?; done
      """
    try folder.write(script, to: "script.sh")
    let run = try folder.sh("unshare -rm sh script.sh")
    guard run.status != 99, !run.errors.contains("unshare") else { return }
    #expect(run.output == "2\n2\n")
    #expect(run.errors.contains("disk/empty/sidecars: this folder cannot be made (Read-only"), "\(run.errors)")
    #expect(run.errors.contains("disk/begun: this folder cannot be written to (Read-only"), "\(run.errors)")
  }

  @Test func badListsAreNamedWithTheirLine() throws {
    try folder.write("{\"audio\": \"a.wav\"}\n{\"audio\": 1}\n", to: "rows.jsonl")
    let row = try folder.genba("convert --manifest rows.jsonl \(ConversionFolder.samples) --out out")
    #expect(row.status == 2 && row.errors.contains("rows.jsonl: line 2: "), "\(row.errors)")
    try folder.write(
      "{\"key\": \"a\", \"audio\": \"a.wav\"}\n{\"key\": \"a\", \"audio\": \"b.wav\"}\n", to: "twice.jsonl")
    let twice = try folder.genba("convert --manifest twice.jsonl \(ConversionFolder.samples) --out out")
    #expect(
      twice.status == 2
        && twice.errors.contains(
          "twice.jsonl: two inputs have the key \"a\": line 1 (a.wav) and line 2 (b.wav); keys must differ"),
      "\(twice.errors)")
    #expect(try folder.genba("plan --manifest twice.jsonl \(ConversionFolder.samples) -o plan.jsonl").status == 2)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/plan.jsonl"))
    let path = try folder.genba(
      "convert - --format safetensors \(ConversionFolder.samples) --out out", input: "a.wav\n./a.wav\n")
    #expect(path.status == 2 && path.errors.contains("two inputs"), "\(path.errors)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"), "nothing is left of a start that failed")
  }

  /// Where samples are files of their own, one key's file can stand where another one needs a folder.
  @Test func keysInEachOthersWayAreFoundBeforeTheStart() throws {
    try folder.writeSounds(3)
    func rows(_ keys: [String]) -> String {
      keys.enumerated().map { #"{"key": "\#($1)", "audio": "in/0/sound-\#($0).wav"}"# + "\n\n" }.joined()
    }
    for (format, keys) in [
      ("npy", ["b", "a/samples.npy", "a"]), ("npy", ["b", "x/a", "x/a/sample.json/c"]),
      ("safetensors", ["b", "a", "a.safetensors/c"]), ("npy --window-length 1", ["b", "a", "a-00000/samples.npy"]),
    ] {
      try folder.write(rows(keys), to: "rows.jsonl")
      let run = try folder.genba(
        "convert --manifest rows.jsonl \(ConversionFolder.samples) --format \(format) --out out")
      #expect(run.status == 2, "\(keys): \(run.errors)")
      #expect(run.errors.contains("rows.jsonl: the keys \"") && run.errors.contains("cannot both be written"))
      #expect(run.errors.contains("line 3 (in/0/sound-1.wav)") && run.errors.contains("line 5 (in/0/sound-2.wav)"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
    }
    // What is in nobody's way.
    for (format, keys) in [
      ("npy", ["a", "a/b", "c.npy/d"]), ("safetensors", ["a", "a.safetensors", "a/b"]), ("webdataset", ["a", "a/b"]),
    ] {
      try folder.write(rows(keys), to: "rows.jsonl")
      let run = try folder.genba(
        "convert --manifest rows.jsonl \(ConversionFolder.samples) --format \(format) --out \(format)")
      #expect(run.status == 0, "\(keys): \(run.errors)")
    }
  }

  /// A collector of logs reads every line, also those that end the program.
  @Test func whereLogsAreJSONEveryLineIs() throws {
    try folder.writeSounds(2)
    try folder.write("no sound", to: "in/0/sound-1.wav")
    let genba = "'\(try Program.find("genba"))'"
    for (script, status, level) in [
      ("\(genba) convert nowhere", 2, "error"), ("\(genba) convert in --max-errors 0", 1, "error"),
      ("\(genba) convert in", 1, "info"),
    ] {
      let run = try folder.sh(
        "\(script) \(ConversionFolder.samples) --out out --log-format json; s=$?; rm -r out; exit $s")
      #expect(run.status == status, "\(script): \(run.status)")
      let lines = run.errors.split(separator: "\n").filter { !$0.hasPrefix("rm: ") }
      #expect(!lines.isEmpty)
      for line in lines { #expect(throws: Never.self, "\(line)") { try JSON.parse(Array(line.utf8)) } }
      let last = try JSON.parse(Array((lines.last ?? "").utf8))
      #expect(last["level"]?.string == level && last["message"]?.string?.isEmpty == false, "\(run.errors)")
    }
  }
}
