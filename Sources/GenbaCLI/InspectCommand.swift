import ArgumentParser
import Genba
import GenbaPlot

/// `genba inspect`: what is in media, tensors, point clouds, calibrations and outputs of conversions, in words, as JSON
/// and as a picture.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what is in recordings, tensor files, point clouds, calibrations and outputs of conversions.",
    discussion: """
      The content decides what a file is, not its name. Each figure says where it comes from: the header claims it, \
      or the content was gone through.

        genba inspect press.wav
        genba inspect line4.mp4 --plot line4.png
        genba inspect scene.ply --plot scene.png
        genba inspect --json sample.safetensors
        genba inspect calibration.yml
        genba inspect tensors/ tensors/000000.tar tensors/manifest.jsonl
      """)

  @Argument(help: ArgumentHelp("The files to look at, and output folders of `genba convert`.", valueName: "file"))
  var files: [String]

  @Flag(help: "Print JSON, one line for each file.")
  var json = false

  @Flag(help: "Decode sounds whole, to say how long they are by their content, whatever the header claims.")
  var scan = false

  @Option(
    help: ArgumentHelp(
      """
      Draw the file into this .png: the waveform and the log-mel spectrogram of a sound, frames of a video with \
      their times above its log-mel, a picture, a map of a depth picture's numbers, a view of a point cloud, or the \
      first tensor that can be drawn.
      """, valueName: "out.png"))
  var plot: String?

  func validate() throws {
    guard let plot else { return }
    guard plot.lowercased().hasSuffix(".png") else {
      throw ValidationError("--plot draws PNG pictures; let the name end in .png, not \(plot)")
    }
    guard files.count == 1 else {
      throw ValidationError("--plot draws one file; \(files.count) are given")
    }
  }

  func run() throws {
    if let plot { try checkWritable(plot) }
    var errors: [GenbaError] = []
    for (index, path) in files.enumerated() {
      do throws(GenbaError) {
        let inspection = try Inspection(of: path, scan: scan)
        if json {
          print(try inspection.jsonLine())
        } else {
          print(inspection.text, terminator: index < files.count - 1 ? "\n" : "")
        }
        if let plot { try draw(inspection, to: plot) }
      } catch {
        errors.append(error)
      }
    }
    if !errors.isEmpty { throw CommandFailure(status: .inputFailed, errors: errors) }
  }

  private func draw(_ inspection: Inspection, to path: String) throws(GenbaError) {
    try PNGEncoder.write(try InspectionPlot(inspection).image(), to: path)
    StandardError.report("drew \(path)")
  }
}
