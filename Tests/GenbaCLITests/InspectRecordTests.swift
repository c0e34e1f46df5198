import Foundation
import Genba
import GenbaTestSupport
import Testing

/// `genba inspect` of calibrations, shards, and what a conversion writes beside them.
@Suite struct InspectRecordTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func facts(_ path: String) throws -> [String] {
    let run = try Program(["inspect", path])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    try #require(!run.output.isEmpty)
    return run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  }

  private func record(_ path: String) throws -> [String: Any] {
    let run = try Program(["inspect", "--json", path])
    return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  private func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    return "\(folder.path)/\(name)"
  }

  /// Two samples of tensors whose numbers are known.
  private func shard() throws -> [UInt8] {
    let members = try [
      ("a/7.json", Array("{}".utf8)), ("a/7.mel.npy", NPY.encode(AnyTensor(Tensor<Float>([1, 2, 3], shape: [3])))),
      ("a/8.json", Array("{ }".utf8)), ("a/8.mel.npy", NPY.encode(AnyTensor(Tensor<Float>([-5, .nan], shape: [2])))),
    ]
    return try members.reduce(into: []) { bytes, member in
      let header = TarMember(name: member.0, byteCount: member.1.count)
      bytes += try header.header() + member.1 + [UInt8](repeating: 0, count: header.paddingCount)
    } + TarMember.end
  }

  @Test func aShardOfSamples() throws {
    let path = try write(shard(), "000000.tar")
    let facts = try facts(path)
    #expect(facts[0] == "\(path): tar archive, 2 samples")
    for fact in [
      "members 4 content", "first key a/7 content", "last key a/8 content", "has end yes content",
      "json 2 of 5 bytes together content", "name dtype shape count min mean max",
      "mel float32 [2…3] 2 -5 0.25000 3 1 NaN",
    ] { #expect(facts.contains(fact), "\(fact) in \(facts)") }
    let record = try record(path)
    #expect(record["kind"] as? String == "archive")
    let tensor = try #require((record["tensors"] as? [[String: Any]])?.first)
    #expect(tensor["name"] as? String == "mel" && tensor["max_shape"] as? [Int] == [3] && tensor["count"] as? Int == 2)
    let part = try #require((record["parts"] as? [[String: Any]])?.first)
    #expect(part["samples"] as? Int == 2 && part["has_end"] as? Bool == true)
  }

  /// A safetensors shard of more tensors than anybody wants to read lists them by name.
  @Test func aShardOfManyTensors() throws {
    var bundle = TensorBundle()
    for index in 0..<30 {
      bundle.set("\(index)/mel", to: Tensor<Float>([Float(index), 1], shape: [2]))
      bundle.set("\(index)/ids", to: Tensor<Int64>([3]))
    }
    let path = folder.path + "/000000.safetensors"
    try bundle.write(to: path)
    let facts = try facts(path)
    #expect(facts[0] == "\(path): safetensors, 60 tensors of 30 samples")
    #expect(facts.contains("mel float32 [2] 30 0 7.7500 29") && facts.contains("ids int64 [1] 30 3 3 3"))
    #expect(facts.count == 4)
    #expect((try record(path)["tensors"] as? [Any])?.count == 60)
  }

  @Test func whatAConversionWrites() throws {
    let out = folder.path + "/out"
    let run = try Program([
      "convert", TestAssets.media("speech-16k.wav"), TestAssets.corrupt("text.wav"), "--recipe",
      #"{"audio":{"feature":"log_mel"}}"#, "--out", out,
    ])
    #expect(run.status == 1)
    for (name, title, expected) in [
      (
        "", "output of a conversion",
        ["samples 1 content", "failures.unsupported 1 content", "format webdataset content"]
      ),
      ("/000000.tar", "tar archive, 1 sample", ["log_mel.npy 1 of", "members 2 content"]),
      (
        "/manifest.jsonl", "manifest of a conversion",
        ["rows 2 content", "failed 1 content", "tensors.log_mel 1 x float32"]
      ),
      ("/errors.jsonl", "failures of a conversion", ["rows 1 content", "failures.unsupported 1 content"]),
      ("/plan.jsonl", "plan of a conversion", ["inputs 2 content", "shards 1 content"]),
      ("/recipe.json", "recipe of a conversion", ["format webdataset content"]),
      ("/sidecars/000000.json", "sidecar of a shard", ["samples 1 content", "files.000000.tar"]),
      ("/sidecars/000000.jsonl", "manifest of a conversion", ["rows 2 content"]),
      ("/sidecars/000000.times.jsonl", "slowest inputs of a shard", ["inputs 2 content"]),
      ("/manifest.parquet", "Parquet table, 2 rows", ["key string header", "window_index int64, may be empty header"]),
    ] {
      let facts = try facts(out + name)
      #expect(facts[0] == "\(out)\(name): \(title)")
      for fact in expected { #expect(facts.contains { $0.hasPrefix(fact) }, "\(fact) in \(facts)") }
    }
    let table = try record(out + "/manifest.parquet")
    #expect(table["kind"] as? String == "table" && (table["parts"] as? [Any])?.count == 3)
  }

  @Test func calibrations() throws {
    let facts = try facts(TestAssets.media("stereo/scene-calib.txt"))
    #expect(facts[0].hasSuffix("scene-calib.txt: calibration, Middlebury"))
    for fact in [
      "left camera", "fx 300 pixels content", "distortion none content", "pair of left and right",
      "baseline 0.10000 m content", "rectified yes content",
    ] { #expect(facts.contains(fact), "\(fact)") }
    let half = try self.facts(TestAssets.media("stereo/extrinsics.yml"))
    #expect(half.contains("missing M1, D1, M2 and D2, the cameras, in the pair's other file content"))
    let record = try record(TestAssets.media("stereo/calibration.xml"))
    let parts = try #require(record["parts"] as? [[String: Any]])
    #expect(parts.map { $0["type"] as? String } == ["camera", "camera", "pair", "file"])
    #expect(abs((parts[2]["baseline"] as? Double ?? 0) - 0.083206) < 1e-5)
  }

  @Test func aNumberThatIsNoDoubleStaysAsItIs() throws {
    let path = try write(
      Array(#"{"key":"0","ordinal":0,"inputs":{},"media_seconds":7e999,"fps":2.5}"#.utf8), "sample.json")
    #expect(
      try facts(path) == [
        "\(path): a sample's facts", "key 0 content", "ordinal 0 content", "media 7e999 s content",
        "fps 2.5000 content",
      ])
    let part = try #require((record(path)["parts"] as? [[String: Any]])?.first)
    #expect(part["media_seconds"] as? String == "7e999" && part["fps"] as? Double == 2.5)
    let row = #"{"key":"0","ordinal":0,"status":"ok","bytes":9223372036854775807,"shard":"0.tar","inputs":{}}"#
    #expect(try facts(write(Array("\(row)\n\(row)\n".utf8), "manifest.jsonl")).contains("rows 2 content"))
  }

  @Test func brokenOnesAreErrorsThatSayWhere() throws {
    let row = #"{"key":"0","ordinal":0,"status":"ok","inputs":{}}"#
    let parquet = try FileReading.bytes(of: TestAssets.golden("storage/nested.parquet"))
    for (path, message) in try [
      (write(Array(shard().prefix(1600)), "cut.tar"), "the archive ends at byte 1600, within a/7.mel.npy"),
      (write(Array("\(row)\n{\"key\":".utf8), "manifest.jsonl"), "line 2 is no row of a manifest"),
      (write(Array(#"{"shard":0,"first_ordinal":0,"inp"#.utf8), "000000.json"), "the sidecar of a shard was cut"),
      (write(Array(parquet.dropLast(9)), "cut.parquet"), "ends without Parquet's footer"),
      (write(Array("cam0=[1 2 3]\ncam1=[1 2]\n".utf8), "calib.txt"), "cam0 has 3 numbers instead of 9"),
    ] {
      let run = try Program(["inspect", path])
      #expect(run.status == 1 && run.errors.contains("\(path): ") && run.errors.contains(message), "\(run.errors)")
    }
  }
}
