internal import GenbaCore

extension ClapFeatureExtractor {
  /// What becomes of clips that are too long.
  public enum Truncation: String, Sendable, Hashable, Codable {
    /// Four views of the clip: the fused models.
    case fusion
    /// One piece of it: the unfused models.
    case randTrunc = "rand_trunc"
  }

  /// How clips that are too short are filled.
  public enum Padding: String, Sendable, Hashable, Codable {
    /// As often as it fits whole, then with silence.
    case repeatPad = "repeatpad"
    /// Again and again, and cut.
    case `repeat`
    /// With silence.
    case pad
  }

  /// What `preprocessor_config.json` holds for this extractor; defaults are those of the class.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Mel bands.
    public var featureSize = 64
    /// In hertz.
    public var samplingRate = 48_000
    /// From one frame to the next, in samples.
    public var hopLength = 480
    /// What the model hears at once, in seconds.
    public var maxLengthSeconds = 10
    /// Length of a frame and of its FFT, in samples.
    public var fftWindowSize = 1024
    /// Where the lowest band begins, in hertz.
    public var frequencyMin = 0.0
    /// Where the highest ends, in hertz.
    public var frequencyMax = 14_000.0
    public var truncation = Truncation.fusion
    public var padding = Padding.repeatPad

    /// The class's defaults.
    public init() {}

    /// Samples that the model hears at once.
    public var nbMaxSamples: Int { maxLengthSeconds * samplingRate }

    /// Frames that the model hears at once.
    public var frameCount: Int { nbMaxSamples / hopLength + 1 }
  }
}

extension ClapFeatureExtractor.Configuration {
  /// Throws `.invalidConfiguration` for the first value that cannot be worked with, with what it must be.
  func validate() throws(GenbaError) {
    try require("feature_size", featureSize, in: 1...1024)
    try require("sampling_rate", samplingRate, in: 1...768_000)
    try require("hop_length", hopLength, in: 1...768_000)
    try require("max_length_s", maxLengthSeconds, in: 1...3600)
    try require("fft_window_size", fftWindowSize, in: 2...65_536)
    try require("frames of features", frameCount * featureSize, in: 1...1 << 28)
  }

  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("feature_size", in: 1...1024) { featureSize = value }
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("hop_length", in: 1...768_000) { hopLength = value }
    if let value = try file.integer("max_length_s", in: 1...3600) { maxLengthSeconds = value }
    if let value = try file.integer("fft_window_size", in: 2...65_536) { fftWindowSize = value }
    if let value = try file.number("frequency_min", in: 0...1e6) { frequencyMin = value }
    if let value = try file.number("frequency_max", in: 0...1e6) { frequencyMax = value }
    if let name = try file.string("truncation") {
      guard let value = ClapFeatureExtractor.Truncation(rawValue: name) else {
        throw file.wrong("truncation", "fusion or rand_trunc")
      }
      truncation = value
    }
    if let name = try file.string("padding") {
      guard let value = ClapFeatureExtractor.Padding(rawValue: name) else {
        throw file.wrong("padding", "repeatpad, repeat or pad")
      }
      padding = value
    }
  }
}
