import FoundationEssentials
import Genba
import GenbaTestSupport
import Testing

/// What a data engineer relies on: the same bytes however the work was shared or interrupted, and nothing half-written.
@Suite struct ConversionContractTests {
  let folder: ConversionFolder

  init() throws { folder = try ConversionFolder() }

  @Test(arguments: ["webdataset", "safetensors-shards", "safetensors", "npy"])
  func jobsAndProcessesChangeNoByte(format: String) throws {
    try folder.writeSounds(32)
    try folder.copy("corrupt/truncated.flac", to: "in/0/broken.flac")
    let options = "in \(ConversionFolder.samples) --format \(format) --samples-per-shard 7"
    for jobs in [1, 2, 4] {
      let run = try folder.genba("convert \(options) --out jobs-\(jobs) --jobs \(jobs)")
      #expect(run.status == 1, "\(run.errors)")
    }
    let expected = try folder.outputs("jobs-1")
    #expect(expected["manifest.parquet"] != nil && expected["sidecars/000004.json"] != nil)
    #expect(try folder.outputs("jobs-2") == expected)
    #expect(try folder.outputs("jobs-4") == expected)

    // Three processes at once, in another order, with nothing shared but the folder.
    let genba = try Program.find("genba")
    let parts = [2, 0, 1].map { "'\(genba)' convert \(options) --out shared --shard-index \($0) --shard-count 3" }
    _ = try folder.sh(parts.map { "\($0) &" }.joined(separator: " ") + " wait")
    let shared = try folder.outputs("shared")
    let names = Set(shared.keys).union(expected.keys).filter { shared[$0] != expected[$0] }
    #expect(names.isEmpty, "\(names.sorted())")

    // A plan, and a process for each shard.
    #expect(try folder.genba("plan \(options) -o plan.jsonl").status == 0)
    for index in (0..<5).reversed() {
      let run = try folder.genba("convert --plan plan.jsonl --shard-index \(index) --out planned")
      #expect(run.status == (index == 0 ? 1 : 0), "\(index): \(run.errors)")
    }
    #expect(try folder.outputs("planned") == expected)
  }

  /// With another hash of the files, only what holds or names it differs.
  @Test(arguments: ["webdataset", "safetensors-shards", "safetensors", "npy"])
  func theHashOfShardsIsAChoice(format: String) throws {
    try folder.writeSounds(12)
    let options = "convert in \(ConversionFolder.samples) --format \(format) --samples-per-shard 7"
    #expect(try folder.genba("\(options) --out plain").status == 0)
    #expect(try folder.genba("\(options) --out quick --shard-hash xxh64 --jobs 2").status == 0)
    let (plain, quick) = (try folder.outputs("plain"), try folder.outputs("quick"))
    #expect(Set(plain.keys) == Set(quick.keys))
    let differing = plain.keys.filter { plain[$0] != quick[$0] }.sorted()
    #expect(
      differing == ["manifest.parquet", "plan.jsonl", "recipe.json", "sidecars/000000.json", "sidecars/000001.json"])

    let files = try JSON.parse(quick["sidecars/000001.json"] ?? [])["files"]?.elements ?? []
    let name = try #require(files.first?["name"]?.string)
    var checksum = XXH64()
    checksum.update(try #require(quick[name]))
    #expect(files[0]["xxh64"]?.string == checksum.hexadecimal && files.allSatisfy { $0["sha256"] == nil })

    #expect(try folder.genba("verify quick").status == 0)
    var bytes = try #require(quick[name])
    bytes[bytes.count - 1] ^= 1
    try folder.write(bytes, to: "quick/\(name)")
    let damaged = try folder.genba("verify quick")
    #expect(damaged.status == 1 && damaged.output.contains("\(name): the content was changed: its XXH64"), "\(damaged)")
    let other = try folder.genba("\(options) --out quick")
    #expect(other.status == 2 && other.errors.contains("recipe"), "\(other.errors)")
  }

  /// What a killed process leaves has no name that a reader looks for, and the next run removes it; another one's work
  /// and files that are not Genba's stay.
  @Test func whatAKilledProcessLeftIsRemoved() throws {
    try folder.writeSounds(30)
    let command = "convert in \(ConversionFolder.samples) --samples-per-shard 10 --progress none --out out"
    #expect(try folder.genba(command).status == 0)
    let expected = try folder.outputs("out")
    let left = [".partial/000000.lock", ".partial/plan-1.jsonl", ".recipe.json.1k.tmp", "sidecars/.000001.json.2k.tmp"]
    let foreign = [".notes.tmp", "sidecars/.notes.tmp"]
    _ = try folder.sh("mkdir -p out/.partial; cd out; touch \((left + foreign).joined(separator: " "))")
    _ = try folder.sh("flock out/.partial/000000.lock '\(Program.find("genba"))' \(command)")
    #expect(try Set(folder.outputs("out").keys) == Set(expected.keys).union(left + foreign))
    #expect(try folder.genba(command).status == 0)
    #expect(try Set(folder.outputs("out").keys) == Set(expected.keys).union(foreign))
  }

  @Test func killedAtAnyMomentItResumesToTheSameBytes() throws {
    try folder.writeSounds(120)
    let command = "convert in \(ConversionFolder.samples) --samples-per-shard 10 --jobs 2 --progress none --out"
    #expect(try folder.genba("\(command) whole").status == 0)
    let expected = try folder.outputs("whole")
    let genba = try Program.find("genba")
    var random = SeededRandom(state: 20)
    var finished: Set<Int> = []
    for attempt in 0..<20 {
      // From before the program has begun to after it has ended.
      let milliseconds = Int.random(in: 1...400, using: &random)
      _ = try folder.sh(
        "'\(genba)' \(command) killed & pid=$!; sleep 0.\(String(1000 + milliseconds).dropFirst()); kill -9 $pid; wait $pid 2> /dev/null"
      )
      let found = (try? folder.outputs("killed")) ?? [:]
      finished.insert(found.keys.count { $0.hasSuffix(".tar") })
      // Where outputs are, each is whole; `.partial` may hold anything until the next run.
      let outputs = found.filter { name, _ in
        !name.hasPrefix(".partial/")
          && (name.hasSuffix(".tar") || name == "manifest.jsonl" || name.hasSuffix(".parquet"))
      }
      let broken = outputs.filter { name, bytes in bytes != expected[name] }
      #expect(broken.keys.sorted().isEmpty, "after kill \(attempt)")
      if attempt % 5 == 4 {
        let run = try folder.genba("\(command) killed")
        #expect(run.status == 0, "\(run.errors)")
        let resumed = try folder.outputs("killed")
        let names = Set(resumed.keys).union(expected.keys)
        #expect(names.filter { resumed[$0] != expected[$0] }.sorted().isEmpty, "after kill \(attempt)")
        // Half of what is done goes, so that the next runs have work.
        for shard in stride(from: 0, to: 12, by: 2) {
          try FileManager.default.removeItem(
            atPath: "\(folder.path)/killed/sidecars/0000\(shard / 10)\(shard % 10).json")
        }
      }
    }
    #expect(finished.count > 1, "kills came at different moments: \(finished)")
  }

  @Test func interruptedItEndsWith130AndLeavesNoPartOfAShard() throws {
    let list = String(repeating: TestAssets.media("long-16k.flac") + "\n", count: 80)
    try folder.write(list, to: "list")
    let genba = try Program.find("genba")
    // Once the first shard is begun, most of it is still to be done.
    let run = try folder.sh(
      "'\(genba)' convert @list --model whisper-large-v3 --samples-per-shard 40 --out out & pid=$!; "
        + "while [ ! -e out/.partial/000000.lock ] && kill -0 $pid; do sleep 0.01; done; kill -INT $pid; wait $pid")
    #expect(run.status == 130 && run.errors.contains("interrupted"), "\(run.status) \(run.errors)")
    let left = try folder.outputs("out").keys
    #expect(left.count { $0.hasSuffix(".tar") } < 2 && !left.contains { $0.hasPrefix(".partial/") }, "\(left)")
  }

  @Test func onlyWhatFailedIsDoneAgain() throws {
    try folder.writeSounds(30)
    let good = ConversionFolder.wav([1, 2, 3, 4])
    try folder.write(good, to: "in/0/sound-11.wav")
    let command = "convert in \(ConversionFolder.samples) --samples-per-shard 10"
    #expect(try folder.genba("\(command) --out whole").status == 0)
    for format in ["webdataset", "safetensors-shards", "safetensors", "npy"] {
      try folder.write(good, to: "in/0/sound-11.wav")
      #expect(try folder.genba("\(command) --format \(format) --out whole-\(format)").status == 0)
      try folder.write("no sound", to: "in/0/sound-11.wav")
      #expect(try folder.genba("\(command) --format \(format) --out retried-\(format)").status == 1)
      let before = try dates("retried-\(format)")
      try folder.write(good, to: "in/0/sound-11.wav")
      // What was converted is not looked at again: it could not be.
      let hidden = try folder.sh("mv in/0/sound-5.wav hidden.wav")
      #expect(hidden.status == 0)
      let retry = try folder.genba("retry retried-\(format)")
      #expect(retry.status == 0, "\(retry.errors)")
      _ = try folder.sh("mv hidden.wav in/0/sound-5.wav")
      #expect(try folder.outputs("retried-\(format)") == folder.outputs("whole-\(format)"), "\(format)")
      let after = try dates("retried-\(format)")
      let touched = after.filter { before[$0.key] != $0.value }.keys.filter {
        $0.hasSuffix(".json") && $0.hasPrefix("sidecars")
      }
      #expect(touched.count == 1, "one shard held the failure: \(touched.sorted())")
      #expect(try folder.genba("retry retried-\(format)").status == 0, "nothing is left to do")
    }
  }

  /// What a retry says it did is what it did: samples that it took over are not converted, and neither is what no run has
  /// come to yet, which it leaves alone.
  @Test func aRetrySaysWhatItDid() throws {
    try folder.writeSounds(12)
    let good = try FileReading.bytes(of: folder.path + "/in/0/sound-2.wav")
    try folder.write("no sound", to: "in/0/sound-2.wav")
    let command = "convert in \(ConversionFolder.samples) --samples-per-shard 4 --out out --shard-count 3"
    for index in 0..<2 { _ = try folder.genba("\(command) --shard-index \(index)") }
    func slowest() throws -> Set<String> {
      try Set(folder.lines("out/sidecars/000001.times.jsonl").compactMap { $0["path"]?.string })
    }
    let before = try slowest()
    #expect(before.count == 4)
    let failed = try folder.genba("retry out")
    #expect(failed.status == 1 && failed.errors.contains("0 converted to out; 3 samples of the same shards kept"))
    try folder.write(good, to: "in/0/sound-2.wav")
    let mended = try folder.genba("retry out")
    #expect(
      mended.status == 1 && mended.errors.contains("1 converted to out; 3 samples of the same"), "\(mended.errors)")
    #expect(mended.errors.contains("4 inputs not converted yet; run that conversion again"), "\(mended.errors)")
    #expect(try slowest() == before, "the times of what was kept")
    #expect(try folder.genba("\(command) --shard-index 2").status == 0)
    let nothing = try folder.genba("retry out")
    #expect(nothing.status == 0 && nothing.errors == "genba: 0 converted to out; 12 inputs done before\n")
  }

  private func dates(_ name: String) throws -> [String: Date] {
    var dates: [String: Date] = [:]
    for file in try folder.outputs(name).keys {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)/\(file)")
      dates[file] = attributes[.modificationDate] as? Date
    }
    return dates
  }

  @Test func anotherRecipeOrOtherInputsNeedAnotherFolder() throws {
    try folder.writeSounds(5)
    let command = "convert in --out out --format npy"
    #expect(try folder.genba("\(command) \(ConversionFolder.samples)").status == 0)
    let other = try folder.genba("\(command) --recipe '{\"audio\":{\"feature\":\"samples\",\"sample_rate\":4000}}'")
    #expect(other.status == 2 && other.errors.contains("another recipe") && other.errors.contains("--overwrite"))
    try folder.write(ConversionFolder.wav([9, 9]), to: "in/0/a-first.wav")
    let inserted = try folder.genba("\(command) \(ConversionFolder.samples)")
    #expect(inserted.status == 2 && inserted.errors.contains("number 0 was") && inserted.errors.contains("a-first"))
    #expect(try folder.lines("out/manifest.jsonl").count == 5, "and what is there stays")
    try folder.write("mine", to: "out/notes.txt")
    #expect(try folder.genba("\(command) \(ConversionFolder.samples) --overwrite").status == 0)
    #expect(try folder.lines("out/manifest.jsonl").count == 6)
    #expect(try folder.outputs("out")["notes.txt"] != nil, "a file of the user's own stays")
    // More inputs behind those of before are taken in.
    try folder.write(ConversionFolder.wav([7, 7]), to: "in/9/last.wav")
    #expect(try folder.genba("\(command) \(ConversionFolder.samples)").status == 0)
    #expect(try folder.lines("out/manifest.jsonl").count == 7)
  }

  /// Somebody else's shards have the same names.
  @Test(arguments: ["000000.tar", "000004-001.safetensors", "manifest.jsonl", "recipe.json"])
  func whatIsNotOfThisConversionIsNotOverwritten(name: String) throws {
    try folder.writeSounds(3)
    try folder.write("theirs", to: "out/\(name)")
    try folder.write("mine", to: "out/notes.tar")
    let command = "convert in \(ConversionFolder.samples) --out out"
    #expect(try folder.genba("plan in \(ConversionFolder.samples) -o plan.jsonl").status == 0)
    for command in [command, "convert --plan plan.jsonl --out out", "\(command) --shard-index 0 --shard-count 2"] {
      let run = try folder.genba(command)
      #expect(run.status == 2 && run.errors.contains("this folder holds \(name) already"), "\(run.errors)")
    }
    #expect(try folder.outputs("out")[name] == Array("theirs".utf8))
    #expect(try folder.genba("\(command) --overwrite").status == 0)
    #expect(try folder.genba("verify out").status == 0)
    #expect(try folder.outputs("out")["notes.tar"] == Array("mine".utf8))
  }

  @Test func aModelThatWasChangedIsNamed() throws {
    try folder.writeSounds(1)
    try folder.copy("configs/whisper-large-v3", to: "model")
    #expect(try folder.genba("convert in --model model --out out").status == 0)
    #expect(try folder.sh("echo >> model/preprocessor_config.json").status == 0)
    for command in ["convert in --model model --out out", "retry out"] {
      let run = try folder.genba(command)
      #expect(run.status == 2 && run.errors.contains("model was changed since"), "\(run.errors)")
    }
  }

  @Test func largeShardsAreSplit() throws {
    try folder.writeSounds(20)
    for (format, ending) in [("webdataset", "tar"), ("safetensors-shards", "safetensors")] {
      let run = try folder.genba(
        "convert in \(ConversionFolder.samples) --format \(format) --max-shard-bytes \(format == "webdataset" ? 10_000 : 40) --out \(format)"
      )
      #expect(run.status == 0, "\(run.errors)")
      let files = try folder.outputs(format).keys.filter { $0.hasSuffix(".\(ending)") }.sorted()
      #expect(
        files.count > 3 && files.first == "000000-001.\(ending)" && files.contains("000000.\(ending)"), "\(files)")
      #expect(try folder.genba("verify \(format)").status == 0)
    }
  }
}
