import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

/// Every way in which an input or an output can fail, each brought about by a real file.
@Suite struct ConversionFailureTests {
  let folder: ConversionFolder

  init() throws { folder = try ConversionFolder() }

  @Test func everyClassOfFailureHasItsInput() throws {
    let inputs: [(asset: String, expected: String)] = [
      ("corrupt/bad-crc.png", "decode"), ("corrupt/empty.wav", "decode"), ("corrupt/truncated.flac", "partial"),
      ("corrupt/half.jpg", "partial"), ("corrupt/text.mp4", "unsupported"), ("corrupt/huge-header.png", "limit"),
      ("corrupt/no-samples.wav", "too_short"),
    ]
    var list = "missing.wav\n"
    for (index, input) in inputs.enumerated() {
      let name = "\(index)-\(input.asset.split(separator: "/").last!)"
      try folder.copy(input.asset, to: name)
      list += name + "\n"
    }
    let recipe = #"'{"audio":{"model":"parakeet-ctc-1.1b"},"image":{}}'"#
    let run = try folder.genba("convert - --recipe \(recipe) --out out", input: list)
    #expect(run.status == 1, "\(run.errors)")
    let errors = try folder.lines("out/errors.jsonl")
    #expect(errors.map { $0["class"]?.string } == ["open"] + inputs.map(\.expected))
    #expect(errors.count == 8 && errors.allSatisfy { $0["path"]?.string != nil && $0["message"]?.string != nil })
    #expect(errors[3]["time"]?.double ?? 0 > 1, "where the sound ends")
    for (index, input) in inputs.enumerated() { #expect(run.errors.contains("\(index)-"), "\(input.asset) is named") }
    // Run again, there is nothing to do, and not all is done.
    let again = try folder.genba("convert - --recipe \(recipe) --out out", input: list)
    #expect(again.status == 1 && again.errors.contains("8 inputs done before, with 8 failures"), "\(again.errors)")
  }

  @Test func aFileThatTakesTooLongOrCrashesCostsOneSample() throws {
    try folder.copy("media/one-sample.wav", to: "in/1.wav")
    // 9000 x 9000 pixels of one colour: few bytes, and 486 MB once decoded and made RGB.
    let wide = Image(
      pixels: .uint8(Tensor(shape: [9000, 9000, 1]) { out in for _ in 0..<81_000_000 { out.append(7) } }),
      colorModel: .gray)
    try folder.write(try PNGEncoder.encode(wide), to: "in/2.png")
    try folder.copy("media/one-sample.wav", to: "in/3.wav")
    let recipe = #"--recipe '{"audio":{},"image":{"size":[8,8]}}' --samples-per-shard 2"#
    if !Program.isSanitized {
      let crash = try folder.genba("convert in \(recipe) --memory-per-file 250 --out crash")
      #expect(crash.status == 1, "\(crash.errors)")
      #expect(try folder.lines("crash/manifest.jsonl").map { $0["status"]?.string } == ["ok", "failed", "ok"])
      let failure = try #require(try folder.lines("crash/errors.jsonl").first)
      #expect(failure["class"]?.string == "crash" && failure["path"]?.string == "in/2.png", "\(failure)")
    }

    let slow = try folder.genba("convert in \(recipe) --timeout-per-file 0.05 --out slow --jobs 2")
    #expect(slow.status == 1)
    let failures = try folder.lines("slow/errors.jsonl")
    #expect(failures.contains { $0["class"]?.string == "timeout" && $0["path"]?.string == "in/2.png" })

    // In children or not, the same bytes.
    let plain = try folder.genba("convert in \(recipe) --out plain")
    let isolated = try folder.genba("convert in \(recipe) --out isolated --isolate --jobs 2")
    #expect(plain.status == 0 && isolated.status == 0, "\(plain.errors) \(isolated.errors)")
    #expect(try folder.outputs("plain") == folder.outputs("isolated"))
  }

  @Test func aSampleThatLacksARecordingIsPartial() throws {
    try folder.copy("media/one-sample.wav", to: "sound.wav")
    try folder.copy("corrupt/half.jpg", to: "half.jpg")
    try folder.copy("media/photo-1x1.jpg", to: "dot.jpg")
    try folder.write(
      """
      {"key": "both", "audio": "sound.wav", "image": "dot.jpg", "label": 3}
      {"key": "half", "audio": "sound.wav", "image": "half.jpg", "label": 4}
      {"key": "none", "audio": "gone.wav", "image": "half.jpg", "label": 5}
      """, to: "rows.jsonl")
    let recipe = #"--recipe '{"audio":{},"image":{}}'"#
    #expect(try folder.genba("convert --manifest rows.jsonl \(recipe) --out out").status == 1)
    let rows = try folder.lines("out/manifest.jsonl")
    #expect(rows.map { $0["status"]?.string } == ["ok", "partial", "failed"])
    #expect(rows[1]["tensors"]?.members.map(\.key) == ["samples", "sample_rate"])
    #expect(rows[1]["columns"]?["label"]?.int == 4)
    #expect(try folder.lines("out/errors.jsonl").count == 3)
    #expect(try folder.genba("convert --manifest rows.jsonl \(recipe) --require image --out strict").status == 1)
    #expect(try folder.lines("strict/manifest.jsonl").map { $0["status"]?.string } == ["ok", "failed", "failed"])
  }

  /// A row that lacks a required column has failed, whatever else it has, in every way of running.
  @Test func aSampleWithoutARequiredColumnHasFailed() throws {
    try folder.copy("media/speech-16k.wav", to: "sound.wav")
    try folder.copy("media/photo-1x1.jpg", to: "dot.jpg")
    try folder.write(
      """
      key,audio,front,text
      both,sound.wav,dot.jpg,"a, b"
      empty,sound.wav,,c
      picture,,dot.jpg,
      nothing,,,d

      """, to: "rows.csv")
    let options = #"--manifest rows.csv --map image=front --recipe '{"audio":{},"image":{}}' --samples-per-shard 3"#
    // By the kind, and by the manifest's own name for it.
    for name in ["image", "front"] {
      let run = try folder.genba("convert \(options) --require \(name) --out \(name)")
      #expect(run.status == 1, "\(run.errors)")
      #expect(run.errors.contains("genba: sample empty has no \"\(name)\", which the recipe requires [partial]\n"))
      #expect(
        try folder.lines("\(name)/manifest.jsonl").map { $0["status"]?.string } == ["ok", "failed", "ok", "failed"])
      let errors = try folder.lines("\(name)/errors.jsonl")
      #expect(errors.map { $0["key"]?.string } == ["empty", "nothing"])
      #expect(errors.allSatisfy { $0["class"]?.string == "partial" && $0["column"]?.string == name })
    }
    let expected = try folder.outputs("image")
    for (how, output) in [("--jobs 2", "jobs"), ("--jobs 4 --isolate", "isolated")] {
      #expect(try folder.genba("convert \(options) --require image \(how) --out \(output)").status == 1)
      #expect(try folder.outputs(output) == expected)
    }
    #expect(try folder.genba("plan \(options) --require image -o plan.jsonl").status == 0)
    for index in 0..<2 { _ = try folder.genba("convert --plan plan.jsonl --shard-index \(index) --out planned") }
    #expect(try folder.outputs("planned") == expected)
    #expect(try folder.genba("retry image").status == 1)
    #expect(try folder.outputs("image") == expected)

    // A row that lacks a picture gives one failure and no window; text that is required is there or not.
    let windows = try folder.genba("convert \(options) --require image --window-length 1 --out windows")
    #expect(windows.status == 1)
    let rows = try folder.lines("windows/manifest.jsonl")
    #expect(rows.count { $0["ordinal"]?.int == 0 } > 1 && rows.count { $0["ordinal"]?.int == 1 } == 1)
    #expect(try folder.genba("convert \(options) --require text --require image --out text").status == 1)
    #expect(try folder.lines("text/errors.jsonl").compactMap { $0["column"]?.string } == ["image", "text", "image"])
    // Without anything required, a row of no recording is a mistake.
    #expect(try folder.genba("convert \(options) --out plain").errors.contains("rows.csv: line 5: the row names no"))
  }

  @Test func aRunEndsAfterTooManyFailures() throws {
    try folder.writeSounds(10)
    for name in ["in/0/sound-3.wav", "in/0/sound-5.wav"] { try folder.write("no sound", to: name) }
    let command = "convert in \(ConversionFolder.samples) --samples-per-shard 2"
    let first = try folder.genba("\(command) --on-error fail --out first")
    #expect(first.status == 1 && first.errors.contains("stopped at the first input that failed"), "\(first.errors)")
    let second = try folder.genba("\(command) --max-errors 10% --out second")
    #expect(
      second.status == 1 && second.errors.contains("stopped: 2 inputs have failed, and 1 may"), "\(second.errors)")
    let third = try folder.genba("\(command) --max-errors 2 --out third")
    #expect(third.status == 1 && !third.errors.contains("stopped"))
  }

  /// The shares of a job that is run in parts are one budget: 2 of 20 inputs failed, and 2 more, of which 3 may.
  @Test func failuresOfEarlierRunsCount() throws {
    try folder.writeSounds(20)
    for index in [0, 1, 9, 14] { try folder.write("no sound", to: "in/0/sound-\(index).wav") }
    try folder.write(
      (0..<20).map { "in/0/sound-\($0).wav\n" }.joined(), to: "list")
    let command = "convert @list \(ConversionFolder.samples) --samples-per-shard 5 --progress none --out out"
    let stopped = try folder.genba("\(command) --max-errors 10%")
    #expect(stopped.errors.contains("stopped: 3 inputs have failed, and 2 may"), "\(stopped.errors)")
    let again = try folder.genba("\(command) --max-errors 3")
    #expect(
      again.status == 1
        && again.errors.contains("stopped: 4 inputs have failed, 2 of them in an earlier run, and 3 may"),
      "\(again.errors)")
    let before = try folder.outputs("out")
    #expect(before.keys.filter { $0.hasSuffix(".tar") }.count == 2, "the shards of the first three failures")
    // What is in shards already is enough: nothing is begun.
    let refused = try folder.genba("\(command) --max-errors 2")
    #expect(
      refused.status == 1
        && refused.errors
          == "genba: not begun: 3 inputs failed in an earlier run, and 2 may; `genba retry out` tries them again\n",
      "\(refused.errors)")
    #expect(try folder.outputs("out") == before)
    // What a run does at its own first failure is no matter of earlier ones; and a retry has none.
    let first = try folder.genba("\(command) --on-error fail")
    #expect(first.errors.contains("stopped at the first input that failed"), "\(first.errors)")
    #expect(try folder.genba("retry out --max-errors 3").status == 1)
    #expect(try folder.genba("\(command) --max-errors 20%").errors.contains("stopped") == false)
  }

  /// An input that gives ten windows fails once.
  @Test func windowsOfOneInputAreOneFailure() throws {
    try folder.copy("media/speech-16k.wav", to: "in/sound.wav")
    try folder.copy("corrupt/half.jpg", to: "in/half.jpg")
    try folder.write(
      """
      {"key": "half", "audio": "in/sound.wav", "image": "in/half.jpg"}
      {"key": "whole", "audio": "in/sound.wav"}
      """, to: "rows.jsonl")
    let recipe = #"'{"audio":{},"image":{},"window":{"length":0.1}}'"#
    let command = "convert --manifest rows.jsonl --recipe \(recipe) --samples-per-shard 1 --out out"
    #expect(try folder.genba(command).errors.contains("1 failed"))
    _ = try folder.sh("rm out/sidecars/000001.json")
    let again = try folder.genba("\(command) --max-errors 1")
    #expect(again.status == 1 && again.errors.contains("converted to out"), "\(again.errors)")
  }

  @Test(.disabled(if: Program.isUnderThreadSanitizer, "its own file is larger than the limit"))
  func aFullDiskIsSaidAndNothingIsLost() throws {
    try folder.writeSounds(40)
    let command = "convert in \(ConversionFolder.samples) --samples-per-shard 10 --out out"
    // A limit on the size of files stands in for a disk that is full: writing fails in the same way.
    let full = try folder.sh("ulimit -f 30; exec '\(Program.find("genba"))' \(command)")
    #expect(full.status == 1 && full.errors.contains("writing failed"), "\(full.status) \(full.errors)")
    #expect(try folder.outputs("out").keys.allSatisfy { !$0.hasSuffix(".tar") && !$0.hasPrefix(".partial/") })
    #expect(try folder.genba(command).status == 0)
    #expect(try folder.genba("verify out").status == 0)
  }

  /// A disk of 200 kB of its own, where the system lets a user mount one.
  @Test func aDiskThatIsReallyFullIsSaidAndNothingIsLost() throws {
    try folder.writeSounds(300)
    let command = "convert in \(ConversionFolder.samples) --samples-per-shard 20 --out disk/out"
    let script = """
      mkdir disk && mount -t tmpfs -o size=200k none disk || exit 99
      '\(try Program.find("genba"))' \(command); echo $? > status
      ls disk/out/.partial | wc -l > partial; mount -o remount,size=8m disk
      '\(try Program.find("genba"))' \(command) && cp -r disk/out kept
      """
    try folder.write(script, to: "script.sh")
    let run = try folder.sh("unshare -rm sh script.sh")
    guard run.status != 99, !run.errors.contains("unshare") else { return }
    #expect(run.status == 0 && run.errors.contains("No space left") && run.errors.contains("resumes"), "\(run.errors)")
    let status = String(decoding: try FileReading.bytes(of: folder.path + "/status"), as: UTF8.self)
    #expect(status == "1\n", "\(status) \(run.errors)")
    #expect(String(decoding: try FileReading.bytes(of: folder.path + "/partial"), as: UTF8.self) == "0\n")
    #expect(try folder.genba(command.replacing("disk/out", with: "whole")).status == 0)
    #expect(try folder.outputs("kept") == folder.outputs("whole"))
  }

  @Test func anInputThatVanishesAfterThePlanCostsOneSample() throws {
    try folder.writeSounds(5)
    #expect(try folder.genba("plan in \(ConversionFolder.samples) -o plan.jsonl").status == 0)
    let good = try FileReading.bytes(of: folder.path + "/in/0/sound-2.wav")
    try FileManager.default.removeItem(atPath: folder.path + "/in/0/sound-2.wav")
    let run = try folder.genba("convert --plan plan.jsonl --out out")
    #expect(run.status == 1 && run.errors.contains("sound-2.wav"), "\(run.errors)")
    #expect(try folder.lines("out/errors.jsonl").map { $0["class"]?.string } == ["open"])
    #expect(try folder.lines("out/manifest.jsonl").map { $0["ordinal"]?.int } == [0, 1, 2, 3, 4], "nothing moves")
    try folder.write(good, to: "in/0/sound-2.wav")
    #expect(try folder.genba("retry out").status == 0)
  }

  /// Lists are not looked into beforehand, so a pipe in one is that input's failure. Nobody writes into it: a program that
  /// opened it would be ended after 20 s.
  @Test func aPipeInAListCostsOneSample() throws {
    try folder.writeSounds(2)
    let genba = try "timeout -s KILL 20 '\(Program.find("genba"))'"
    let list = "in/0/sound-0.wav\npipe.wav\n/dev/zero\nin/0/sound-1.wav\n"
    try folder.write(#"{"left": "in/0/sound-0.wav", "right": "pipe.wav"}"# + "\n", to: "rows.jsonl")
    for (inputs, failures) in [("-", 2), ("- --isolate", 2), ("- --window-length 1", 2), ("--manifest rows.jsonl", 1)] {
      let recipe = #"--recipe '{"audio":{},"stereo":{}}'"#
      let run = try folder.sh(
        "[ -p pipe.wav ] || mkfifo pipe.wav; \(genba) convert \(inputs) \(recipe) --out out --overwrite", input: list)
      #expect(run.status == 1 && run.errors.contains("pipe.wav: this is a pipe"), "\(inputs): \(run.errors)")
      let errors = try folder.lines("out/errors.jsonl")
      #expect(errors.map { $0["class"]?.string } == Array(repeating: "open", count: failures), "\(inputs)")
      #expect(errors[0]["path"]?.string == "pipe.wav")
    }
  }

  /// `flock` stands for the other process, and holds the lock as that would.
  @Test func aShardInUseByAnotherProcessIsNotTouched() throws {
    try folder.writeSounds(3)
    let command = "'\(try Program.find("genba"))' convert in \(ConversionFolder.samples) --out out"
    let run = try folder.sh("mkdir -p out/.partial && flock out/.partial/000000.lock \(command)")
    #expect(run.status == 1 && run.errors.contains("another process is working on shard 0"), "\(run.errors)")
    #expect(try !folder.outputs("out").keys.contains { $0.hasSuffix(".tar") || $0.hasPrefix("sidecars/") })
    #expect(try folder.sh(command).status == 0)
  }
}
