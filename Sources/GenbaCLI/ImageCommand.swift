import ArgumentParser
import Genba

/// `genba image`: pixels or a model's input from pictures.
struct ImageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image",
    abstract: "Pixels or a model's input from pictures.",
    discussion: """
      Without --preset: image [height, width, channels] as decoded, upright; uint8, or uint16 for 16-bit files. \
      Several files give image.0, image.1 and so on.

        genba image weld.jpg --preset qwen2.5-vl -o weld.safetensors
        genba image weld.jpg --size 448x448 -o weld.npy
      """)

  @Argument(help: ArgumentHelp("Picture files.", valueName: "file"))
  var files: [String]

  @Option(help: "A model's input: a preset such as qwen2.5-vl, or a folder with a model's config files.")
  var preset: String?

  @Option(help: "The element type of a preset's pixel values; default: float32.")
  var dtype: PixelDType?

  @Option(help: "Resize to this size, WIDTHxHEIGHT, bicubic with antialiasing, as torchvision does; RGB.")
  var size: PictureSize?

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if preset != nil && size != nil { throw ValidationError("a preset chooses the size itself; leave out --size") }
    if dtype != nil && preset == nil { throw ValidationError("--dtype goes with --preset") }
  }

  func run() async throws {
    try output.check()
    if let preset {
      try output.emit(Pipeline.starting(model: preset, dtype: dtype)(images: files))
      return
    }
    var bundle = TensorBundle()
    for (index, file) in files.enumerated() {
      let image = try ImageDecoder.decode(file)
      bundle[files.count == 1 ? "image" : "image.\(index)"] =
        size.map { AnyTensor($0.resize(image.convertedToRGB())) } ?? image.tensor
    }
    try output.emit(bundle)
  }
}
