internal import GenbaCore
internal import GenbaMedia
internal import GenbaStorage
internal import Glibc

/// The parent's side of ``Isolation``: a child process that converts one input after another, and another one after it
/// has crashed or was ended for taking too long.
final class WorkerProcess: @unchecked Sendable {
  private let isolation: Isolation
  private let setup: JSON
  private let isCancelled: @Sendable () -> Bool
  private var child: Child?

  private struct Child {
    var process: pid_t
    var socket: Int32
    /// Received and not taken yet.
    var buffer: [UInt8] = []
    var place = 0
  }

  /// Why an answer did not come.
  private enum Interruption: Error {
    case ended, timeout, cancelled
  }

  /// How long an answer is waited for at a time, in milliseconds: so soon a conversion that is called off ends.
  private static let patience: Int32 = 200

  /// - Parameter isCancelled: Asked while an answer is waited for; once it says yes, the child is ended.
  init(
    _ isolation: Isolation, recipe: ResolvedRecipe, limits: DecodeLimits, isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.isolation = isolation
    self.isCancelled = isCancelled
    setup = WorkerMessage.setup(recipe, limits: limits, memoryBytes: isolation.memoryBytes)
  }

  func run(_ input: ConversionInput, ordinal: Int, emit: (WorkResult) -> Bool) {
    let clock = ContinuousClock()
    let start = clock.now
    let deadline = isolation.timeoutSeconds.map { start + .seconds($0) }
    do throws(Interruption) {
      if child == nil { try self.start() }
      try send(WorkerMessage.task(input, ordinal: ordinal))
      while let result = try receive(by: deadline) {
        if !emit(result) { return end() }
      }
    } catch {
      // Nobody wants to know any more.
      if error == .cancelled { return end() }
      let status = reap(kill: error == .timeout)
      let failure =
        switch error {
        case .timeout:
          SampleFailure(.timeout, "this took longer than \(isolation.timeoutSeconds ?? 0) s, and was ended")
        case .ended, .cancelled: SampleFailure(.crash, "the process that decoded this " + Self.words(status))
        }
      var row = SampleRow(key: input.key, ordinal: ordinal, window: nil, status: .failed)
      row.media = input.media
      row.carried = input.carried
      row.failures = [failure]
      row.failures[0].column = input.media.first?.column
      row.failures[0].path = input.media.first?.paths.first
      row.facts.inputBytes = input.byteCount
      _ = emit(WorkResult(row: row, seconds: (clock.now - start) / .seconds(1)))
    }
  }

  /// Ends the child once it has nothing to do.
  func close() { end() }

  private func end() {
    if child != nil { _ = reap(kill: true) }
  }

  deinit { end() }

  private static func words(_ status: Int32) -> String {
    let signal = status & 0x7F
    if signal != 0 { return "was ended by signal \(signal) (\(unsafe String(cString: strsignal(signal))))" }
    return "ended with code \(status >> 8 & 0xFF)"
  }

  /// Starts a child and tells it the recipe.
  private func start() throws(Interruption) {
    child = try spawn()
    try send(setup)
  }

  private func spawn() throws(Interruption) -> Child {
    // A socket and not pipes: writing to a child that is gone raises no signal there, and no other child inherits it.
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .ended }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    var words: [UnsafeMutablePointer<CChar>?] = unsafe isolation.command.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    // A crash is expected here: no time for Swift's own account of it.
    unsafe setenv("SWIFT_BACKTRACE", "enable=no", 1)
    // Ctrl-C is for the parent, which ends the child itself.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var nothing = sigset_t()
    unsafe sigemptyset(&nothing)
    unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    let status = unsafe posix_spawn(&process, isolation.command[0], &actions, &attributes, &words, environ)
    Glibc.close(ends[1])
    guard status == 0 else {
      Glibc.close(ends[0])
      throw .ended
    }
    return Child(process: process, socket: ends[0])
  }

  private func send(_ json: JSON) throws(Interruption) {
    guard let child else { throw .ended }
    var line: [UInt8] = []
    json.write(to: &line)
    line.append(0x0A)
    var offset = 0
    while offset < line.count {
      let written = unsafe line[offset...].withUnsafeBytes {
        unsafe Glibc.send(child.socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if written >= 0 { offset += written } else if errno != EINTR { throw .ended }
    }
  }

  /// The next sample of the input in hand; `nil` once it is done.
  private func receive(by deadline: ContinuousClock.Instant?) throws(Interruption) -> WorkResult? {
    let line = try line(by: deadline)
    guard let message = try? JSON.parse(line) else { throw .ended }
    if message["done"] != nil { return nil }
    guard var row = message["row"].flatMap(SampleRow.init) else { throw .ended }
    row.shard = nil
    var result = WorkResult(row: row, seconds: message["seconds"]?.double ?? 0)
    guard let files = message["files"]?.elements else { return result }
    var contents: [EncodedSample.File] = []
    for file in files {
      guard let path = file["path"]?.string, let count = file["bytes"]?.int else { throw .ended }
      contents.append(.init(path: path, chunks: [.bytes(try bytes(count, by: deadline))]))
    }
    result.encoded = EncodedSample(files: contents, places: row.places)
    return result
  }

  private func line(by deadline: ContinuousClock.Instant?) throws(Interruption) -> [UInt8] {
    var scanned = 0
    while true {
      guard let child else { throw .ended }
      let rest = child.buffer[child.place...]
      if let end = rest[(rest.startIndex + scanned)...].firstIndex(of: 0x0A) {
        self.child?.place = end + 1
        return Array(rest[..<end])
      }
      scanned = rest.count
      try fill(by: deadline)
    }
  }

  private func bytes(_ count: Int, by deadline: ContinuousClock.Instant?) throws(Interruption) -> [UInt8] {
    while let child, child.buffer.count - child.place < count { try fill(by: deadline) }
    guard let child else { throw .ended }
    defer { self.child?.place += count }
    return Array(child.buffer[child.place..<child.place + count])
  }

  /// Waits for more from the child.
  private func fill(by deadline: ContinuousClock.Instant?) throws(Interruption) {
    guard child != nil else { throw .ended }
    child!.buffer.removeFirst(child!.place)
    child!.place = 0
    let socket = child!.socket
    while true {
      var ready = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let left = deadline.map {
        max(0, Int32(min((($0 - ContinuousClock().now) / .milliseconds(1)).rounded(.up), 1e9)))
      }
      let wait = min(left ?? Self.patience, Self.patience)
      let count = unsafe poll(&ready, 1, wait)
      if count > 0 { break }
      if isCancelled() { throw .cancelled }
      if count == 0, wait == left { throw .timeout }
    }
    let room = 1 << 18
    let chunk = unsafe [UInt8](unsafeUninitializedCapacity: room) { memory, count in
      count = max(unsafe read(socket, memory.baseAddress, room), 0)
    }
    if chunk.isEmpty { throw .ended }
    child!.buffer += chunk
  }

  /// Waits for the child's end, which leaves no zombie; its status.
  private func reap(kill isKilled: Bool) -> Int32 {
    guard let child else { return 0 }
    if isKilled { kill(child.process, SIGKILL) }
    Glibc.close(child.socket)
    var status: Int32 = 0
    while unsafe waitpid(child.process, &status, 0) < 0, errno == EINTR {}
    self.child = nil
    return status
  }
}
