internal import GenbaCore
internal import GenbaVision

extension EncoderVideoProcessor {
  /// The settings of an ``EncoderVideoProcessor``, as its config file has them.
  public struct Configuration: Sendable, Hashable {
    /// Whose rule chooses frames, where not every frame is taken.
    public enum Rule: Sendable, Hashable {
      /// transformers' `default_sample_indices_fn`: frame ⌊i · total / n⌋.
      case uniform
      /// `InternVLVideoProcessor.sample_frames`: the same steps, begun at `initialShift`, or half a step in for `nil`.
      case internVL(initialShift: Double?)
      /// `SmolVLMVideoProcessor.sample_frames`: at a rate up to a number of frames, evenly from end to end; a second is
      /// left out at both ends of long clips.
      case smolVLM
    }

    /// How each frame is resized, cropped and normalised.
    public var frames: EncoderImageProcessor.Configuration
    /// What SmolVLM2 does before that: its frames get this longer side, the shorter one follows, rounded down and then up
    /// to an even number (`size.longest_edge`, 4096 at most).
    public var longestEdge: Int?
    /// Frames per second to sample; `nil` where the config has none, which is 2 unless ``numFrames`` is there.
    public var fps: Double?
    /// Frames to sample, whatever the clip's length; for SmolVLM2 the most. `nil` where the config has none.
    public var numFrames: Int?
    /// Whose rule chooses them.
    public var rule: Rule
    /// What the model's processor calls the frames.
    public var outputName: String
    /// Whether a `pixel_attention_mask` is given, which is 1 everywhere for a clip alone.
    public var emitsAttentionMask: Bool

    /// Settings with these.
    public init(
      frames: EncoderImageProcessor.Configuration, longestEdge: Int? = nil, fps: Double? = nil, numFrames: Int? = nil,
      rule: Rule = .uniform, outputName: String = "pixel_values_videos", emitsAttentionMask: Bool = false
    ) {
      self.frames = frames
      self.longestEdge = longestEdge
      self.fps = fps
      self.numFrames = numFrames
      self.rule = rule
      self.outputName = outputName
      self.emitsAttentionMask = emitsAttentionMask
    }

    /// The defaults of transformers 5.23's `VideoMAEVideoProcessor`.
    public static let videoMAE = Configuration(
      frames: .init(size: .shortestEdge(224), resample: .bilinear, doCenterCrop: true, normalization: .half),
      outputName: "pixel_values")
    /// The defaults of transformers 5.23's `TimesformerVideoProcessor`.
    public static let timesformer = Configuration(
      frames: .init(size: .shortestEdge(224), resample: .bilinear, doCenterCrop: true, normalization: .imageNet),
      outputName: "pixel_values")
    /// The defaults of transformers 5.23's `VivitVideoProcessor`, which rescales to -1 … 1 before it normalises.
    public static let vivit = {
      var normalization = Normalization.half
      normalization.rescaleFactor = 1 / 127.5
      normalization.rescaleOffset = -1
      return Configuration(
        frames: .init(size: .shortestEdge(256), resample: .bilinear, doCenterCrop: true, normalization: normalization),
        outputName: "pixel_values")
    }()
    /// The defaults of transformers 5.23's `VJEPA2VideoProcessor`.
    public static let vjepa2 = {
      var frames = EncoderImageProcessor.Configuration(
        size: .shortestEdge(292), resample: .bilinear, doCenterCrop: true, normalization: .imageNet)
      (frames.cropHeight, frames.cropWidth) = (256, 256)
      return Configuration(frames: frames)
    }()
    /// The defaults of transformers 5.23's `InternVLVideoProcessor`.
    public static let internVL = Configuration(
      frames: .init(size: .exact(height: 384, width: 384), resample: .bicubic, normalization: .clip),
      rule: .internVL(initialShift: nil))
    /// The defaults of transformers 5.23's `LlavaOnevisionVideoProcessor`.
    public static let llavaOnevision = Configuration(
      frames: .init(size: .exact(height: 384, width: 384), resample: .bicubic, normalization: .clip))
    /// The defaults of transformers 5.23's `SmolVLMVideoProcessor`, and its checkpoints' rate and number of frames.
    public static let smolVLM = Configuration(
      frames: .init(size: .exact(height: 364, width: 364), resample: .lanczos, normalization: .half),
      longestEdge: 4 * 364, fps: 1, numFrames: 64, rule: .smolVLM, outputName: "pixel_values",
      emitsAttentionMask: true)

    /// What is seen of a frame, after one resize or two.
    func view(of frame: PixelSize) throws(GenbaError) -> PictureView {
      guard let longestEdge, frames.doResize else { return try frames.view(of: frame) }
      let between = Self.resized(height: frame.height, width: frame.width, longestEdge: longestEdge)
      var view = try frames.view(of: between)
      view.resizes.insert(between, at: 0)
      try view.check(pictureOf: frame)
      return view
    }

    /// transformers 5.23's `get_resize_output_image_size` of SmolVLM's video processor.
    private static func resized(height: Int, width: Int, longestEdge: Int) -> PixelSize {
      let longest = min(longestEdge, 4096)
      let aspectRatio = Double(width) / Double(max(height, 1))
      func even(_ side: Double) -> Int { max(Int(side) + Int(side) % 2, 1) }
      return width >= height
        ? PixelSize(height: even(Double(longest) / aspectRatio), width: longest)
        : PixelSize(height: longest, width: even(Double(longest) * aspectRatio))
    }
  }
}

extension EncoderVideoProcessor.Configuration {
  /// The settings of `file`; keys that it lacks keep the values of `defaults`.
  init(_ file: ConfigurationFile, defaults: EncoderVideoProcessor.Configuration) throws(GenbaError) {
    self = defaults
    fps = try file.number("fps", in: 1e-6...1e6) ?? fps
    numFrames = try file.integer("num_frames", in: 1...1 << 24) ?? numFrames
    if case .smolVLM = rule {
      try readSmolVLM(file)
      return
    }
    frames = try .init(file, defaults: defaults.frames, defaultToSquare: false)
    if case .internVL = rule { rule = .internVL(initialShift: try Self.initialShift(file)) }
  }

  /// V-JEPA 2's `size` follows from its `crop_size`, whatever the file says.
  static func vjepa2(_ file: ConfigurationFile) throws(GenbaError) -> Self {
    var configuration = try Self(file, defaults: .vjepa2)
    configuration.frames.size = .shortestEdge(configuration.frames.cropHeight * 256 / 224)
    configuration.frames.cropWidth = configuration.frames.cropHeight
    return configuration
  }

  /// `true` or none is half a step, `false` none, and a number itself.
  private static func initialShift(_ file: ConfigurationFile) throws(GenbaError) -> Double? {
    if file.isBool("initial_shift") { return try file.bool("initial_shift") == false ? 0 : nil }
    return try file.number("initial_shift", in: 0...1e9)
  }

  /// SmolVLM2's settings; `video_sampling` stands above `fps`, `num_frames` and `size`.
  private mutating func readSmolVLM(_ file: ConfigurationFile) throws(GenbaError) {
    let sides = 1...1 << 16
    if let block = try file.block("max_image_size"), let side = try block.integer("longest_edge", in: sides) {
      frames.size = .exact(height: side, width: side)
    }
    if let number = try file.integer("resample", in: 0...3),
      let value = EncoderImageProcessor.Configuration.Resample(rawValue: number)
    {
      frames.resample = value
    }
    frames.doResize = try file.step("do_resize") ?? frames.doResize
    frames.normalization = try file.normalization(defaults: frames.normalization)
    emitsAttentionMask = try file.bool("do_pad") ?? emitsAttentionMask
    let size = try file.block("size")
    longestEdge = try size?.integer("longest_edge", in: sides) ?? longestEdge
    guard let sampling = try file.block("video_sampling") else { return }
    fps = try sampling.number("fps", in: 1e-6...1e6) ?? fps
    numFrames = try sampling.integer("max_frames", in: 1...1 << 24) ?? numFrames
    if size == nil, let video = try sampling.block("video_size") {
      longestEdge = try video.integer("longest_edge", in: sides) ?? longestEdge
    }
  }
}
