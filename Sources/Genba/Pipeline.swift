internal import FoundationEssentials
public import GenbaCore
internal import GenbaMedia
public import GenbaProcessors
public import GenbaVision

/// Paths in, tensors out: decodes each file as its model wants it and hands it to the model's processor.
///
/// ```swift
/// let pipeline = try Pipeline(model: "qwen2.5-vl")
/// let tensors = try pipeline(images: ["weld.jpg"], videos: ["line4.mp4"])
/// try tensors.write(to: "sample.safetensors")
/// ```
public struct Pipeline: Sendable {
  /// How files are decoded and frames are chosen.
  public struct Options: Sendable, Hashable, Codable {
    /// Whose rule turns a sound file into one channel at the model's rate.
    public var audioBackend = AudioBackend.soundfile
    /// The part of each sound that is taken, in seconds, the end excluded; `nil` for all of it.
    public var audioRange: Range<Double>?
    /// The index of the sound's stream in each container; `nil` for the one that FFmpeg holds best.
    public var audioStream: Int?
    /// Whose rule chooses a clip's frames.
    public var sampling = FrameSampling.hf
    /// How many frames are asked of each clip; empty, the model's config says.
    public var frames = SamplingRequest()
    /// The element type of pixel values.
    public var dtype = PixelDType.float32
    /// What a file may claim.
    public var limits = DecodeLimits()

    /// transformers' own rules, and the default limits.
    public init() {}
  }

  /// The folder's path or the preset's name.
  public let model: String

  /// The model's contract.
  public let processor: AutoProcessor

  /// How files are decoded and frames are chosen.
  public var options: Options

  /// A pipeline for a model.
  ///
  /// - Parameter model: A folder with the model's config files, or the name of a ``Preset``.
  /// - Throws: `.invalidConfiguration` if it is neither, or the config files are not as they must be.
  public init(model: String, options: Options = Options()) throws(GenbaError) {
    self.model = model
    self.options = options
    if let preset = Preset.named(model) {
      processor = AutoProcessor(preset)
    } else if FileManager.default.fileExists(atPath: model) {
      processor = try AutoProcessor(contentsOf: model)
    } else {
      throw GenbaError(
        .invalidConfiguration,
        "there is no such model folder, and no preset of that name; the presets are "
          + Preset.all.map(\.name).joined(separator: ", "),
        source: .init(path: model))
    }
  }

  /// The model's tensors for these files, in one bundle.
  ///
  /// Files of one kind are one batch, in their order. Tensors are named as the model's processor names them. For clips
  /// the metadata say which frames were taken: `frame_indices`, `sampled_fps` and `timestamps_seconds`, numbers with
  /// commas between, and a semicolon between clips.
  ///
  /// - Throws: `.mismatchedInputs` if the model takes no input of a kind; what decoding and processing throw, with the
  ///   file's name.
  public func callAsFunction(
    images: [String] = [], videos: [String] = [], audio: [String] = []
  ) throws(GenbaError) -> TensorBundle {
    var bundle = TensorBundle()
    if !images.isEmpty { bundle.merge(try process(images: images)) }
    if !videos.isEmpty { bundle.merge(try process(videos: videos)) }
    if !audio.isEmpty { bundle.merge(try process(audio: audio)) }
    return bundle
  }

  /// The model's tensors for one file of any kind, which its content decides. A model that only hears takes a video's
  /// sound.
  public func callAsFunction(_ path: String) throws(GenbaError) -> TensorBundle {
    switch try MediaKind.detect(.file(path)) {
    case .image: try self(images: [path])
    case .video where processor.videoProcessor != nil || processor.featureExtractor == nil: try self(videos: [path])
    case .video, .audio: try self(audio: [path])
    }
  }

  private func process(images paths: [String]) throws(GenbaError) -> TensorBundle {
    guard let imageProcessor = processor.imageProcessor else { throw lacks("images", paths[0]) }
    var images: [Image] = []
    for path in paths { images.append(try ImageDecoder.decode(path, limits: options.limits)) }
    return try naming(paths) { () throws(GenbaError) in try imageProcessor(images, dtype: options.dtype) }
  }

  private func process(audio paths: [String]) throws(GenbaError) -> TensorBundle {
    guard let extractor = processor.featureExtractor else { throw lacks("sound", paths[0]) }
    var clips: [AudioSamples] = []
    for path in paths {
      let decoder = try AudioDecoder(path, stream: options.audioStream, limits: options.limits)
      let (channels, engine) = decoding(for: extractor)
      if let range = options.audioRange {
        clips.append(
          try decoder.samples(in: range, sampleRate: extractor.samplingRate, channels: channels, resampler: engine))
      } else {
        clips.append(
          try decoder.allSamples(sampleRate: extractor.samplingRate, channels: channels, resampler: engine))
      }
    }
    return try naming(paths) { () throws(GenbaError) in try extractor(clips) }
  }

  private func process(videos paths: [String]) throws(GenbaError) -> TensorBundle {
    guard let videoProcessor = processor.videoProcessor else { throw lacks("video", paths[0]) }
    var bundles: [TensorBundle] = []
    var plans: [VideoPlan] = []
    for path in paths {
      bundles.append(
        try naming([path]) { () throws(GenbaError) in
          var decoder = try VideoDecoder(path, layout: .nhwc, limits: options.limits)
          let (plan, bundle) = try process(&decoder, range: nil)
          plans.append(plan)
          return bundle
        })
    }
    var bundle = try videoProcessor.batch(bundles)
    bundle.describe(plans)
    return bundle
  }

  /// How a sound is mixed and resampled for the model.
  func decoding(for extractor: any AudioFeatureExtractor) -> (channels: ChannelMix, engine: Resampler.Engine) {
    let isMono = extractor.channelCount == 1
    return switch options.audioBackend {
    case .soundfile: (isMono ? .mono : .keep, .soxr)
    case .torchcodec: (isMono ? .torchcodecMono : .keep, .swr)
    }
  }

  /// The model's tensors for an open clip, or for the part of it that is played in `range`; layout `.nhwc`.
  func video(_ decoder: inout VideoDecoder, range: Range<Double>?) throws(GenbaError) -> TensorBundle {
    let (plan, single) = try process(&decoder, range: range)
    var bundle = try processor.videoProcessor?.batch([single]) ?? single
    bundle.describe([plan])
    return bundle
  }

  private func process(
    _ decoder: inout VideoDecoder, range: Range<Double>?
  ) throws(GenbaError) -> (VideoPlan, TensorBundle) {
    guard let videoProcessor = processor.videoProcessor else {
      throw GenbaError(.mismatchedInputs, "the model \(model) takes no video")
    }
    let frames = decoder.frameIndices(in: range)
    let metadata = decoder.metadata
    guard let averageFPS = metadata.averageFPS, !frames.isEmpty else {
      throw GenbaError(.mismatchedInputs, "the video has no frames, or none with a time")
    }
    let facts = VideoFacts(
      numFrames: frames.count, averageFPS: averageFPS, height: metadata.height, width: metadata.width)
    let plan = try videoProcessor.plan(for: facts, sampling: options.sampling, request: options.frames)
    decoder.announce(plan.frameIndices.map { frames.lowerBound + $0 })
    let bundle = try videoProcessor(plan, dtype: options.dtype) { (index) throws(GenbaError) in
      try decoder.frame(at: frames.lowerBound + index)
    }
    return (plan, bundle)
  }

  private func lacks(_ kind: String, _ path: String) -> GenbaError {
    GenbaError(
      .mismatchedInputs, "the model \(model) takes no \(kind)", source: .init(path: path))
  }

  /// Gives errors the name of the file, where there is only one that it can be.
  private func naming(
    _ paths: [String], _ body: () throws(GenbaError) -> TensorBundle
  ) throws(GenbaError) -> TensorBundle {
    do throws(GenbaError) { return try body() } catch { throw paths.count == 1 ? error.at(path: paths[0]) : error }
  }
}

extension TensorBundle {
  /// Writes down what the references keep in their `video_metadata`, which is no tensor.
  fileprivate mutating func describe(_ plans: [VideoPlan]) {
    func list(_ numbers: (VideoPlan) -> [String]) -> String {
      plans.map { numbers($0).joined(separator: ",") }.joined(separator: ";")
    }
    metadata["frame_indices"] = list { $0.frameIndices.map { "\($0)" } }
    metadata["sampled_fps"] = list { ["\($0.sampledFPS)"] }
    metadata["timestamps_seconds"] = list { $0.timestampsSeconds.map { "\($0)" } }
  }
}
