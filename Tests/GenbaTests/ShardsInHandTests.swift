import FoundationEssentials
import GenbaCore
import GenbaStorage
import GenbaTestSupport
import Testing

@testable import Genba

@Suite struct ShardsInHandTests {
  let temporary: TemporaryFolder
  var output: String { "\(temporary.path)/out" }

  init() throws { temporary = try TemporaryFolder() }

  /// Seven inputs, three for each shard.
  private func conversion(jobs: Int) throws -> Conversion {
    let json = #"{"audio": {"feature": "samples"}, "samples_per_shard": 3}"#
    let recipe = try ResolvedRecipe(ConversionRecipe(json: JSON.parse(Array(json.utf8))))
    let sound = TestAssets.media("s24.wav")
    let rows = (0..<7).map { #"{"key": "k\#($0)", "audio": "\#(sound)"}"# }
    let manifest = "\(temporary.path)/inputs.jsonl"
    try Data((rows.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: manifest))
    var inputs = InputList()
    inputs.manifest = manifest
    var options = Conversion.Options()
    options.jobs = jobs
    let plan = try Conversion.plan(inputs, recipe: recipe, output: output)
    return Conversion(plan: plan, recipe: recipe, output: output, options: options)
  }

  @Test(arguments: [
    (1, [0, 1, 2, 3, 4, 5, 6]), (2, [0, 3, 1, 4, 2, 5, 6]), (3, [0, 3, 6, 1, 4, 2, 5]), (20, [0, 3, 6, 1, 4, 2, 5]),
  ]) func inputsOfSeveralShardsTakeTurns(jobs: Int, expected: [Int]) throws {
    let conversion = try conversion(jobs: jobs)
    let cursor = try ShardCursor(plan: conversion.plan, folder: conversion.folder, options: conversion.options)
    var ordinals: [Int] = []
    while let item = try cursor.next() {
      #expect(item.shard.index == item.ordinal / 3 && item.input.key == "k\(item.ordinal)")
      #expect(item.isLast == [2, 5, 6].contains(item.ordinal))
      ordinals.append(item.ordinal)
    }
    #expect(ordinals == expected)
  }

  /// The last shard is put in its place when all samples have been received long ago.
  @Test(arguments: [0, 2]) func whatFailsAtTheEndIsThrown(shard: Int) throws {
    let conversion = try conversion(jobs: 2)
    let place = "\(output)/\(OutputFolder.shardName(shard, part: 0, ending: "tar"))"
    let error = #expect(throws: GenbaError.self) {
      try conversion.run(progress: { progress in
        if progress.done == 0 { block(place) }
      })
    }
    #expect(error?.code == .ioFailed && error?.source.path == place, "\(String(describing: error))")

    try FileManager.default.removeItem(atPath: place)
    #expect(try conversion.run().samples > 0)
    #expect(!FileManager.default.fileExists(atPath: "\(output)/.partial"))
  }

  /// Makes a folder that is in a file's way.
  private func block(_ path: String) {
    try? FileManager.default.createDirectory(atPath: "\(path)/x", withIntermediateDirectories: true)
  }

  /// Nor do samples that the thread has not taken yet hold it up.
  @Test func aShardThatIsGivenUpLeavesNothing() throws {
    let conversion = try conversion(jobs: 1)
    let shards = ShardsInHand(plan: conversion.plan, folder: conversion.folder, width: 1)
    let row = SampleRow(key: "k0", ordinal: 0, window: nil, status: .ok)
    let tensor = AnyTensor(Tensor<Float>(repeating: 0, shape: [3 << 20]))
    for _ in 0..<3 {
      let sample = EncodedSample(files: [.init(path: "", chunks: [.tensor(tensor)])], places: [])
      try shards.append(WorkResult(row: row, encoded: sample), to: conversion.plan.shard(0))
    }
    #expect(try !FileManager.default.contentsOfDirectory(atPath: conversion.folder.partial).isEmpty)
    shards.stop()
    #expect(try FileManager.default.contentsOfDirectory(atPath: conversion.folder.partial) == [])
    #expect(try ShardSidecar.read(conversion.folder, shard: 0) == nil)
  }
}
