import FoundationEssentials
import GenbaCore
import Glibc

/// A run of a built program, as a user would run it.
///
/// Started with `posix_spawn`: Foundation's `Process` leaks, which LeakSanitizer then reports as the tests' fault.
public struct Program {
  /// The exit code; below 0 the number of the signal that ended the program.
  public var status: Int32
  /// What it wrote to stdout.
  public var output: String
  /// What it wrote to stderr.
  public var errors: String

  /// Whether this is a build under AddressSanitizer or ThreadSanitizer, whose own memory fits into no limit of address
  /// space.
  public static let isSanitized = unsafe dlsym(nil, "__asan_init") != nil || isUnderThreadSanitizer

  /// Whether this is a build under ThreadSanitizer, which writes a file when a program starts.
  public static let isUnderThreadSanitizer = unsafe dlsym(nil, "__tsan_init") != nil

  /// Runs a program of this package with these arguments and waits for its end.
  ///
  /// - Parameters:
  ///   - arguments: What stands behind the program's name.
  ///   - name: The program in the build folder, or the path of any other.
  ///   - input: What it reads from stdin.
  public init(_ arguments: [String], of name: String = "genba", input: String = "") throws {
    let program = name.hasPrefix("/") ? name : try Self.find(name)
    // Files, not pipes: a pipe that nobody empties would stop the program.
    let scratch = try TemporaryFolder()
    let (inputPath, outputPath, errorPath) = (scratch.path + "/in", scratch.path + "/out", scratch.path + "/err")
    var file = try AtomicFile(path: inputPath)
    try file.write(Array(input.utf8))
    try file.commit()

    var files = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&files)
    defer { unsafe posix_spawn_file_actions_destroy(&files) }
    unsafe posix_spawn_file_actions_addopen(&files, STDIN_FILENO, inputPath, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, outputPath, O_WRONLY | O_CREAT, 0o600)
    unsafe posix_spawn_file_actions_addopen(&files, STDERR_FILENO, errorPath, O_WRONLY | O_CREAT, 0o600)

    // Threads that run tests block all signals; a program must not begin so.
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var nothing = sigset_t()
    unsafe sigemptyset(&nothing)
    unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var process = pid_t()
    let started = unsafe posix_spawn(&process, program, &files, &attributes, &words, environ)
    guard started == 0 else { throw NotStarted(program: program, reason: unsafe String(cString: strerror(started))) }
    var code: Int32 = 0
    while unsafe waitpid(process, &code, 0) < 0, errno == EINTR {}
    // The lower seven bits are the signal, the byte above them the exit code.
    status = code & 0x7F == 0 ? code >> 8 & 0xFF : -(code & 0x7F)
    output = String(decoding: try FileReading.content(of: outputPath), as: UTF8.self)
    errors = String(decoding: try FileReading.content(of: errorPath), as: UTF8.self)
  }

  /// Where the built program is: beside the test bundle, whatever the build folder is called.
  public static func find(_ name: String) throws -> String {
    for argument in CommandLine.arguments {
      let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
      guard let bundle = parts.lastIndex(where: { $0.hasSuffix(".xctest") }) else { continue }
      let path = (parts[..<bundle] + [Substring(name)]).joined(separator: "/")
      if (try? FileReading.check(path)) != nil { return path }
    }
    throw NotStarted(program: name, reason: "not beside the test bundle of \(CommandLine.arguments)")
  }

  /// The program could not be run.
  struct NotStarted: Error {
    var program: String
    var reason: String
  }
}
