import FoundationEssentials
import GenbaTestSupport
import Testing

/// Every example in a documentation comment, in docs and in README compiles.
@Suite struct DocumentationExampleTests {
  @Test func everyExampleCompiles() throws {
    let blocks = try Self.files().flatMap { try ExampleBlock.all(in: $0, below: LayerTests.root) }
    #expect(blocks.count > 150)
    let scratch = try TemporaryFolder()
    let source = scratch.path + "/examples.swift"
    let functions = blocks.enumerated().map { $1.function(number: $0) }
    try (Self.imports + functions.joined()).write(toFile: source, atomically: false, encoding: .utf8)
    let run = try Program(Self.compilerArguments(source), of: "/usr/bin/env")
    #expect(run.status == 0, "\(Self.errors(run.errors + run.output))")
  }

  /// What is wrong in the examples is found, and where.
  @Test func aWrongExampleIsNamedWithItsPlace() throws {
    let scratch = try TemporaryFolder()
    let source = scratch.path + "/examples.swift"
    let block = ExampleBlock(path: "docs/wrong.md", line: 7, lines: ["let a = try WhisperFeatureExtractor(mels: 1)"])
    try (Self.imports + block.function(number: 0)).write(toFile: source, atomically: false, encoding: .utf8)
    let run = try Program(Self.compilerArguments(source), of: "/usr/bin/env")
    #expect(run.status != 0 && Self.errors(run.errors + run.output).contains("docs/wrong.md:7:"))
  }

  private static let modules = ["FoundationEssentials", "Genba", "GenbaKernels", "GenbaPlot", "Logging"]

  private static let imports = modules.map { "import \($0)\n" }.joined()

  private static func files() throws -> [String] {
    let sources = try FileManager.default.subpathsOfDirectory(atPath: LayerTests.root + "/Sources")
    let pages = try FileManager.default.contentsOfDirectory(atPath: LayerTests.root + "/docs")
    return sources.filter { $0.hasSuffix(".swift") }.sorted().map { "Sources/" + $0 }
      + pages.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 } + ["README.md"]
  }

  /// Only types are checked: nothing is linked or run.
  private static func compilerArguments(_ source: String) throws -> [String] {
    let build = try String(Program.find("genba").dropLast("/genba".count))
    let maps =
      try FileManager.default.contentsOfDirectory(atPath: build).filter { $0.hasPrefix("C") && $0.hasSuffix(".build") }
      .map { "\(build)/\($0)/module.modulemap" }
      + FileManager.default.contentsOfDirectory(atPath: LayerTests.root + "/Sources")
      .map { "\(LayerTests.root)/Sources/\($0)/module.modulemap" }
    return ["swiftc", "-swift-version", "6", "-typecheck", "-I", build + "/Modules", source]
      + maps.filter(FileManager.default.fileExists).flatMap { ["-Xcc", "-fmodule-map-file=" + $0] }
  }

  private static func errors(_ output: String) -> String {
    output.split(separator: "\n").filter { $0.contains(": error:") }.joined(separator: "\n")
  }
}
