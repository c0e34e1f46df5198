import Genba
import Glibc

/// Answers requests on standard input, one a line, so that run.py can let Genba and a peer take turns:
///
///     TASK            runs it once; answers {"wall": seconds, "cpu": seconds}
///     TASK FILE       runs it once and writes what came out to FILE; answers {}
///
/// The first request for a task loads its inputs, outside the measured time.
@main
struct Main {
  static func main() {
    guard CommandLine.arguments.count == 2 else { fail("usage: GenbaBench INPUTS_FOLDER") }
    do {
      try serve(inputs: CommandLine.arguments[1])
    } catch {
      fail("\(error)")
    }
  }

  private static func serve(inputs: String) throws(GenbaError) {
    var loaded: [String: Work] = [:]
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard let name = words.first,
        let load = tasks[name] ?? videoTasks[name] ?? soundTasks[name] ?? depthTasks[name]
          ?? stereoTask(name) ?? featuresTask(name)
      else {
        fail("no such task: \(line)")
      }
      let work: Work
      if let found = loaded[name] { work = found } else { work = try load(inputs) }
      loaded[name] = work

      if words.count == 2 {
        try work().write(to: words[1])
        write("{}", to: STDOUT_FILENO)
        continue
      }
      let (wall, cpu) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
      // Held until the clocks have been read: giving memory back is not measured, on either side.
      let result = try work()
      let (wallAfter, cpuAfter) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
      withExtendedLifetime(result) {
        write("{\"wall\": \(wallAfter - wall), \"cpu\": \(cpuAfter - cpu)}", to: STDOUT_FILENO)
      }
    }
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func fail(_ message: String) -> Never {
    write("GenbaBench: \(message)", to: STDERR_FILENO)
    exit(1)
  }

  /// Writes a line without C's buffer, which the reader at the other end would wait for.
  private static func write(_ line: String, to descriptor: Int32) {
    let bytes = Array("\(line)\n".utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
