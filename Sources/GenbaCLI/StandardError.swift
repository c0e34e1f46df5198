import Genba
import Glibc
import Synchronization

/// Lines for the user. stdout is for data alone.
enum StandardError {
  /// Whether messages are JSON lines, as `--log-format json` asks.
  static let isJSON = Atomic(false)

  /// Writes `text` as it is.
  static func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard written > 0 else { return }
      rest = rest.dropFirst(written)
    }
  }

  /// `genba: ` and the message, as a line of its own. Control characters in it are escaped.
  static func line(_ message: String) -> String { "genba: \(message.printable)\n" }

  /// Writes the ``line(_:)`` of a message, or `{"level": …, "message": …}`.
  static func report(_ message: String, level: String = "error") {
    guard isJSON.load(ordering: .relaxed) else { return write(line(message)) }
    write(JSON.object([.init("level", .string(level)), .init("message", .string(message))]).text + "\n")
  }

  /// Whether a person is looking.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
