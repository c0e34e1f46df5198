import GenbaCore
import GenbaProcessors
import GenbaTestSupport
import Testing

/// Sizes against a table from transformers' own functions: ties of the rounding, extreme ratios, tiny and huge pictures.
@Suite struct SmartResizeTests {
  let golden: Golden

  init() throws { golden = try Golden(TestAssets.golden("smart-resize.safetensors")) }

  @Test(
    arguments: [
      ("factor28", SmartResize(factor: 28, minPixels: 3136, maxPixels: 12_845_056)),
      ("factor28.class_defaults", SmartResize(factor: 28, minPixels: 3136, maxPixels: 1_003_520)),
      ("factor32", SmartResize(factor: 32, minPixels: 65_536, maxPixels: 16_777_216)),
    ])
  func pictures(budget: (name: String, rule: SmartResize)) throws {
    let sizes = try rows("images.size")
    let expected = try rows("images.\(budget.name)")
    #expect(sizes.count == expected.count && sizes.count > 700)
    for (size, expected) in zip(sizes, expected) {
      let result = try? budget.rule(height: size[0], width: size[1])
      #expect(result.map { [$0.height, $0.width] } == answer(expected), "\(size)")
    }
  }

  @Test func clips() throws {
    let rule = SmartResize(factor: 32, minPixels: 4096, maxPixels: 25_165_824)
    for (size, expected) in zip(try rows("videos.size"), try rows("videos.factor32")) {
      let result = try? rule(numFrames: size[0], temporalFactor: 2, height: size[1], width: size[2])
      #expect(result.map { [$0.height, $0.width] } == answer(expected), "\(size)")
    }
  }

  @Test func errorsSayWhy() {
    let smartResize = SmartResize(factor: 28, minPixels: 3136, maxPixels: 12_845_056)
    let long = #expect(throws: GenbaError.self) { try smartResize(height: 1, width: 201) }
    #expect(long?.code == .mismatchedInputs && long?.message.contains("201x1") == true)
    let empty = #expect(throws: GenbaError.self) { try smartResize(height: 0, width: 9) }
    #expect(empty?.code == .mismatchedInputs)
    let short = #expect(throws: GenbaError.self) {
      try smartResize(numFrames: 1, temporalFactor: 2, height: 64, width: 64)
    }
    #expect(short?.code == .mismatchedInputs && short?.message.contains("1 frame") == true)
    let huge = #expect(throws: GenbaError.self) {
      try SmartResize(factor: 28, minPixels: 1 << 40, maxPixels: 1 << 40)(height: 28, width: 28)
    }
    #expect(huge?.code == .limitExceeded)
  }

  /// Sizes that no header should claim, but may.
  @Test func extremeSizesDoNotTrap() {
    let smartResize = SmartResize(factor: 28, minPixels: 1, maxPixels: 1)
    for length in [Int.max, Int.min, 1 << 40, 200_000_000] {
      _ = try? smartResize(height: length, width: length)
      _ = try? smartResize(numFrames: 1 << 24, temporalFactor: 2, height: length, width: length)
    }
  }

  /// A row of zeros: the reference refuses the picture, and so must Genba.
  private func answer(_ row: [Int]) -> [Int]? { row == [0, 0] ? nil : row }

  private func rows(_ name: String) throws -> [[Int]] {
    let table = try #require(golden.tensor(name, as: Int32.self))
    let columns = table.shape[1]
    let values = Array(table).map(Int.init)
    return stride(from: 0, to: values.count, by: columns).map { Array(values[$0..<$0 + columns]) }
  }
}
