internal import GenbaCore
internal import GenbaMedia
internal import GenbaStorage
internal import Glibc

/// The child's side of ``Isolation``: converts what it is told on standard input, and answers on standard output.
public enum WorkerService {
  /// Serves until standard input is closed.
  ///
  /// - Throws: What is wrong with the recipe, or `.ioFailed` where nobody listens.
  public static func serve() throws(GenbaError) {
    // Libraries that print would break the answers; what they say goes to stderr.
    let output = dup(STDOUT_FILENO)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    endWithParent()
    var lines = try RecordReader(path: "-")
    guard let first = try lines.next() else { return }
    let setup = try JSON.parse(first)
    if let bytes = setup["memory_bytes"]?.int {
      var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    }
    let recipe = try ResolvedRecipe(ConversionRecipe(json: setup["recipe"] ?? .null))
    let work = SampleWork(recipe: recipe, limits: WorkerMessage.limits(setup))
    while let line = try lines.next() {
      let task = try JSON.parse(line)
      guard let ordinal = task["ordinal"]?.int, let input = task["input"].flatMap(ConversionInput.init) else { return }
      var failure: GenbaError?
      work.run(input, ordinal: ordinal) { result in
        do throws(GenbaError) {
          try write(WorkerMessage.sample(result), to: output)
          for file in result.encoded?.files ?? [] {
            for chunk in file.chunks {
              switch chunk {
              case .bytes(let bytes): try write(unsafe bytes.span.bytes, to: output)
              case .tensor(let tensor): try write(tensor.bytes, to: output)
              }
            }
          }
          return true
        } catch {
          failure = error
          return false
        }
      }
      if let failure { throw failure }
      try write(WorkerMessage.done, to: output)
    }
  }

  /// A child whose parent was killed must not go on, even in the middle of a file.
  private static func endWithParent() {
    _ = WorkThread {
      var input = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      while unsafe poll(&input, 1, -1) <= 0 || input.revents & Int16(POLLHUP | POLLERR | POLLNVAL) == 0 {}
      _exit(0)
    }
  }

  private static func write(_ json: JSON, to descriptor: Int32) throws(GenbaError) {
    var line: [UInt8] = []
    json.write(to: &line)
    line.append(0x0A)
    try write(unsafe line.span.bytes, to: descriptor)
  }

  private static func write(_ bytes: RawSpan, to descriptor: Int32) throws(GenbaError) {
    let failure = FileWriting.write(bytes, to: descriptor)
    if failure != 0 { throw GenbaError(.ioFailed, "nobody listens", cause: FileReading.systemMessage(failure)) }
  }
}
