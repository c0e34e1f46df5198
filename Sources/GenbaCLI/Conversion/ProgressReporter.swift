import ArgumentParser
import Genba

/// Shows how far a conversion is: a bar on a terminal, a line every 30 s elsewhere, or JSON lines.
struct ProgressReporter {
  enum Style: String, ExpressibleByArgument, CaseIterable { case auto, bar, json, none }

  private let style: Style
  private let isTerminal: Bool
  private let linesAreJSON: Bool
  private let write: (String) -> Void
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant
  private var hasBar = false
  private var last: ConversionProgress?

  /// From one line to the next where no terminal is.
  static let linePause = Duration.seconds(30)

  init(
    style: Style, isTerminal: Bool = StandardError.isTerminal, linesAreJSON: Bool = false,
    start: ContinuousClock.Instant = .now,
    write: @escaping (String) -> Void = StandardError.write
  ) {
    self.style = style
    self.isTerminal = isTerminal
    self.linesAreJSON = linesAreJSON
    self.write = write
    self.start = start
    lastShown = start
  }

  private var isBar: Bool { style == .bar || style == .auto && isTerminal }

  /// Shows the state, if it is time.
  mutating func update(_ progress: ConversionProgress, at now: ContinuousClock.Instant = .now) {
    last = progress
    let pause: Duration = isBar ? .milliseconds(100) : style == .json ? .seconds(1) : Self.linePause
    guard style != .none, now - lastShown >= pause || isBar && progress.done == progress.total else { return }
    lastShown = now
    show(progress, after: now - start)
  }

  private mutating func show(_ progress: ConversionProgress, after elapsed: Duration) {
    if isBar {
      hasBar = true
      write("\r\u{1B}[K" + Self.line(progress, elapsed: elapsed))
    } else if style == .json || linesAreJSON {
      write(Self.json(progress, elapsed: elapsed).text + "\n")
    } else {
      write(StandardError.line(Self.line(progress, elapsed: elapsed)))
    }
  }

  /// Takes the bar away for a message.
  mutating func clear() {
    if hasBar { write("\r\u{1B}[K") }
  }

  /// Leaves the line for what comes next.
  func finish() {
    if hasBar { write("\n") }
    if style == .json, let last { write(Self.json(last, elapsed: clock.now - start).text + "\n") }
  }

  /// `[###....]  35 %  70 of 200, 2 failed, 812 s of media and 12.3 MB a second, 12 s to go`; what is to go by the bytes
  /// that are still to be read.
  static func line(_ progress: ConversionProgress, elapsed: Duration) -> String {
    var text = ProgressBar.bar(done: progress.done, total: progress.total)
    text += "  \(progress.done) of \(progress.total)"
    if progress.failedInputs > 0 { text += ", \(progress.failedInputs) failed" }
    let seconds = elapsed / .seconds(1)
    if progress.done > 0, seconds > 0 {
      let megabytes = TensorTable.figure(Double(progress.inputBytes) / 1e6 / seconds)
      if progress.mediaSeconds > 0 {
        text += ", \(TensorTable.figure(progress.mediaSeconds / seconds)) s of media and \(megabytes) MB a second"
      } else {
        text += ", \(TensorTable.figure(Double(progress.done) / seconds)) files and \(megabytes) MB a second"
      }
    }
    guard progress.done > 0, progress.done < progress.total else { return text }
    guard let remaining = Self.remaining(progress, after: seconds) else { return text }
    return text + ", \(ProgressBar.time(.seconds(remaining))) to go"
  }

  /// Seconds, if the rest goes as what is done did; `nil` as long as nothing is.
  private static func remaining(_ progress: ConversionProgress, after seconds: Double) -> Double? {
    guard progress.done > 0, progress.fraction > 0 else { return nil }
    return progress.done == progress.total ? 0 : seconds * (1 / progress.fraction - 1)
  }

  private static func json(_ progress: ConversionProgress, elapsed: Duration) -> JSON {
    let seconds = elapsed / .seconds(1)
    func rounded(_ value: Double) -> JSON { .number((value * 1000).rounded() / 1000) }
    return .object([
      .init("done", .number(progress.done)), .init("total", .number(progress.total)),
      .init("resumed", .number(progress.resumed)), .init("samples", .number(progress.samples)),
      .init("kept", .number(progress.kept)),
      .init("failed", .number(progress.failedInputs)), .init("partial", .number(progress.partial)),
      .init("media_seconds", rounded(progress.mediaSeconds)),
      .init("expected_media_seconds", rounded(progress.expectedMediaSeconds ?? .nan)),
      .init("input_bytes", .number(progress.inputBytes)),
      .init("expected_input_bytes", progress.expectedBytes.map { .number($0) } ?? .null),
      .init("output_bytes", .number(progress.outputBytes)), .init("elapsed_seconds", rounded(seconds)),
      .init("remaining_seconds", rounded(remaining(progress, after: seconds) ?? .nan)),
    ])
  }
}
