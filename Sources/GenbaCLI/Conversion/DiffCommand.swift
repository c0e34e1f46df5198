import ArgumentParser
import Genba

/// `genba diff`: two outputs, sample by sample.
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compares two outputs of convert: recipes, samples, and the numbers in them.",
    discussion: """
      Each difference is a line on stdout; the exit code is 1 if there is one. Samples with one checksum in both manifests \
      are not read: whether files still are what was written is for `genba verify` to say.

        genba diff tensors/ other/
      """)

  @Argument(help: "An output folder.")
  var first: String

  @Argument(help: "Another one.")
  var second: String

  func run() async throws {
    _ = Interruption(.atOnce)
    let (left, right) = try starting { () throws(GenbaError) in
      (try ConversionOutput(first), try ConversionOutput(second))
    }
    var count = 0
    let common = try ConversionDifference(left, right).run { finding in
      count += 1
      print("\(finding)".printable)
    }
    StandardError.report(
      "\(HTML.count(common, "sample")) in both, " + (count == 0 ? "no difference" : HTML.count(count, "difference")))
    if count > 0 { throw CommandFailure(status: .inputFailed, errors: []) }
  }
}
