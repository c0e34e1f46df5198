import FoundationEssentials
@testable import Genba
import GenbaTestSupport
import Testing

@testable import GenbaCLI

/// What is said of how far a conversion is.
@Suite struct ConversionProgressTests {
  /// One large input among small ones: the time left goes by bytes, and not by inputs.
  @Test func timeLeftGoesByBytes() throws {
    let folder = try ConversionFolder()
    try folder.writeSounds(9)
    try folder.write(ConversionFolder.wav([UInt8](repeating: 1, count: 100_000)), to: "in/z/large.wav")
    var inputs = InputList(arguments: [folder.path + "/in"])
    inputs.include = ["*.wav"]
    let recipe = try ResolvedRecipe(ConversionRecipe(json: JSON.parse(Array(#"{"audio": {}}"#.utf8))))
    let plan = try Conversion.plan(inputs, recipe: recipe, output: folder.path + "/out")
    var seen: [ConversionProgress] = []
    _ = try Conversion(plan: plan, recipe: recipe, output: folder.path + "/out").run(progress: { seen.append($0) })
    let last = try #require(seen.last)
    #expect(last.done == 10 && last.fraction == 1 && last.expectedBytes == last.inputBytes)
    // Before the large one, nine of ten inputs are done, and nearly all of the bytes are not.
    let before = try #require(seen.last { $0.done == 9 && $0.expectedBytes == last.expectedBytes })
    #expect(before.fraction < 0.01 && (before.expectedMediaSeconds ?? 0) > 50 * before.mediaSeconds)
    let line = ProgressReporter.line(before, elapsed: .seconds(1))
    #expect(line.contains("9 of 10") && line.contains("min") && line.hasSuffix("to go"), "\(line)")
    #expect(!ProgressReporter.line(last, elapsed: .seconds(1)).contains("to go"))
  }

  private func conversion(
    of folder: ConversionFolder, _ recipe: String, _ change: (inout Conversion.Options) throws -> Void = { _ in }
  ) throws -> Conversion {
    let recipe = try ResolvedRecipe(ConversionRecipe(json: JSON.parse(Array(recipe.utf8))))
    let plan = try Conversion.plan(
      InputList(arguments: [folder.path + "/in"]), recipe: recipe, output: folder.path + "/out")
    var options = Conversion.Options()
    try change(&options)
    return Conversion(plan: plan, recipe: recipe, output: folder.path + "/out", options: options)
  }

  /// The child begins once it is told for the second time how far the work is, which is at none of two; or, where nobody
  /// says so, after it has waited 400 times.
  @Test func progressIsToldWhileOneSampleTakesLong() throws {
    let folder = try ConversionFolder()
    try folder.writeSounds(2)
    let script = """
      for i in $(seq 400); do [ -e '\(folder.path)/go' ] && break; sleep 0.05; done; exec '\(try Program.find("genba"))' _worker
      """
    let conversion = try conversion(of: folder, #"{"audio": {}}"#) {
      $0.isolation = Isolation(command: ["/bin/sh", "-c", script])
    }
    var atNone = 0
    let outcome = try conversion.run(progress: { state in
      if state.done == 0 && state.samples == 0 { atNone += 1 }
      if atNone == 2 { try? folder.write("", to: "go") }
    })
    #expect(outcome.samples == 2 && atNone >= 2, "told \(atNone) times")
  }

  @Test func progressIsToldAfterEachWindowOfARecording() throws {
    let folder = try ConversionFolder()
    try folder.write(ConversionFolder.wav([UInt8](repeating: 1, count: 16_000)), to: "in/second.wav")
    let conversion = try conversion(of: folder, #"{"audio": {}, "window": {"length": 0.1}}"#)
    var seen: [Int] = []
    _ = try conversion.run(progress: { if $0.done == 0 { seen.append($0.samples) } })
    #expect(seen == Array(0...10))
  }

  @Test func withoutATerminalThereIsALineEvery30Seconds() {
    var lines: [String] = []
    let start = ContinuousClock.now
    var reporter = ProgressReporter(style: .auto, isTerminal: false, start: start) { lines.append($0) }
    var counts: [Int] = []
    for seconds in [0, 29.9, 30, 31, 59.9, 60, 200, 229] {
      reporter.update(ConversionProgress(total: 8, resumed: 0, resumedFailures: 0), at: start + .seconds(seconds))
      counts.append(lines.count)
    }
    reporter.finish()
    #expect(counts == [0, 0, 1, 1, 1, 2, 3, 3] && lines.count == 3)
    #expect(lines.allSatisfy { $0.hasPrefix("genba: [") && $0.hasSuffix("0 of 8\n") }, "\(lines)")
  }

  @Test func aBarIsDrawnWhereItIsAskedForAndNothingWhereItIsNot() throws {
    let folder = try ConversionFolder()
    try folder.writeSounds(5)
    let bar = try folder.genba("convert in \(ConversionFolder.samples) --progress bar --out bar")
    #expect(bar.errors.contains("\r\u{1B}[K[") && bar.errors.contains("[####################] 100 %  5 of 5"))
    for style in ["auto", "none"] {
      let run = try folder.genba("convert in \(ConversionFolder.samples) --progress \(style) --out \(style)")
      #expect(run.status == 0 && run.errors == "genba: 5 converted to \(style)\n", "\(run.errors)")
    }
  }
}
