import FoundationEssentials
import Genba
import GenbaTestSupport
import Glibc
import Testing

/// Ctrl-C and SIGTERM at every moment: 130, a plain line, and nothing half-written where a reader looks.
@Suite struct ConversionInterruptionTests {
  let folder: ConversionFolder

  init() throws { folder = try ConversionFolder() }

  /// A pipe that nobody writes into keeps the program waiting for its list, as a slow `find` or a dead mount does.
  @Test(arguments: ["INT", "TERM"])
  func beforeTheRunNothingIsLeft(signal: String) throws {
    let genba = "'\(try Program.find("genba"))'"
    let recipe = ConversionFolder.samples
    for (command, sign) in [
      ("convert @list \(recipe) --out a/b/out", "a/b/out/.partial"),
      ("convert --manifest list \(recipe) --format npy --out out", "out/.partial"),
      ("convert - \(recipe) --out out <> list", "out/.partial"),
      ("convert -0 \(recipe) --out out --shard-index 0 --shard-count 2 <> list", "out/.partial"),
      ("plan @list \(recipe) -o plan.jsonl", "plan.jsonl.draft-$pid"),
    ] {
      // A plan's draft has no name of its own until it is whole.
      let begun = sign.hasPrefix("plan") ? "ls -A | grep -q draft" : "[ -e \(sign) ]"
      let run = try folder.sh(
        "[ -p list ] || mkfifo list; \(genba) \(command) & pid=$!; "
          + "until \(begun) || ! kill -0 $pid; do sleep 0.01; done; kill -\(signal) $pid; wait $pid; s=$?; ls -A; exit $s"
      )
      #expect(run.status == 130, "\(command): \(run.status) \(run.errors)")
      #expect(run.errors == "genba: interrupted before it began; nothing was written\n", "\(command): \(run.errors)")
      #expect(run.output == "list\n", "\(command)")
    }
  }

  /// A folder that was there stays, with what an earlier run wrote.
  @Test func whatWasThereBeforeStays() throws {
    try folder.writeSounds(3)
    #expect(try folder.genba("convert in \(ConversionFolder.samples) --out out").status == 0)
    let before = try folder.outputs("out")
    let run = try folder.sh(
      "mkfifo list; '\(Program.find("genba"))' convert in @list \(ConversionFolder.samples) --out out --overwrite & pid=$!; "
        + "until [ -e out/.partial ] || ! kill -0 $pid; do sleep 0.01; done; kill -TERM $pid; wait $pid")
    #expect(run.status == 130, "\(run.errors)")
    #expect(try folder.outputs("out") == before)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out/.partial"))
  }

  /// A lease on a file keeps whoever opens it waiting in the system, for 45 s, as a dead mount does.
  @Test func aSecondSignalEndsWhatDoesNotEnd() throws {
    try folder.writeSounds(2)
    let command = "convert in \(ConversionFolder.samples) --progress none --out out"
    guard let lease = Lease("\(folder.path)/in/0/sound-1.wav") else { return }
    let run = try folder.sh(
      "'\(Program.find("genba"))' \(command) & pid=$!; "
        + "until [ -e out/.partial/000000.lock ] || ! kill -0 $pid; do sleep 0.01; done; "
        + "kill -TERM $pid; sleep 0.5; kill -0 $pid && echo waits; kill -TERM $pid; wait $pid")
    lease.end()
    #expect(run.status == 130 && run.output == "waits\n", "\(run.status) \(run.output) \(run.errors)")
    #expect(run.errors == "genba: ended at once; the same command goes on where it stopped\n")
    #expect(try folder.outputs("out").keys.allSatisfy { !$0.hasSuffix(".tar") && !$0.hasPrefix("sidecars") })
    #expect(try folder.genba(command).status == 0)
    #expect(try folder.outputs("out").keys.allSatisfy { !$0.hasPrefix(".partial") })
  }

  /// A child process is ended whatever it waits for.
  @Test(arguments: ["--isolate", "--timeout-per-file 40"])
  func withChildrenTheFirstSignalIsEnough(option: String) throws {
    try folder.writeSounds(2)
    guard let lease = Lease("\(folder.path)/in/0/sound-1.wav") else { return }
    let run = try folder.sh(
      "'\(Program.find("genba"))' convert in \(ConversionFolder.samples) \(option) --progress none --out out & pid=$!; "
        + "until [ -e out/.partial/000000.lock ] || ! kill -0 $pid; do sleep 0.01; done; "
        + "kill -INT $pid; for i in $(seq 300); do kill -0 $pid 2> /dev/null || break; sleep 0.1; done; "
        + "kill -0 $pid 2> /dev/null && echo waits; kill -9 $pid 2> /dev/null; wait $pid")
    lease.end()
    #expect(run.status == 130 && run.output == "", "\(run.status) \(run.output) \(run.errors)")
    #expect(
      run.errors.hasSuffix("genba: interrupted; run the same command again to go on where it stopped\n"),
      "\(run.errors)")
    #expect(try folder.outputs("out").keys.allSatisfy { !$0.hasSuffix(".tar") && !$0.hasPrefix(".partial") })
  }
}

/// A write lease (`fcntl(2)`): whoever opens the file waits until it is given up.
private final class Lease {
  private let descriptor: Int32

  /// `nil` where the file system has none.
  init?(_ path: String) {
    descriptor = unsafe open(path, O_RDWR)
    // The holder is told by a signal, which by default would end it.
    guard descriptor >= 0, fcntl(descriptor, 10 /* F_SETSIG */, SIGURG) == 0,
      fcntl(descriptor, 1024 /* F_SETLEASE */, Int32(F_WRLCK)) == 0
    else { return nil }
  }

  func end() { close(descriptor) }
}
