/// How far a conversion is.
public struct ConversionProgress: Sendable, Equatable {
  /// Inputs of this process's share that were not done before.
  public let total: Int
  /// Inputs that an earlier run has done.
  public let resumed: Int
  /// Inputs that are done, well or badly.
  public private(set) var done = 0
  /// Samples that were written.
  public private(set) var samples = 0
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
  /// Of the samples.
  public private(set) var outputBytes = 0

  private var hasFailed = false

  init(total: Int, resumed: Int) {
    self.total = total
    self.resumed = resumed
  }

  mutating func add(_ result: WorkResult, bytes: Int) {
    mediaSeconds += result.row.facts.mediaSeconds
    inputBytes += result.row.facts.inputBytes
    outputBytes += bytes
    if result.row.status != .failed { samples += 1 }
    if result.row.status == .partial { partial += 1 }
    for failure in result.row.failures { failures[failure.failureClass, default: 0] += 1 }
    if !result.row.failures.isEmpty, !hasFailed {
      hasFailed = true
      failedInputs += 1
    }
  }

  mutating func finishInput() {
    done += 1
    hasFailed = false
  }
}
