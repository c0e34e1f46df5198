import ArgumentParser
import Genba

/// How a conversion runs; none of it changes what is written.
struct ConversionRunOptions: ParsableArguments {
  enum OnError: String, ExpressibleByArgument, CaseIterable { case skip, fail }

  @Option(help: ArgumentHelp("How many inputs to work on at once.", valueName: "n"))
  var jobs = 1

  @Option(help: "What a failed input does: skip records it and goes on, fail ends the run.")
  var onError = OnError.skip

  @Option(
    help: ArgumentHelp(
      "End the run once more inputs than this have failed, those of an earlier run included: 100, or 1% of all.",
      valueName: "n|p%"))
  var maxErrors: ErrorBudget?

  @Flag(help: "Decode in child processes: even a crash in a library costs one sample.")
  var isolate = false

  @Option(help: ArgumentHelp("Seconds that one input may take; implies --isolate.", valueName: "seconds"))
  var timeoutPerFile: Double?

  @Option(
    help: ArgumentHelp("Megabytes of memory that one child process may have; implies --isolate.", valueName: "mb"))
  var memoryPerFile: Int?

  @Option(help: "How progress is shown: auto draws a bar on a terminal and writes a line every 30 s elsewhere.")
  var progress = ProgressReporter.Style.auto

  @Option(help: "How messages are written to stderr.")
  var logFormat = MessageFormat.text

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs is above 0, not \(jobs)") }
    if let timeoutPerFile, !(timeoutPerFile > 0) {
      throw ValidationError("--timeout-per-file is above 0, not \(timeoutPerFile)")
    }
    if let memoryPerFile, memoryPerFile < 64 {
      throw ValidationError("--memory-per-file is 64 or more, not \(memoryPerFile)")
    }
  }

  func options(inputCount: Int, isRetry: Bool = false) -> Conversion.Options {
    var options = Conversion.Options()
    options.jobs = jobs
    options.isRetry = isRetry
    if let maxErrors { options.maxErrors = maxErrors.count(of: inputCount) }
    options.stopsAtFailure = onError == .fail
    if isolate || timeoutPerFile != nil || memoryPerFile != nil {
      options.isolation = Isolation(
        command: ["/proc/self/exe", "_worker"], timeoutSeconds: timeoutPerFile,
        memoryBytes: memoryPerFile.map { $0 << 20 })
    }
    return options
  }

  /// Runs a conversion with progress, and ends the program with the code that its outcome asks for.
  func run(_ conversion: Conversion, output: String, log: MessageLog, interruption: Interruption) throws {
    var reporter = ProgressReporter(style: progress, linesAreJSON: logFormat == .json)
    let outcome: ConversionProgress
    do throws(GenbaError) {
      outcome = try conversion.run(
        progress: { reporter.update($0) },
        failed: { key, failure in
          reporter.clear()
          log.failure(key: key, failure)
        }, isCancelled: { interruption.isRaised })
    } catch {
      reporter.finish()
      if error.code == .cancelled {
        log.message("interrupted; run the same command again to go on where it stopped")
        throw CommandFailure(status: .interrupted, errors: [])
      }
      throw CommandFailure(status: .inputFailed, errors: [error])
    }
    reporter.finish()
    // A retry is of what failed; what was never begun is not its own.
    let untouched =
      conversion.options.isRetry ? conversion.plan.inputCount - outcome.total - outcome.resumed : 0
    log.summary(outcome, output: output, passedOver: conversion.plan.passedOver, untouched: untouched)
    if !outcome.isComplete || untouched > 0 { throw CommandFailure(status: .inputFailed, errors: []) }
  }
}

/// A number of failures, or a share of all inputs.
struct ErrorBudget: ExpressibleByArgument {
  private let number: Double
  private let isShare: Bool

  init?(argument: String) {
    isShare = argument.hasSuffix("%")
    guard let number = Double(isShare ? String(argument.dropLast()) : argument), number >= 0, number.isFinite,
      isShare ? number <= 100 : number < 1e15 && number.rounded() == number
    else { return nil }
    self.number = number
  }

  /// How many of so many inputs may fail.
  func count(of inputCount: Int) -> Int { Int(isShare ? number / 100 * Double(inputCount) : number) }
}
