import ArgumentParser
import Genba
import Glibc

/// `genba convert`: a tensor file for each of many recordings.
struct ConvertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts folders of recordings, each file to a tensor file of its own.",
    discussion: """
      Writes TREE/NAME.ENDING.safetensors for each file, manifest.jsonl with a line for each output, and errors.jsonl \
      with a line for each failure. A file that fails never stops the others; the exit code is then 1.

        genba convert recordings/ --model whisper-large-v3 --out tensors/ --jobs 4
        find . -name "*.wav" | genba convert - --model whisper-large-v3 --out out/
      """)

  @Argument(help: ArgumentHelp("Folders and files; - reads a list of them from stdin, one a line.", valueName: "input"))
  var inputs: [String]

  @Option(help: "The folder to write to; made if it is not there.")
  var out: String

  @Option(help: "A folder with a model's config files, or a preset: \(Preset.all.map(\.name).joined(separator: ", ")).")
  var model: String

  @Option(help: "How many files to work on at once.")
  var jobs = 1

  @OptionGroup(title: "Model") var options: ModelOptions

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs is above 0, not \(jobs)") }
  }

  func run() async throws {
    let converter = BatchConverter(pipeline: try options.pipeline(model: model), outputFolder: out, jobs: jobs)
    let tree = try starting { () throws(GenbaError) in
      // The inputs first: a misspelt one must not empty the records of an earlier run.
      let tree = try InputTree(inputs.flatMap { $0 == "-" ? Self.linesOfStandardInput() : [$0] })
      try converter.prepare()
      return tree
    }
    var progress = ProgressBar(total: tree.entries.count)
    let outcome = try await converter.convert(tree.entries) { outcome in
      progress.update(done: outcome.done, failed: outcome.failures.count)
    }
    progress.finish()
    for failure in outcome.failures { StandardError.report("\(failure)") }
    StandardError.report(summary(outcome, passedOver: tree.passedOver))
    if !outcome.failures.isEmpty { throw CommandFailure(status: .inputFailed, errors: []) }
  }

  private func summary(_ outcome: BatchConverter.Outcome, passedOver: Int) -> String {
    var parts = ["\(outcome.converted) converted to \(out)"]
    if !outcome.failures.isEmpty { parts.append("\(outcome.failures.count) failed, see \(out)/errors.jsonl") }
    if passedOver > 0 { parts.append("\(passedOver) passed over: no media ending") }
    return parts.joined(separator: "; ")
  }

  private static func linesOfStandardInput() -> [String] {
    var lines: [String] = []
    while let line = readLine() { if !line.isEmpty { lines.append(line) } }
    return lines
  }
}
