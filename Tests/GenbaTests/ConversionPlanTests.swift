import FoundationEssentials
import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Testing

@testable import Genba

@Suite struct ConversionPlanTests {
  let temporary: TemporaryFolder
  var folder: String { temporary.path }

  init() throws { temporary = try TemporaryFolder() }

  private func recipe(_ json: String = #"{"audio": {}, "samples_per_shard": 3}"#) throws(GenbaError) -> ResolvedRecipe {
    try ResolvedRecipe(ConversionRecipe(json: JSON.parse(Array(json.utf8))))
  }

  private func plan(
    _ lines: [String], recipe json: String = #"{"audio": {}, "samples_per_shard": 3}"#, name: String = "plan"
  ) throws -> ConversionPlan {
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: "\(folder)/\(name).jsonl"))
    var inputs = InputList()
    inputs.manifest = "\(folder)/\(name).jsonl"
    return try ConversionPlan.write(inputs, recipe: recipe(json), to: "\(folder)/\(name).plan")
  }

  private func rows(_ keys: [String]) -> [String] { keys.map { #"{"key": "\#($0)", "audio": "/\#($0).wav"}"# } }

  @Test func everyShardsInputsAreFound() throws {
    let keys = (0..<8).map { "k\($0)" }
    let plan = try plan(rows(keys))
    #expect(plan.inputCount == 8 && plan.shardCount == 3)
    var found: [[String]] = []
    for index in [2, 0, 1] {
      let shard = try plan.shard(index)
      let lines = try plan.lines(of: shard).remaining(shard.inputCount)
      found.append(try lines.map { try plan.input($0).key })
      #expect(shard.firstOrdinal == 3 * index)
    }
    #expect(found == [["k6", "k7"], ["k0", "k1", "k2"], ["k3", "k4", "k5"]])
    #expect(try ConversionPlan(contentsOf: plan.path).recipe.samplesPerShard == 3)
  }

  @Test func twoInputsWithOneKeyAreAnError() throws {
    let error = #expect(throws: GenbaError.self) { try plan(rows(["a", "b", "c", "b"])) }
    #expect(error?.code == .mismatchedInputs && error?.message.contains("\"b\": line 2 (") == true)
  }

  @Test func keysAreComparedInParts() throws {
    let keys = (0..<1000).map { "key-\($0)" }
    let plan = try plan(rows(keys))
    try KeyCollisions(plan, partSize: 70).check()
  }

  @Test(arguments: [
    ("a.b", "webdataset", "dot"), ("../a", "npy", "path"), ("/a", "safetensors", "path"), ("a//b", "npy", "path"),
    (String(repeating: "k", count: 65), "webdataset", "longer"), ("plan.jsonl", "npy", "own plan.jsonl"),
    ("sidecars/a", "safetensors", "own sidecars"), (".partial/a", "npy", "own .partial"),
  ])
  func keysMustFitTheFormat(key: String, format: String, expected: String) throws {
    let error = #expect(throws: GenbaError.self) {
      try plan(rows(["ok", key]), recipe: #"{"audio": {}, "format": "\#(format)"}"#)
    }
    #expect(error?.message.hasPrefix("line 2") == true && error?.message.contains(expected) == true)
  }

  @Test func keysByPathAreBelowTheCommonFolder() throws {
    var inputs = InputList()
    inputs.manifest = "\(folder)/rows.jsonl"
    let text = ["/r/a/x.wav", "/r/a/b/../y.wav", "/r/c/z.wav"].map { #"{"audio": "\#($0)"}"# }.joined(separator: "\n")
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/rows.jsonl"))
    for (format, expected) in [
      ("safetensors", ["a/x.wav", "a/y.wav", "c/z.wav"]), ("webdataset", ["a/x_wav", "a/y_wav", "c/z_wav"]),
    ] {
      let recipe = try recipe(#"{"audio": {}, "keys": "path", "format": "\#(format)"}"#)
      let plan = try ConversionPlan.write(inputs, recipe: recipe, to: "\(folder)/\(format).plan")
      let lines = try plan.lines(of: plan.shard(0)).remaining(3)
      #expect(try lines.map { try plan.input($0).key } == expected)
    }
  }

  @Test func anEarlierPlanMayOnlyGrow() throws {
    let old = try plan(rows(["a", "b", "c", "d"]), name: "old")
    try plan(rows(["a", "b", "c", "d", "e", "f", "g"]), name: "longer").checkContinues(old)
    for (name, keys) in [
      ("other", ["a", "b", "x", "d"]), ("shorter", ["a", "b", "c"]), ("inserted", ["a", "0", "b", "c", "d"]),
    ] {
      let error = #expect(throws: GenbaError.self) { try plan(rows(keys), name: name).checkContinues(old) }
      #expect(error?.code == .mismatchedInputs && error?.message.contains("--overwrite") == true, "\(name)")
    }
  }

  @Test func whatIsNoPlanIsAnError() throws {
    let plan = try plan(rows(["a", "b"]))
    let bytes = try FileReading.bytes(of: plan.path)
    try Data(bytes.dropLast(30)).write(to: URL(filePath: "\(folder)/cut"))
    for path in ["\(folder)/cut", TestAssets.media("tiny.aiff")] {
      let error = #expect(throws: GenbaError.self) { try ConversionPlan(contentsOf: path) }
      #expect(error?.code == .corruptData)
    }
  }

  @Test func theHashIsOfWhatDecidesBytes() throws {
    let base = try recipe()
    #expect(try recipe(#"{"samples_per_shard": 3, "audio": {"feature": null}}"#).sha256 == base.sha256)
    for other in [
      #"{"audio": {}, "samples_per_shard": 4}"#, #"{"audio": {"sample_rate": 8000}, "samples_per_shard": 3}"#,
      #"{"audio": {}, "samples_per_shard": 3, "dtype": "float16"}"#,
      #"{"audio": {}, "samples_per_shard": 3, "window": {"length": 2}}"#,
      #"{"audio": {}, "samples_per_shard": 3, "format": "npy"}"#,
      #"{"audio": {}, "samples_per_shard": 3, "shard_hash": "xxh64"}"#,
    ] {
      #expect(try recipe(other).sha256 != base.sha256, "\(other)")
    }
    #expect(try recipe(#"{"audio": {}, "samples_per_shard": 3, "shard_hash": "sha256"}"#).sha256 == base.sha256)
    #expect(
      try ResolvedRecipe(ConversionRecipe(json: base.json)).sha256 == base.sha256, "a resolved recipe stays itself")
  }

  @Test(arguments: [
    (#"{"audio": {"feature": "smell"}}"#, "smell"), (#"{"audio": {"n_fft": 5}}"#, "n_fft"),
    (#"{"audio": {"feature": "mfcc", "options": {"no_such": 1}}}"#, "no_such"), (#"{"audoi": 5}"#, "audoi"),
    (#"{"video": {"fps": 0}}"#, "fps"), (#"{"video": {"fps": 1, "num_frames": 2}}"#, "not both"),
    (#"{"image": {"size": [0, 5]}}"#, "size"), (#"{"audio": {"model": "no-such-model"}}"#, "no-such-model"),
    (#"{"window": {"length": 0}, "audio": {}}"#, "length"), (#"{"dtype": "int4", "audio": {}}"#, "dtype"),
    (#"{"audio": {"model": "whisper-large-v3", "fps": 2}}"#, "model"), ("{}", "makes nothing"), ("[]", "object"),
  ])
  func aWrongRecipeNamesTheKey(json: String, expected: String) {
    let error = #expect(throws: GenbaError.self) { try recipe(json) }
    #expect(
      error?.code == .invalidConfiguration && "\(error!)".contains(expected), "\(error.map { "\($0)" } ?? "none")")
  }
}
