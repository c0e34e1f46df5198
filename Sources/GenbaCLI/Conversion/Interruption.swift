import Glibc
import Synchronization

/// Ctrl-C and SIGTERM: a line on stderr, and 130 as the exit code, whichever it was.
///
/// A command that writes is asked to end and does so in order; a second signal ends it at once. What a conversion has begun
/// then stays in `.partial`, where no reader looks, until the next run.
struct Interruption: Sendable {
  /// What a signal does.
  enum Manner {
    /// Ends the program: nothing is being written.
    case atOnce
    /// Sets ``isRaised``, for the work to end by.
    case inOrder
  }

  private static let count = Atomic(0)
  private static let isInOrder = Atomic(false)

  /// What is still under way cannot be called off, only waited for; after so many seconds the user is told.
  private static let patience: UInt32 = 2

  /// Takes the signals over from here on.
  init(_ manner: Manner = .inOrder) {
    Self.isInOrder.store(manner == .inOrder, ordering: .relaxed)
    // Kept from a handler's first use, which must not be the one that makes them.
    _ = Self.count.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] { _ = signal(number) { _ in Interruption.receive() } }
    _ = signal(SIGALRM) { _ in
      Interruption.say("genba: waiting for the inputs in hand; a second signal ends at once\n")
    }
    // A file that may not grow further is an error of writing, not the program's end.
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  var isRaised: Bool { Self.count.load(ordering: .relaxed) > 0 }

  /// In a signal's handler, where little is allowed: no memory is asked for, no lock taken.
  private static func receive() {
    let earlier = count.wrappingAdd(1, ordering: .relaxed).oldValue
    if !isInOrder.load(ordering: .relaxed) {
      say("genba: interrupted\n")
    } else if earlier > 0 {
      say("genba: ended at once; the same command goes on where it stopped\n")
    } else {
      alarm(patience)
      return
    }
    _exit(Status.interrupted.rawValue)
  }

  private static func say(_ line: StaticString) {
    // A progress bar may stand there.
    if StandardError.isTerminal { _ = unsafe write(STDERR_FILENO, "\r\u{1B}[K", 4) }
    _ = unsafe write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
  }
}
