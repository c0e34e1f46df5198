import ArgumentParser
import Genba

/// `genba video`: frames or a model's input from a clip.
struct VideoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "video",
    abstract: "Frames or a model's input from a video.",
    discussion: """
      Without options: all frames, uint8 RGB [n, 3, height, width], with pts_seconds and duration_seconds.

        genba video line4.mp4 --fps 2 -o frames.safetensors
        genba video line4.mp4 --start 0.2 --end 0.8 -o fault.safetensors
        genba video line4.mp4 --preset qwen3-vl -o line4.safetensors
        genba video line4.mp4 --windows 2s --hop 1s --fps 4 --log-mel -o line4.npz
        genba video line4.mp4 --preset videomae-base --num-frames 16 -o line4.npy
      """)

  @Argument(help: "A video file.")
  var file: String

  @Option(help: "A model's input: a preset such as qwen3-vl, or a folder with a model's config files.")
  var preset: String?

  @Option(help: "Whose rule chooses a preset's frames; default: hf.")
  var sampling: FrameSampling?

  @Option(help: "The element type of a preset's pixel values; default: float32.")
  var dtype: PixelDType?

  @Option(
    help: ArgumentHelp(
      "What a frame is made of; default: rgb.",
      discussion: """
        gray: brightness, uint8 [n, 1, height, width]. deep: 16 bits a sample, as depth videos are stored, others \
        stretched to 0 … 65535.
        """))
  var pixels: Pixels = .rgb

  @Option(help: "Index of the video's stream in its container.")
  var stream: Int?

  @Option(help: "How frames are found: exact goes through the file once, approximate trusts its header.")
  var seekMode: SeekMode = .exact

  @Option(help: "Resize to this size, WIDTHxHEIGHT, bicubic with antialiasing, as torchvision does.")
  var size: PictureSize?

  @Option(help: "Order of the axes; default: nchw.")
  var layout: FrameLayout?

  @Option(help: "Threads that decode, each its own groups of pictures; default: 1.")
  var threads: Int?

  @Option(
    help: """
      What is done about damage: strict ends at it, partial leaves out what is damaged and says so, conceal takes what \
      FFmpeg makes of it; default: strict.
      """)
  var damage: DamagePolicy?

  @Flag(help: "Show interlaced frames as their earlier field, the other rows interpolated.")
  var deinterlace = false

  @Flag(inversion: .prefixedNo, help: "Turn frames as the container asks.")
  var rotation = true

  @OptionGroup(title: "Which frames") var choice: FrameOptions
  @OptionGroup(title: "Sound and pictures together") var window: WindowOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if preset != nil && choice.areNamed {
      throw ValidationError("a preset chooses frames itself; leave out --at, --indices, --start and --end")
    }
    if preset != nil && (size != nil || layout != nil) {
      throw ValidationError("a preset chooses size and layout itself; leave out --size and --layout")
    }
    if preset != nil || window.windows != nil, pixels != .rgb || seekMode != .exact {
      throw ValidationError("--pixels and --seek-mode go neither with --preset nor with --windows")
    }
    if preset != nil && stream != nil { throw ValidationError("a preset takes the main stream; leave out --stream") }
    if preset != nil && (threads != nil || damage != nil || deinterlace || !rotation) {
      throw ValidationError(
        "a preset decodes by its own rules; leave out --threads, --damage, --deinterlace and --no-rotation")
    }
    if pixels != .rgb && (size != nil || layout != nil) {
      throw ValidationError("--pixels \(pixels.rawValue) gives frames as they are; leave out --size and --layout")
    }
    if let threads, !(1...256).contains(threads) { throw ValidationError("--threads is 1 to 256, not \(threads)") }
    if window.windows != nil && (preset != nil || size != nil || choice.areNamed || choice.numFrames != nil) {
      throw ValidationError(
        "--windows chooses frames by --fps alone; leave out --preset, --size, --num-frames, --at, --indices, --start and --end"
      )
    }
    if sampling != nil && preset == nil { throw ValidationError("--sampling goes with --preset") }
    if dtype != nil && preset == nil { throw ValidationError("--dtype goes with --preset") }
  }

  func run() async throws {
    try output.check()
    if let preset {
      let request = SamplingRequest(fps: choice.fps, numFrames: choice.numFrames)
      try output.emit(
        Pipeline.starting(model: preset, sampling: sampling, frames: request, dtype: dtype)(videos: [file]))
      return
    }
    if let length = window.windows {
      try output.emit(window.bundle(of: file, length: length, reading: readingWindows()))
      return
    }
    try output.emit(decode())
  }

  /// How the windows' pictures are read.
  private func readingWindows() -> MediaReader.Options {
    var options = MediaReader.Options()
    options.videoStream = stream
    options.fps = choice.fps ?? 2
    options.layout = layout ?? .nchw
    options.threads = threads ?? 1
    options.damage = damage ?? .strict
    options.deinterlaces = deinterlace
    options.appliesRotation = rotation
    return options
  }

  private func decode() throws(GenbaError) -> TensorBundle {
    let layout = layout ?? .nchw
    var decoder = try VideoDecoder(
      file, stream: stream, seekMode: seekMode, layout: size == nil ? layout : .nhwc, threads: threads ?? 1,
      damage: damage ?? .strict, deinterlaces: deinterlace, appliesRotation: rotation)
    let selection: FrameSelection
    do throws(GenbaError) {
      selection = try choice.selection(of: decoder, frameBytes: size.map { 3 * $0.width * $0.height })
    } catch {
      throw error.at(path: file)
    }
    var bundle = TensorBundle()
    switch pixels {
    case .rgb:
      let frames =
        if let size { try size.resize(selection, of: &decoder, layout: layout) } else { try decoder.frames(selection) }
      bundle.set("frames", to: frames.pixels)
      bundle.setTimes(frames.ptsSeconds, frames.durationSeconds)
    case .gray:
      let frames = try decoder.grayFrames(selection)
      bundle.set("frames", to: frames.pixels)
      bundle.setTimes(frames.ptsSeconds, frames.durationSeconds)
    case .deep:
      let frames = try decoder.deepFrames(selection)
      bundle.set("frames", to: frames.pixels)
      bundle.setTimes(frames.ptsSeconds, frames.durationSeconds)
      bundle.metadata["maximum"] = "\(frames.maximum)"
    }
    for gap in decoder.gaps { StandardError.report("warning: \(gap.error)") }
    return bundle
  }

  /// What frames are made of.
  enum Pixels: String, ExpressibleByArgument, CaseIterable { case rgb, gray, deep }
}

extension TensorBundle {
  fileprivate mutating func setTimes(_ ptsSeconds: [Double], _ durationSeconds: [Double]) {
    set("pts_seconds", to: Tensor(ptsSeconds))
    set("duration_seconds", to: Tensor(durationSeconds))
  }
}
