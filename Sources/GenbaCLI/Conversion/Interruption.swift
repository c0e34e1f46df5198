import Glibc
import Synchronization

/// Ctrl-C and SIGTERM, asked for instead of ending the program: the shard in hand is given up in order. A second signal
/// ends the program at once.
struct Interruption: Sendable {
  private static let wasRaised = Atomic(false)

  init() {
    for number in [SIGINT, SIGTERM] {
      _ = signal(number) { number in
        Interruption.wasRaised.store(true, ordering: .relaxed)
        _ = signal(number, SIG_DFL)
      }
    }
    // A file that may not grow further is an error of writing, not the program's end.
    _ = signal(SIGXFSZ, SIG_IGN)
  }

  var isRaised: Bool { Self.wasRaised.load(ordering: .relaxed) }
}
