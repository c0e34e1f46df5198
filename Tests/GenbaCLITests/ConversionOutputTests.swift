import FoundationEssentials
import GenbaTestSupport
import Testing

@testable import Genba

/// What stands in outputs, and what the verbs say of them.
@Suite struct ConversionOutputTests {
  let folder: ConversionFolder

  init() throws { folder = try ConversionFolder() }

  @Test func aSampleIsOneReadAway() throws {
    try folder.copy("media/machine-44k1-stereo.flac", to: "in/machine.flac")
    try folder.copy("media/tiny.aiff", to: "in/tiny.aiff")
    for format in ["webdataset", "safetensors-shards", "safetensors", "npy"] {
      let run = try folder.genba("convert in \(ConversionFolder.samples) --format \(format) --out \(format)")
      #expect(run.status == 0, "\(run.errors)")
      for row in try folder.lines("\(format)/manifest.jsonl") {
        let path = try #require(row["inputs"]?["file"]?.string)
        let expected = try AudioDecoder("\(folder.path)/\(path)").allSamples().samples
        let name = format == "safetensors-shards" ? row["key"]!.string! + "/samples" : "samples"
        let place = try #require(row["tensors"]?[name])
        #expect(place["shape"]?.elements?.compactMap(\.int) == expected.shape)
        let file = place["file"]?.string ?? row["shard"]!.string!
        let data = try Data(contentsOf: URL(filePath: "\(folder.path)/\(format)/\(file)"))
        let start = place["offset"]!.int!
        let bytes = Array(data[start..<start + 4 * expected.count])
        let truth = Array(expected).flatMap { sample in
          (0..<4).map { UInt8(truncatingIfNeeded: sample.bitPattern >> (8 * UInt32($0))) }
        }
        #expect(bytes == truth, "\(format) \(name)")
        if format == "webdataset" || format == "safetensors-shards" {
          var checksum = XXH64()
          checksum.update(Array(data[row["offset"]!.int!..<row["offset"]!.int! + row["bytes"]!.int!]))
          #expect(checksum.hexadecimal == row["xxh64"]?.string)
        }
      }
    }
    let whole = try TensorBundle(contentsOf: "\(folder.path)/safetensors-shards/000000.safetensors")
    #expect(whole["000000001/samples"]?.shape == [1, 100] || whole["000000001/samples"]?.shape.last == 100)
  }

  @Test func archivesHoldWhatWasAskedFor() throws {
    try folder.copy("media/tiny.aiff", to: "in/tiny.aiff")
    let run = try folder.genba(
      "convert in \(ConversionFolder.samples) --members safetensors --keep-media --dtype bfloat16 --keys path --out out"
    )
    #expect(run.status == 0, "\(run.errors)")
    let list = try folder.sh("tar tf out/000000.tar && tar xf out/000000.tar")
    #expect(
      list.status == 0 && list.output == "tiny_aiff.json\ntiny_aiff.safetensors\ntiny_aiff.aiff\n", "\(list.output)")
    let bundle = try TensorBundle(contentsOf: folder.path + "/tiny_aiff.safetensors")
    #expect(bundle["samples"]?.dtype == .bfloat16 && bundle["sample_rate"]?.dtype == .int64)
    #expect(
      try FileReading.bytes(of: folder.path + "/tiny_aiff.aiff") == FileReading.bytes(of: TestAssets.media("tiny.aiff"))
    )
    let npy = try folder.genba("convert in \(ConversionFolder.samples) --dtype bfloat16 --out no")
    #expect(npy.status == 2 && npy.errors.contains("numpy has no bfloat16") && npy.errors.contains("--members"))
  }

  @Test func windowsAreSlicesOfTheWhole() throws {
    try folder.copy("media/machine-44k1-stereo.flac", to: "machine.flac")
    try folder.copy("media/notify.oga", to: "notify.oga")
    let run = try folder.genba(
      "convert machine.flac notify.oga \(ConversionFolder.samples) --window-length 1 --window-hop 0.7 --format safetensors --out out"
    )
    #expect(run.status == 0, "\(run.errors)")
    let rows = try folder.lines("out/manifest.jsonl")
    for name in ["machine.flac", "notify.oga"] {
      let whole = try AudioDecoder("\(folder.path)/\(name)").allSamples()
      let rate = Double(whole.sampleRate)
      let count = rows.count { $0["key"]?.string?.hasPrefix(name) == true }
      #expect(count == Int((whole.durationSeconds / 0.7).rounded(.up)), "\(name)")
      for window in 0..<count {
        let bundle = try TensorBundle(
          contentsOf: "\(folder.path)/out/\(name)-0000\(window).safetensors")
        let samples = try #require(bundle.tensor("samples", as: Float.self))
        let first = Int((0.7 * Double(window) * rate).rounded(.toNearestOrEven))
        let end = min(Int(((0.7 * Double(window) + 1) * rate).rounded(.toNearestOrEven)), whole.sampleCount)
        #expect(samples.shape == [whole.channelCount, end - first])
        for channel in 0..<whole.channelCount {
          let slice = whole.channel(channel).extracting(first..<end)
          let part = samples.span.extracting(channel * (end - first)..<(channel + 1) * (end - first))
          #expect((0..<end - first).allSatisfy { slice[$0] == part[$0] }, "\(name), window \(window)")
        }
      }
    }
  }

  /// Too short for a window is one thing, and over before the first one begins another.
  @Test func aRecordingWithoutAWindowSaysWhy() throws {
    try folder.write(ConversionFolder.wav([UInt8](repeating: 1, count: 16_000)), to: "second.wav")
    try folder.write(
      """
      {"audio": "second.wav", "start": 0.75}
      {"audio": "second.wav", "start": 60, "end": 62}
      {"audio": "second.wav", "start": 0.5}
      """, to: "rows.jsonl")
    let recipe = #"--recipe '{"audio": {}, "window": {"length": 0.5, "tail": "drop"}}'"#
    #expect(try folder.genba("convert --manifest rows.jsonl \(recipe) --out out").status == 1)
    let errors = try folder.lines("out/errors.jsonl")
    #expect(errors.map { $0["class"]?.string } == ["too_short", "too_short"])
    #expect(errors.first?["message"]?.string == "the recording is shorter than a window of 0.5 s")
    #expect(
      errors.last?["message"]?.string == "the recording ends before 60.0 s, where its first window would begin")
    #expect(try folder.lines("out/manifest.jsonl").last?["status"]?.string == "ok")
  }

  @Test func soundAndVideoAreCutAtTheSameTimes() throws {
    try folder.copy("media/line-h264.mp4", to: "line.mp4")
    try folder.write(
      #"{"key": "line", "video": "line.mp4", "audio": "line.mp4", "text": "a line", "start": 0.5, "end": 2.5}"#,
      to: "rows.jsonl")
    let run = try folder.genba(
      #"convert --manifest rows.jsonl --recipe '{"video":{"fps":4,"size":[32,24]},"audio":{"sample_rate":8000,"channels":"mono"},"window":{"length":1,"tail":"drop"}}' --out out --format safetensors"#
    )
    #expect(run.status == 0, "\(run.errors)")
    let rows = try folder.lines("out/manifest.jsonl")
    #expect(rows.count == 2)
    for (window, row) in rows.enumerated() {
      let bundle = try TensorBundle(contentsOf: "\(folder.path)/out/\(row["shard"]!.string!)")
      #expect(bundle["frames"]?.shape == [4, 3, 24, 32] && bundle["samples"]?.shape == [1, 8000])
      let times = Array(try #require(bundle.tensor("pts_seconds", as: Double.self)))
      #expect(abs(times[0] - (0.5 + Double(window))) < 1e-9)
      #expect(row["columns"]?["text"]?.string == "a line")
    }
    let short = try folder.genba(
      #"convert line.mp4 --recipe '{"audio":{},"video":{},"window":{"length":60,"tail":"drop"}}' --out short"#)
    #expect(short.status == 1)
    #expect(try folder.lines("short/errors.jsonl").first?["class"]?.string == "too_short")
  }

  @Test func depthIsInMetres() throws {
    try folder.copy("media/png-gray16.png", to: "depth.png")
    try folder.write(#"{"key": "a", "depth": "depth.png"}"#, to: "rows.jsonl")
    let run = try folder.genba(
      #"convert --manifest rows.jsonl --recipe '{"depth":{"scale":"mm"}}' --format safetensors --out out"#)
    #expect(run.status == 0, "\(run.errors)")
    let bundle = try TensorBundle(contentsOf: folder.path + "/out/a.safetensors")
    let expected = try DepthMap(contentsOf: folder.path + "/depth.png", scale: .millimetres)
    #expect(bundle["depth"] == AnyTensor(expected.metres) && bundle["valid_mask"] == AnyTensor(expected.validMask))
    let vague = try folder.genba("convert --manifest rows.jsonl --recipe '{\"depth\":{}}' --out vague")
    #expect(vague.status == 2 && vague.errors.contains("scale"))
  }

  /// Larger than the blocks that are written beside the cache, and no multiple of them.
  @Test func aLargeFileHasTheBytesThatWereHashed() throws {
    let image = Image(
      pixels: .uint8(
        Tensor(shape: [1501, 1999, 3]) { out in
          for index in 0..<1501 * 1999 * 3 { out.append(UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 13)) }
        }), colorModel: .rgb)
    try folder.write(try PNGEncoder.encode(image), to: "large.png")
    for format in ["webdataset", "safetensors-shards", "safetensors", "npy"] {
      let run = try folder.genba("convert large.png --recipe '{\"image\":{}}' --format \(format) --out \(format)")
      #expect(run.status == 0, "\(run.errors)")
      #expect(try folder.genba("verify \(format)").status == 0)
      let row = try folder.lines("\(format)/manifest.jsonl")[0]
      let place = try #require(row["tensors"]?.members.first { $0.key.hasSuffix("image") }?.value)
      let file = place["file"]?.string ?? row["shard"]!.string!
      let data = try Data(contentsOf: URL(filePath: "\(folder.path)/\(format)/\(file)"))
      let start = place["offset"]!.int!
      #expect(
        image.tensor.as(UInt8.self).map(Array.init) == Array(data[start..<start + image.tensor.count]), "\(format)")
    }
  }

  @Test func loudnessIsThatOfTheStandard() throws {
    try folder.copy("media/speech-16k.wav", to: "in/speech.wav")
    try folder.copy("media/one-sample.wav", to: "in/short.wav")
    #expect(try folder.genba("convert in \(ConversionFolder.samples) --out out").status == 0)
    let rows = try folder.lines("out/manifest.jsonl")
    let expected = try Loudness(AudioDecoder(TestAssets.media("speech-16k.wav")).allSamples()).integrated
    #expect(rows[0]["loudness_lufs"] == nil, "0.4 s are the least that loudness is of")
    #expect(abs((rows[1]["loudness_lufs"]?.double ?? 0) - expected) <= 0.005)
  }

  @Test func modelsSeeWhatTheySeeAlone() throws {
    try folder.copy("media/line-h264.mp4", to: "line.mp4")
    let run = try folder.genba("convert line.mp4 --model qwen2.5-vl --format safetensors --out out")
    #expect(run.status == 0, "\(run.errors)")
    let bundle = try TensorBundle(contentsOf: folder.path + "/out/line.mp4.safetensors")
    let alone = try Pipeline(model: "qwen2.5-vl")(videos: ["\(folder.path)/line.mp4"])
    for (name, tensor) in alone { #expect(bundle[name] == tensor, "\(name)") }
    for (key, value) in alone.metadata { #expect(bundle.metadata[key] == value, "\(key)") }
  }

  @Test func verifyFindsWhatWasChanged() throws {
    try folder.writeSounds(10)
    #expect(try folder.genba("convert in \(ConversionFolder.samples) --samples-per-shard 5 --out out").status == 0)
    let whole = try folder.genba("verify out")
    #expect(
      whole.status == 0 && whole.output.isEmpty && whole.errors.contains("2 shards, 10 samples, 20 tensors"),
      "\(whole.errors)")
    let range = try folder.genba("verify out --max 0.001 --json")
    #expect(range.status == 1 && range.output.contains("outside"))

    let row = try folder.lines("out/manifest.jsonl")[7]
    var bytes = try FileReading.bytes(of: folder.path + "/out/000001.tar")
    bytes[row["tensors"]!["samples"]!["offset"]!.int!] ^= 0x40
    try folder.write(bytes, to: "out/000001.tar")
    let damaged = try folder.genba("verify out")
    #expect(damaged.status == 1)
    let found = damaged.output.split(separator: "\n")
    #expect(
      found.count == 2 && found[0].hasPrefix("000001.tar: ")
        && found[1] == "000001.tar: 000000007: the sample is damaged",
      "\(damaged.output)")

    // A line for each file, and not for each of its samples.
    try folder.write(Array(bytes.prefix(row["offset"]!.int! + 1)), to: "out/000001.tar")
    _ = try folder.sh("rm out/000000.tar")
    let cut = try folder.genba("verify out").output.split(separator: "\n")
    #expect(
      cut == [
        "000000.tar: there is no such file any more", "000000.tar: 5 of its samples are gone, from 000000000 on",
        "000001.tar: the file has \(row["offset"]!.int! + 1) bytes, and \(bytes.count) were written",
        "000001.tar: 3 of its samples are gone, from 000000007 on",
      ], "\(cut)")

    _ = try folder.sh("rm out/sidecars/000001.json")
    let merge = try folder.genba("merge out")
    #expect(merge.status == 2 && merge.errors.contains("2 of 2 shards are missing, the first is 0"), "\(merge.errors)")
  }

  /// Training reads the manifest: one that says something else than the shards is as wrong as a changed shard.
  @Test func verifyFindsRecordsThatAreNotThoseOfTheShards() throws {
    try folder.writeSounds(10)
    try folder.write("no sound", to: "in/0/sound-3.wav")
    #expect(try folder.genba("convert in \(ConversionFolder.samples) --samples-per-shard 5 --out out").status == 1)
    #expect(try folder.genba("verify out").status == 0, "a failure is no fault of the output")
    let whole = try folder.outputs("out")
    let changes = [
      ("sed -i 's/\"ordinal\":7/\"ordinal\":8/' out/manifest.jsonl", "manifest.jsonl: line 8 was changed"),
      ("sed -i '$d' out/manifest.jsonl", "manifest.jsonl: line 10 was changed"),
      ("echo '{}' >> out/manifest.jsonl", "manifest.jsonl: line 11 was changed"),
      ("rm out/manifest.jsonl", "manifest.jsonl: there is no such file"),
      (": > out/errors.jsonl", "errors.jsonl: line 1 was changed"),
      ("printf x | dd of=out/manifest.parquet bs=1 seek=90 conv=notrunc 2> /dev/null", "manifest.parquet: this is not"),
      ("echo >> out/manifest.parquet", "manifest.parquet: this is not"),
    ]
    for (change, expected) in changes {
      let run = try folder.sh("\(change); exec '\(Program.find("genba"))' verify out")
      #expect(run.status == 1 && run.output.hasPrefix(expected), "\(change): \(run.output) \(run.errors)")
      #expect(run.output.count { $0 == "\n" } == 1 && run.output.contains("genba merge"), "\(run.output)")
      #expect(try folder.genba("merge out").status == 0)
      #expect(try folder.outputs("out") == whole, "after \(change)")
    }
    // Of rows that were changed, no records are to be made.
    let rows = try folder.sh(
      "sed -i 's/sound-4/sound-9/' out/sidecars/000000.jsonl; exec '\(Program.find("genba"))' verify out")
    #expect(rows.status == 1 && !rows.output.contains("genba merge"), "\(rows.output)")
  }

  /// A key's letters may be of several bytes; what stands behind it is counted in bytes.
  @Test(arguments: ["webdataset", "safetensors-shards", "safetensors", "npy"])
  func keysOfAnyScriptAreReadBack(format: String) throws {
    try folder.writeSounds(4)
    try folder.write(
      """
      {"key": "現場/ラインの音", "audio": "in/0/sound-1.wav"}
      {"key": "a b/gr\u{FC}n 🏭", "audio": "in/0/sound-2.wav"}
      {"key": "plain", "audio": "in/0/sound-3.wav"}
      """, to: "rows.jsonl")
    let run = try folder.genba("convert --manifest rows.jsonl \(ConversionFolder.samples) --format \(format) --out out")
    #expect(run.status == 0, "\(run.errors)")
    let verified = try folder.genba("verify out")
    #expect(
      verified.status == 0 && verified.errors.contains("3 samples, 6 tensors"), "\(verified.output) \(verified.errors)")
    let output = try ConversionOutput(folder.path + "/out")
    try output.forEachRow { (row) throws(GenbaError) in
      #expect(try output.tensors(of: row).names.sorted() == ["sample_rate", "samples"], "\(row.key)")
    }
  }

  @Test func verifyFindsNumbersThatCannotBeTrainedOn() throws {
    let bits: [UInt32] = [0x3F80_0000, 0x7FC0_0000, 0x7F80_0000]
    let samples = bits.flatMap { bits in (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) } }
    var wav = ConversionFolder.wav(samples)
    // IEEE float of 32 bits.
    (wav[20], wav[32], wav[34]) = (3, 4, 32)
    try folder.write(wav, to: "in/nan.wav")
    #expect(try folder.genba("convert in \(ConversionFolder.samples) --out out").status == 0)
    let run = try folder.genba("verify out")
    #expect(
      run.status == 1 && run.output.contains("samples has 1 NaN") && run.output.contains("1 infinite"), "\(run.output)")
  }

  /// A retry believes the plan, and a reader the recipe.
  @Test func aChangedPlanOrRecipeIsFound() throws {
    try folder.writeSounds(6)
    #expect(try folder.genba("convert in \(ConversionFolder.samples) --samples-per-shard 2 --out out").status == 0)
    for (change, finding) in [
      ("s/sound-3/sound-2/ out/plan.jsonl", "plan.jsonl: the inputs of shard 1 were changed\n"),
      ("1s/samples_per_shard\":2/samples_per_shard\":3/ out/plan.jsonl", "plan.jsonl: the recipe in its first line"),
      ("s/npy/npz/ out/recipe.json", "recipe.json: this is not the recipe that the shards were made by"),
    ] {
      let file = change.split(separator: " ").last ?? ""
      let run = try folder.sh(
        "cp \(file) kept; sed -i '\(change.dropLast(file.count + 1))' \(file); exec '\(Program.find("genba"))' verify out"
      )
      #expect(run.status == 1 && run.output.contains(finding), "\(change): \(run.output) \(run.errors)")
      _ = try folder.sh("mv kept \(file)")
    }
    #expect(try folder.genba("verify out").status == 0)
  }

  @Test func diffNamesWhatDiffers() throws {
    try folder.writeSounds(6)
    let command = "convert in \(ConversionFolder.samples)"
    #expect(try folder.genba("\(command) --out first").status == 0)
    #expect(try folder.genba("\(command) --samples-per-shard 2 --out second").status == 0)
    let same = try folder.genba("diff first second")
    #expect(same.status == 1 && same.output == "recipe: samples_per_shard is 1000 and 2\n", "\(same.output)")
    try folder.write(ConversionFolder.wav([0xFF, 0x7F]), to: "in/0/sound-0.wav")
    try folder.write(ConversionFolder.wav([1, 2]), to: "in/9/new.wav")
    #expect(try folder.genba("\(command) --out third").status == 0)
    let other = try folder.genba("diff first third")
    let lines = other.output.split(separator: "\n")
    try #require(lines.count == 2, "\(other.output) \(other.errors)")
    #expect(other.status == 1 && lines.count == 2, "\(other.output)")
    #expect(
      lines[0] == "000000000: samples: 1 of 1 values differ, by 0.999969482421875 at most, at [0, 0]: 0.0 and 0.9999695"
    )
    #expect(lines[1] == "000000006: only in the second")
    #expect(try folder.genba("diff first first").status == 0)
  }

  /// Of each sample the first thing that differs: a shape, a value and its place, a reason, a field beside the tensors.
  @Test(arguments: ["webdataset", "webdataset --members safetensors", "npy", "safetensors", "safetensors-shards"])
  func diffSaysWhereASampleDiffers(format: String) throws {
    for name in ["one", "two"] {
      var sound = [UInt8](repeating: 0, count: 2000)
      if name == "two" { sound.replaceSubrange(100..<104, with: [0, 0x20, 0, 0x40]) }
      try folder.write(ConversionFolder.wav(sound), to: "\(name)/value.wav")
      try folder.write(ConversionFolder.wav(Array(sound.prefix(name == "one" ? 800 : 600))), to: "\(name)/shape.wav")
      try folder.write(ConversionFolder.wav([1, 2]), to: "\(name)/same.wav")
      try folder.write(name == "one" ? "text" : "", to: "\(name)/broken.wav")
      try folder.write(
        ["value", "shape", "same", "broken"].map {
          #"{"key": "\#($0)", "audio": "\#($0).wav", "text": "\#(name)", "n": 1}"# + "\n"
        }.joined(), to: "\(name)/rows.jsonl")
      let run = try folder.genba(
        "convert --manifest \(name)/rows.jsonl \(ConversionFolder.samples) --format \(format) --out out-\(name)")
      #expect(run.status == 1, "\(run.errors)")
    }
    let run = try folder.genba("diff out-one out-two")
    var lines = run.output.split(separator: "\n").map(String.init)
    let hasJSON = format == "npy" || format == "webdataset" || format.contains("members")
    try #require(lines.count == (hasJSON ? 4 : 3), "\(run.output)")
    #expect(lines[0] == "value: samples: 2 of 1000 values differ, by 0.5 at most, at [0, 51]: 0.0 and 0.5")
    #expect(lines[1] == "shape: samples: float32 [1, 400] and float32 [1, 300]")
    if hasJSON {
      let part = format == "npy" ? "sample.json" : "json"
      #expect(
        lines.remove(at: 2)
          == #"same: the same tensors, another \#(part): inputs.audio is "one/same.wav" and "two/same.wav", text is "#
          + #""one" and "two""#)
    }
    #expect(lines[2].hasPrefix("broken: failed otherwise: failed (unsupported: "), "\(lines[2])")
    #expect(lines[2].contains(" and failed (decode: "), "\(lines[2])")
  }

  @Test func theReportNeedsNothingButABrowser() throws {
    try folder.copy("media/line-h264.mp4", to: "in/line.mp4")
    try folder.copy("media/speech-16k.wav", to: "in/speech.wav")
    try folder.copy("corrupt/half.jpg", to: "in/<b>half.jpg")
    let recipe = #"--recipe '{"audio":{"feature":"log_mel"},"video":{"fps":1},"image":{}}'"#
    #expect(try folder.genba("convert in \(recipe) --out out").status == 1)
    let run = try folder.genba("report out -o page.html")
    #expect(run.status == 0, "\(run.errors)")
    let page = String(decoding: try FileReading.bytes(of: folder.path + "/page.html"), as: UTF8.self)
    for text in ["&lt;b&gt;half.jpg", "320 × 240", "16000 Hz", "LUFS", "partial", "data:image/png;base64,", "log_mel"] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("<b>half") && !page.contains("://") && !page.contains("<script") && !page.contains("url("))
  }

  @Test func progressIsJSONOnRequestAndStdoutIsForData() throws {
    try folder.writeSounds(5)
    try folder.write("no sound", to: "in/0/sound-3.wav")
    let run = try folder.genba("convert in \(ConversionFolder.samples) --progress json --log-format json --out out")
    #expect(run.status == 1 && run.output.isEmpty)
    let lines = try run.errors.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
    #expect(lines.contains { $0["done"]?.int == 5 && $0["failed"]?.int == 1 && $0["remaining_seconds"] != nil })
    #expect(lines.contains { $0["level"]?.string == "error" && $0["class"]?.string == "unsupported" })
    let dry = try folder.genba("convert in \(ConversionFolder.samples) --dry-run --out never")
    let plan = try JSON.parse(Array(dry.output.utf8))
    #expect(dry.status == 0 && plan["inputs"]?.int == 5 && plan["shards"]?.int == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/never"))
  }

  @Test func recipesAreListed() throws {
    let run = try folder.genba("recipes")
    #expect(run.status == 0 && run.output.contains("whisper-large-v3") && run.output.contains("image, video"))
  }
}
