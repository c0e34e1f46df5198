import ArgumentParser
import Genba

/// `genba image`: pixels or a model's input from pictures.
struct ImageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image",
    abstract: "Pixels or a model's input from pictures.",
    discussion: """
      Without --preset: image [height, width, channels] as decoded, upright; uint8, uint16 for 16-bit files, or \
      float32 for PFM. Several files give image.0, image.1 and so on, or with --batch one tensor, images.

        genba image weld.jpg --preset qwen2.5-vl -o weld.safetensors
        genba image weld.jpg --size 448x448 -o weld.npy
        genba image weld.jpg --apply crop=20,10,200x160 --apply gray -o part.png
        genba image weld.jpg --apply letterbox=640x640 --apply normalize=clip
        genba image s.raw --bayer rggb --raw-size 64x48 --bits 12 --packing mipi

      --apply takes one step, and steps are done in the order given: \(ImageStep.forms)
      """)

  @Argument(help: ArgumentHelp("Picture files.", valueName: "file"))
  var files: [String]

  @Option(help: "A model's input: a preset such as qwen2.5-vl, or a folder with a model's config files.")
  var preset: String?

  @Option(help: "The element type of a preset's pixel values; default: float32.")
  var dtype: PixelDType?

  @Option(help: "Resize to this size, WIDTHxHEIGHT, bicubic with antialiasing, as torchvision does; RGB.")
  var size: PictureSize?

  @Option(help: ArgumentHelp("A step on each picture, in the order given; see above.", valueName: "step"))
  var apply: [ImageStep] = []

  @Flag(help: "Put all pictures into one tensor, images; they must be of one size then.")
  var batch = false

  @OptionGroup(title: "Decoding") var decoding: PictureOptions
  @OptionGroup(title: "Samples without a header") var sensor: BayerOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if preset != nil && size != nil { throw ValidationError("a preset chooses the size itself; leave out --size") }
    if dtype != nil && preset == nil { throw ValidationError("--dtype goes with --preset") }
    if preset != nil && batch { throw ValidationError("a preset makes its own batch; leave out --batch") }
    for (index, step) in apply.enumerated() {
      guard case .last = step else { continue }
      if index < apply.count - 1 || size != nil || preset != nil {
        throw ValidationError("hsv, lab and normalize make a tensor, so they come last, without --size and --preset")
      }
    }
    if sensor.bayer != nil, decoding.isUsed {
      throw ValidationError(
        "samples without a header have no pages, orientation or scale; leave out the options for them")
    }
  }

  func run() async throws {
    try output.check()
    if let preset {
      let pipeline = try Pipeline.starting(model: preset, dtype: dtype)
      if apply.isEmpty, sensor.bayer == nil, !decoding.isUsed { return try output.emit(pipeline(images: files)) }
      var images: [Image] = []
      for file in files { images.append(try picture(file)) }
      return try output.emit(pipeline.processor(images: images, dtype: dtype ?? .float32))
    }
    var bundle = TensorBundle()
    if batch {
      bundle["images"] = try AnyTensor(stacking: files, tensor)
    } else {
      for (index, file) in files.enumerated() {
        bundle[files.count == 1 ? "image" : "image.\(index)"] = try tensor(file)
      }
    }
    try output.emit(bundle)
  }

  /// The picture after all steps that give a picture.
  private func picture(_ file: String) throws(GenbaError) -> Image {
    var image: Image
    if let format = sensor.format {
      let bytes = try FileReading.bytes(of: file)
      do {
        image = try format.image(of: bytes, demosaicing: sensor.demosaic ?? .bilinear)
      } catch {
        throw error.at(path: file)
      }
    } else {
      image = try decoding.decode(file)
    }
    do throws(GenbaError) {
      for case .transform(let step) in apply { image = try step(image) }
    } catch {
      throw error.at(path: file)
    }
    return image
  }

  /// What comes out for a file.
  private func tensor(_ file: String) throws(GenbaError) -> AnyTensor {
    let image = try picture(file)
    if let size { return AnyTensor(size.resize(image.convertedToRGB())) }
    guard case .last(let output) = apply.last else { return image.tensor }
    do { return try output(image) } catch { throw error.at(path: file) }
  }
}
