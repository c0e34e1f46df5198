import ArgumentParser
import Genba

/// `genba process`: one model's input from pictures, clips and sounds together.
struct ProcessCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "process",
    abstract: "A model's input from pictures, videos and sounds together.",
    discussion: """
      Files of one kind are one batch, in their order.

        genba process --model qwen3-vl --image weld.jpg --video line4.mp4 -o a.npz
      """)

  @Option(help: "A folder with a model's config files, or a preset: \(Preset.all.map(\.name).joined(separator: ", ")).")
  var model: String

  @Option(help: "A picture; may be given several times.")
  var image: [String] = []

  @Option(help: "A video; may be given several times.")
  var video: [String] = []

  @Option(help: "A sound; may be given several times.")
  var audio: [String] = []

  @OptionGroup(title: "Model") var options: ModelOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if image.isEmpty && video.isEmpty && audio.isEmpty {
      throw ValidationError("name something to process: --image, --video or --audio")
    }
  }

  func run() async throws {
    try output.check()
    let bundle = try options.pipeline(model: model)(images: image, videos: video, audio: audio)
    Warnings.report(truncatedIn: bundle, of: audio)
    try output.emit(bundle)
  }
}
