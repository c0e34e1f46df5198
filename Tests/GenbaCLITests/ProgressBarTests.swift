import Testing

@testable import GenbaCLI

@Suite struct ProgressBarTests {
  @Test func barsSayHowMuchIsDone() {
    #expect(ProgressBar.bar(done: 0, total: 200) == "[....................]   0 %")
    #expect(ProgressBar.bar(done: 70, total: 200) == "[#######.............]  35 %")
    #expect(ProgressBar.bar(done: 200, total: 200) == "[####################] 100 %")
    #expect(ProgressBar.bar(done: 0, total: 0) == "[####################] 100 %")
  }

  @Test func timesAreShort() {
    #expect(ProgressBar.time(.seconds(12)) == "12 s")
    #expect(ProgressBar.time(.seconds(185)) == "3 min 5 s")
    #expect(ProgressBar.time(.seconds(7620)) == "2 h 7 min")
  }
}
