/// How far a conversion is.
public struct ConversionProgress: Sendable, Equatable {
  /// Inputs of this process's share that were not done before.
  public let total: Int
  /// Inputs that an earlier run has done.
  public let resumed: Int
  /// Samples among these that are missing or partial, since a recording failed.
  public let resumedFailures: Int
  /// Inputs that are done, well or badly.
  public private(set) var done = 0
  /// Samples that were converted and written.
  public private(set) var samples = 0
  /// Samples that a retry took over as they were.
  public private(set) var kept = 0
  /// Samples among them that lack a recording.
  public private(set) var partial = 0
  /// Inputs with a failure, those with partial samples included.
  public private(set) var failedInputs = 0
  /// Failures by class.
  public private(set) var failures: [SampleFailure.Class: Int] = [:]
  /// How much sound and video the samples cover, in seconds.
  public private(set) var mediaSeconds = 0.0
  /// Of the inputs' files.
  public private(set) var inputBytes = 0
  /// Of the files of inputs that are done.
  public private(set) var doneBytes = 0
  /// Of the files of all inputs that were not done before, as far as it is known by now.
  public internal(set) var expectedBytes: Int?
  /// Of the samples.
  public private(set) var outputBytes = 0

  private var hasFailed = false

  init(total: Int, resumed: Int, resumedFailures: Int) {
    self.total = total
    self.resumed = resumed
    self.resumedFailures = resumedFailures
  }

  mutating func add(_ result: WorkResult) {
    guard !result.isEarlier else {
      kept += 1
      return
    }
    mediaSeconds += result.row.facts.mediaSeconds
    inputBytes += result.row.facts.inputBytes
    outputBytes += result.byteCount
    if result.row.status != .failed { samples += 1 }
    if result.row.status == .partial { partial += 1 }
    for failure in result.row.failures { failures[failure.failureClass, default: 0] += 1 }
    if !result.row.failures.isEmpty, !hasFailed {
      hasFailed = true
      failedInputs += 1
    }
  }

  /// Whether every input, those of earlier runs included, gave all that it should.
  public var isComplete: Bool { failedInputs == 0 && resumedFailures == 0 }

  /// How much of the work is done, 0 to 1: of the bytes to read, or of the inputs while these are not known.
  public var fraction: Double {
    if let expectedBytes, expectedBytes > 0 { return min(Double(doneBytes) / Double(expectedBytes), 1) }
    return total == 0 ? 1 : Double(done) / Double(total)
  }

  /// How much sound and video there will have been at the end, if the rest is like what is done; `nil` as long as
  /// nothing is.
  public var expectedMediaSeconds: Double? {
    fraction > 0 ? max(mediaSeconds / fraction, mediaSeconds) : nil
  }

  mutating func finishInput() {
    done += 1
    doneBytes = inputBytes
    hasFailed = false
  }
}
