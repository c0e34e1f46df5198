import ArgumentParser
import Genba
import Glibc
import Logging

/// The program's start and end: parses, runs, and turns what was thrown into a message and an exit code.
@main
enum Main {
  static func main() async {
    // A reader that has seen enough (`genba … | head`) is no failure.
    _ = signal(SIGPIPE) { _ in _exit(0) }
    LoggingSystem.bootstrap { _ in StandardErrorLogHandler() }
    do {
      var command = try GenbaCommand.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      exit(report(error).rawValue)
    }
  }

  /// Tells the user what happened, and says with which code the program ends.
  private static func report(_ error: any Error) -> Status {
    switch error {
    case let failure as CommandFailure:
      for error in failure.errors { StandardError.report("\(error)") }
      return failure.status
    case let error as GenbaError where error.code == .cancelled:
      StandardError.report("interrupted")
      return .interrupted
    case let error as GenbaError:
      StandardError.report("\(error)")
      return .inputFailed
    default:
      // The parser's own: help and version are no errors and go to stdout.
      let text = GenbaCommand.fullMessage(for: error)
      guard GenbaCommand.exitCode(for: error) == .success else {
        StandardError.write(text + "\n")
        return .couldNotStart
      }
      print(text)
      return .done
    }
  }
}

/// What the program's exit code says.
enum Status: Int32 {
  case done = 0
  /// Some inputs failed, or the only one; each has been named on stderr.
  case inputFailed = 1
  /// Usage, model folder, unwritable output: no input was looked at.
  case couldNotStart = 2
  /// Ctrl-C, or SIGTERM.
  case interrupted = 130
}

/// Ends a command with these errors, each on a line of its own, and this code.
struct CommandFailure: Error {
  var status: Status
  var errors: [GenbaError]
}

/// Runs what must succeed before the first input is touched: an error in it ends the program with code 2, and an
/// interruption with 130.
func starting<Result>(_ body: () throws(GenbaError) -> Result) throws(CommandFailure) -> Result {
  do { return try body() } catch {
    guard error.code == .cancelled else { throw CommandFailure(status: .couldNotStart, errors: [error]) }
    StandardError.report("interrupted before it began; nothing was written")
    throw CommandFailure(status: .interrupted, errors: [])
  }
}

/// Ends the program with code 2 if no file can be written there.
func checkWritable(_ path: String) throws(CommandFailure) {
  // Made and dropped: finds out whether the folder is there and can be written to.
  try starting { () throws(GenbaError) in _ = try AtomicFile(path: path) }
}
