import ArgumentParser
import Genba

/// `genba report`: one page about a conversion.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes one HTML file about a conversion: counts, sizes, histograms, failures, pictures of samples.",
    discussion: """
      The page needs nothing but a browser: no network, no other file.

        genba report tensors/ -o report.html
      """)

  @Argument(help: "The output folder of a conversion.")
  var folder: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The file to write; default: report.html in the folder.", valueName: "file"))
  var output: String?

  @Option(help: "How many samples to show pictures of.")
  var thumbnails = 24

  func validate() throws {
    if thumbnails < 0 { throw ValidationError("--thumbnails is 0 or more, not \(thumbnails)") }
  }

  func run() async throws {
    _ = Interruption(.atOnce)
    let path = output ?? (folder.hasSuffix("/") ? folder : folder + "/") + "report.html"
    let source = try starting { () throws(GenbaError) in try ConversionOutput(folder) }
    try checkWritable(path)
    let page = ReportPage(try ConversionReport(source, thumbnailCount: thumbnails))
    var file = try AtomicFile(path: path)
    try file.write(Array(page.html.utf8))
    try file.commit()
    StandardError.report("wrote \(path)")
  }
}
