import GenbaPlot
import Testing

@Suite struct TicksTests {
  @Test(arguments: [
    (0.0...1.0, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (-80.0...0.0, 5, ["−80", "−60", "−40", "−20", "0"]),
    (-1.0...1.0, 5, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
    (0.0...7.54, 13, ["0", "1", "2", "3", "4", "5", "6", "7"]),
    (0.013...0.021, 5, ["0.014", "0.016", "0.018", "0.020"]),
    (0.0...3000.0, 4, ["0", "1000", "2000", "3000"]),
  ])
  func roundNumbers(range: ClosedRange<Double>, limit: Int, labels: [String]) {
    let ticks = Ticks.numbers(in: range, atMost: limit).ticks
    #expect(ticks.map(\.label) == labels)
    for tick in ticks { #expect(tick.value >= range.lowerBound - 1e-9 && tick.value <= range.upperBound + 1e-9) }
  }

  @Test func longTimesAreClocks() {
    #expect(Ticks.seconds(in: 0...100, atMost: 6).ticks.map(\.label) == ["0", "20", "40", "60", "80", "100"])
    let minutes = Ticks.seconds(in: 0...600, atMost: 6).ticks
    #expect(minutes.map(\.label) == ["0:00", "2:00", "4:00", "6:00", "8:00", "10:00"])
    #expect(Ticks.seconds(in: 0...7200, atMost: 3).ticks.map(\.label) == ["0:00", "1:00:00", "2:00:00"])
  }

  @Test func shortTimesAreThousandths() {
    let ticks = Ticks.seconds(in: 0...0.02, atMost: 6).ticks
    #expect(ticks.map(\.label) == ["0", "5", "10", "15", "20"] && abs(ticks[1].value - 0.005) < 1e-12)
    #expect(Ticks.timeTitle(0...0.02) == "time (ms)" && Ticks.timeTitle(0...0.2) == "time (s)")
    #expect(Ticks.timeTitle(0...200) == "time (min:s)")
  }

  @Test(arguments: [1e-9, 1e-3, 0.7, 1, 33, 1e5, 1e9, 1e14])
  func neverTooMany(length: Double) {
    for limit in 2...12 {
      let count = Ticks.numbers(in: -length / 3...length, atMost: limit).ticks.count
      #expect(count >= 1 && count <= limit + 1, "\(length), \(limit): \(count)")
    }
  }
}
