import ArgumentParser
import Genba

/// `genba verify`: whether an output is what was written, and fit for training.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Reads shards again: their hashes, and NaN, infinity, shape and range of their tensors.",
    discussion: """
      Each finding is a line on stdout; the exit code is 1 if there is one.

        genba verify tensors/
        genba verify tensors/ --min -100 --max 100 --json
      """)

  @Argument(help: "The output folder of a conversion.")
  var folder: String

  @Option(parsing: .unconditional, help: "The smallest value that a tensor may have.")
  var min: Double?

  @Option(parsing: .unconditional, help: "The largest value that a tensor may have.")
  var max: Double?

  @Option(help: ArgumentHelp("Shards to read at once.", valueName: "n"))
  var jobs = 1

  @Flag(help: "Print findings as JSON lines.")
  var json = false

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs is above 0, not \(jobs)") }
    guard (min ?? -.infinity) <= (max ?? .infinity) else { throw ValidationError("--min is not above --max") }
  }

  func run() async throws {
    let interruption = Interruption()
    let output = try starting { () throws(GenbaError) in try ConversionOutput(folder) }
    var verification = ConversionVerification()
    verification.jobs = jobs
    if min != nil || max != nil { verification.range = (min ?? -.infinity)...(max ?? .infinity) }
    let summary = try verification.run(output, isCancelled: { interruption.isRaised }) { finding in
      guard json else { return print("\(finding)".printable) }
      var members: [JSON.Member] = [.init("file", .string(finding.file))]
      if let key = finding.key { members.append(.init("key", .string(key))) }
      members.append(.init("message", .string(finding.message)))
      print(JSON.object(members).text)
    }
    StandardError.report(
      "\(HTML.count(summary.shards, "shard")), \(HTML.count(summary.samples, "sample")), "
        + "\(HTML.count(summary.tensors, "tensor")), \(HTML.bytes(summary.bytes)): "
        + (summary.findings == 0 ? "all as they were written" : HTML.count(summary.findings, "finding")))
    if summary.findings > 0 { throw CommandFailure(status: .inputFailed, errors: []) }
  }
}
