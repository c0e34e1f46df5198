import Testing

@testable import GenbaCLI

@Suite struct ProgressBarTests {
  @Test func saysHowFarAndHowLong() {
    #expect(
      ProgressBar.line(done: 70, failed: 2, total: 200, elapsed: .seconds(7))
        == "[#######.............]  35 %  70 of 200, 2 failed, 13 s to go")
    #expect(
      ProgressBar.line(done: 1, failed: 0, total: 3, elapsed: .seconds(60))
        == "[######..............]  33 %  1 of 3, 2 min 0 s to go")
    #expect(
      ProgressBar.line(done: 1, failed: 0, total: 1_000_000, elapsed: .seconds(1))
        == "[....................]   0 %  1 of 1000000, 277 h 46 min to go")
  }

  @Test func theEndHasNoTimeToGo() {
    #expect(
      ProgressBar.line(done: 5, failed: 0, total: 5, elapsed: .seconds(9)) == "[####################] 100 %  5 of 5")
  }
}
