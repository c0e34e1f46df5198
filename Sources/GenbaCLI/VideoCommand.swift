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

  @Option(help: "Frames per second, from the beginning to the end.")
  var fps: Double?

  @Option(help: "This many frames, evenly spread.")
  var numFrames: Int?

  @Option(help: "The frames shown at these times, in seconds: 0.5,1,2.25.")
  var at: String?

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

  @OptionGroup(title: "Sound and pictures together") var window: WindowOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    if [fps != nil, numFrames != nil, at != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--fps, --num-frames and --at exclude each other")
    }
    if preset != nil && at != nil { throw ValidationError("a preset chooses frames itself; leave out --at") }
    if preset != nil && (size != nil || layout != nil) {
      throw ValidationError("a preset chooses size and layout itself; leave out --size and --layout")
    }
    if preset != nil && (threads != nil || damage != nil || deinterlace || !rotation) {
      throw ValidationError(
        "a preset decodes by its own rules; leave out --threads, --damage, --deinterlace and --no-rotation")
    }
    if let threads, !(1...256).contains(threads) { throw ValidationError("--threads is 1 to 256, not \(threads)") }
    if window.windows != nil && (preset != nil || size != nil || at != nil || numFrames != nil) {
      throw ValidationError(
        "--windows takes --fps and --layout alone; leave out --preset, --size, --at and --num-frames")
    }
    if sampling != nil && preset == nil { throw ValidationError("--sampling goes with --preset") }
    if dtype != nil && preset == nil { throw ValidationError("--dtype goes with --preset") }
    if let fps, !(fps > 0 && fps.isFinite) { throw ValidationError("--fps is above 0, not \(fps)") }
    if let numFrames, numFrames < 1 { throw ValidationError("--num-frames is above 0, not \(numFrames)") }
    if let at, times(at) == nil { throw ValidationError("--at takes seconds with commas between, not \(at)") }
  }

  func run() async throws {
    try output.check()
    if let preset {
      let request = SamplingRequest(fps: fps, numFrames: numFrames)
      try output.emit(
        Pipeline.starting(model: preset, sampling: sampling, frames: request, dtype: dtype)(videos: [file]))
      return
    }
    if let length = window.windows {
      try output.emit(window.bundle(of: file, length: length, fps: fps, layout: layout))
      return
    }
    let frames = try decode()
    var bundle = TensorBundle()
    bundle.set("frames", to: frames.pixels)
    bundle.set("pts_seconds", to: Tensor(frames.ptsSeconds))
    bundle.set("duration_seconds", to: Tensor(frames.durationSeconds))
    try output.emit(bundle)
  }

  private func decode() throws(GenbaError) -> FrameBatch {
    let layout = layout ?? .nchw
    var decoder = try VideoDecoder(
      file, layout: size == nil ? layout : .nhwc, threads: threads ?? 1, damage: damage ?? .strict,
      deinterlaces: deinterlace, appliesRotation: rotation)
    let selection = try selection(of: decoder)
    let batch: FrameBatch
    if let size {
      batch = try size.resize(selection, of: &decoder, layout: layout)
    } else {
      batch = try decoder.frames(selection)
    }
    for gap in decoder.gaps { StandardError.report("warning: \(gap.error)") }
    return batch
  }

  private func selection(of decoder: borrowing VideoDecoder) throws(GenbaError) -> FrameSelection {
    if let seconds = at.flatMap(times) { return try decoder.selection(at: seconds) }
    guard let numFrames else {
      return try decoder.selection(fps: fps, frameBytes: size.map { 3 * $0.width * $0.height })
    }
    let total = decoder.metadata.numFrames ?? 0
    // The middle of each of so many equal parts.
    return FrameSelection(indices: (0..<numFrames).map { part in (2 * part + 1) * total / (2 * numFrames) })
  }

  private func times(_ text: String) -> [Double]? {
    let times = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    return times.contains { $0?.isFinite != true } ? nil : times.compactMap(\.self)
  }
}
