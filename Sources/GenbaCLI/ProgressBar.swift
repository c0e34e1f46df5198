/// How far a batch is and when it will be done: a line on stderr that is drawn anew, on a terminal only.
struct ProgressBar {
  private let total: Int
  private let isVisible = StandardError.isTerminal
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastDrawn: ContinuousClock.Instant?

  init(total: Int) {
    self.total = total
    start = clock.now
  }

  /// Draws the line, at most ten times a second.
  mutating func update(done: Int, failed: Int) {
    let now = clock.now
    guard isVisible, done == total || lastDrawn.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
    lastDrawn = now
    StandardError.write("\r\u{1B}[K" + Self.line(done: done, failed: failed, total: total, elapsed: now - start))
  }

  /// Leaves the line for what comes next.
  func finish() {
    if lastDrawn != nil { StandardError.write("\n") }
  }

  /// `[#######.............]  35 %  70 of 200, 2 failed, 12 s to go`
  static func line(done: Int, failed: Int, total: Int, elapsed: Duration) -> String {
    let width = 20
    let filled = total == 0 ? width : done * width / total
    var text = "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
    let percent = String(total == 0 ? 100 : done * 100 / total)
    text += String(repeating: " ", count: 4 - percent.count) + percent + " %  \(done) of \(total)"
    if failed > 0 { text += ", \(failed) failed" }
    guard done > 0, done < total else { return text }
    return text + ", \(time(elapsed * (total - done) / done)) to go"
  }

  private static func time(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    return switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
    default: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }
}
