/// Decoding in child processes, so that a crash or a hang in a library costs one sample.
public struct Isolation: Sendable, Hashable {
  /// The program that calls ``WorkerService/serve()``, and its arguments.
  public var command: [String]
  /// What one input may take, in seconds; `nil` for any time.
  public var timeoutSeconds: Double?
  /// What one child may have of memory, in bytes of address space; `nil` for all.
  public var memoryBytes: Int?

  /// Isolation by this program.
  public init(command: [String], timeoutSeconds: Double? = nil, memoryBytes: Int? = nil) {
    precondition(!command.isEmpty, "a command has a program")
    self.command = command
    self.timeoutSeconds = timeoutSeconds
    self.memoryBytes = memoryBytes
  }
}
