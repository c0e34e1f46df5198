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
    _ = (Self.count.load(ordering: .relaxed), StandardError.isJSON.load(ordering: .relaxed))
    for number in [SIGINT, SIGTERM] { _ = signal(number) { _ in Interruption.receive() } }
    _ = signal(SIGALRM) { _ in
      Interruption.say("waiting for the inputs in hand; a second signal ends at once")
    }
    // A file that may not grow further is an error of writing, not the program's end.
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  var isRaised: Bool { Self.count.load(ordering: .relaxed) > 0 }

  /// In a signal's handler, where little is allowed: no memory is asked for, no lock taken.
  private static func receive() {
    let earlier = count.wrappingAdd(1, ordering: .relaxed).oldValue
    if !isInOrder.load(ordering: .relaxed) {
      say("interrupted")
    } else if earlier > 0 {
      say("ended at once; the same command goes on where it stopped")
    } else {
      alarm(patience)
      return
    }
    _exit(Status.interrupted.rawValue)
  }

  private static func say(_ message: StaticString) {
    // A progress bar may stand there.
    if StandardError.isTerminal { put("\r\u{1B}[K") }
    let isJSON = StandardError.isJSON.load(ordering: .relaxed)
    put(isJSON ? #"{"level":"info","message":""# : "genba: ")
    put(message)
    put(isJSON ? "\"}\n" : "\n")
  }

  private static func put(_ text: StaticString) {
    _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}
