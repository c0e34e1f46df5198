import GenbaTestSupport
import Testing

@Suite struct StartTests {
  @Test func helpAndVersionGoToStandardOutput() throws {
    let help = try Program(["--help"])
    #expect(help.status == 0 && help.output.contains("USAGE") && help.errors.isEmpty)
    let version = try Program(["--version"])
    #expect(version.status == 0 && version.output == "0.1.0\n")
  }

  @Test func wrongUsageEndsWithTwo() throws {
    let run = try Program(["--no-such-option"])
    #expect(run.status == 2 && run.output.isEmpty && run.errors.contains("no-such-option"))
  }
}
