internal import GenbaCore

extension WhisperFeatureExtractor {
  /// What `preprocessor_config.json` holds for this extractor. A key that is absent has the default of the class in
  /// transformers 5.23.0; keys of other processors in the same file are passed over.
  public struct Configuration: Sendable, Hashable {
    /// Mel bands.
    public var featureSize: Int
    /// In hertz.
    public var samplingRate: Int
    /// From one frame to the next, in samples.
    public var hopLength: Int
    /// What the model hears at once, in seconds.
    public var chunkLength: Int
    /// Length of a frame and of its FFT, in samples.
    public var nFFT: Int
    /// What clips are filled with; only 0, silence, can be worked with.
    public var paddingValue: Double
    /// Where clips are filled; only `right` can be worked with.
    public var paddingSide: String
    /// Strength of random noise that is added; only 0, none, can be worked with.
    public var dither: Double
    /// Whether `attention_mask` is given.
    public var returnAttentionMask: Bool

    /// A configuration; what is not given has the reference's default.
    public init(
      featureSize: Int = 80, samplingRate: Int = 16_000, hopLength: Int = 160, chunkLength: Int = 30, nFFT: Int = 400,
      paddingValue: Double = 0, paddingSide: String = "right", dither: Double = 0, returnAttentionMask: Bool = false
    ) {
      self.featureSize = featureSize
      self.samplingRate = samplingRate
      self.hopLength = hopLength
      self.chunkLength = chunkLength
      self.nFFT = nFFT
      self.paddingValue = paddingValue
      self.paddingSide = paddingSide
      self.dither = dither
      self.returnAttentionMask = returnAttentionMask
    }

    /// Samples that the model hears at once. The reference computes it too and passes over the file's `n_samples`.
    public var nSamples: Int { chunkLength * samplingRate }

    /// Frames that the model hears at once. The reference computes it too and passes over the file's `nb_max_frames`.
    public var nbMaxFrames: Int { nSamples / hopLength }
  }
}

extension WhisperFeatureExtractor.Configuration: Codable {
  private enum CodingKeys: String, CodingKey {
    case featureSize = "feature_size"
    case samplingRate = "sampling_rate"
    case hopLength = "hop_length"
    case chunkLength = "chunk_length"
    case nFFT = "n_fft"
    case paddingValue = "padding_value"
    case paddingSide = "padding_side"
    case dither
    case returnAttentionMask = "return_attention_mask"
    case nSamples = "n_samples"
    case nbMaxFrames = "nb_max_frames"
    case featureExtractorType = "feature_extractor_type"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, or standard: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? standard
    }
    let standard = Self()
    self.init(
      featureSize: try value(.featureSize, or: standard.featureSize),
      samplingRate: try value(.samplingRate, or: standard.samplingRate),
      hopLength: try value(.hopLength, or: standard.hopLength),
      chunkLength: try value(.chunkLength, or: standard.chunkLength),
      nFFT: try value(.nFFT, or: standard.nFFT),
      paddingValue: try value(.paddingValue, or: standard.paddingValue),
      paddingSide: try value(.paddingSide, or: standard.paddingSide),
      dither: try value(.dither, or: standard.dither),
      returnAttentionMask: try value(.returnAttentionMask, or: standard.returnAttentionMask))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(featureSize, forKey: .featureSize)
    try values.encode(samplingRate, forKey: .samplingRate)
    try values.encode(hopLength, forKey: .hopLength)
    try values.encode(chunkLength, forKey: .chunkLength)
    try values.encode(nFFT, forKey: .nFFT)
    try values.encode(paddingValue, forKey: .paddingValue)
    try values.encode(paddingSide, forKey: .paddingSide)
    try values.encode(dither, forKey: .dither)
    try values.encode(returnAttentionMask, forKey: .returnAttentionMask)
    try values.encode(nSamples, forKey: .nSamples)
    try values.encode(nbMaxFrames, forKey: .nbMaxFrames)
    try values.encode("WhisperFeatureExtractor", forKey: .featureExtractorType)
  }
}

extension WhisperFeatureExtractor.Configuration {
  /// The settings of `file`; keys that it lacks keep the reference's defaults.
  init(_ file: ConfigurationFile) throws(GenbaError) {
    self.init()
    if let value = try file.integer("feature_size", in: 1...1024) { featureSize = value }
    if let value = try file.integer("sampling_rate", in: 1...768_000) { samplingRate = value }
    if let value = try file.integer("hop_length", in: 1...768_000) { hopLength = value }
    if let value = try file.integer("chunk_length", in: 1...3600) { chunkLength = value }
    if let value = try file.integer("n_fft", in: 2...65_536) { nFFT = value }
    if let value = try file.number("padding_value", in: -1e30...1e30) { paddingValue = value }
    if let value = try file.string("padding_side") { paddingSide = value }
    if let value = try file.number("dither", in: -1e30...1e30) { dither = value }
    if let value = try file.bool("return_attention_mask") { returnAttentionMask = value }
  }

  /// Throws `.invalidConfiguration` for the first value that cannot be worked with, with what it must be.
  func validate() throws(GenbaError) {
    try require("feature_size", featureSize, in: 1...1024)
    // The filters reach to 8 kHz.
    try require("sampling_rate", samplingRate, in: 16_000...768_000)
    try require("n_fft", nFFT, in: 2...65_536)
    try require("hop_length", hopLength, in: 1...samplingRate)
    try require("chunk_length", chunkLength, in: 1...3600)
    try require(nSamples > nFFT / 2, "n_fft is \(nFFT), more than twice what the model hears at once")
    try require(
      nbMaxFrames * featureSize <= 1 << 30,
      "\(nbMaxFrames) frames of \(featureSize) features are too many; lower chunk_length or raise hop_length")
    try require(paddingValue == 0, "padding_value is \(paddingValue); only 0, silence, can be worked with")
    try require(paddingSide == "right", "padding_side is \(paddingSide); only right can be worked with")
    try require(dither == 0, "dither is \(dither); only 0 can be worked with, since the reference's noise is random")
  }
}
