internal import GenbaCore

extension PCEN {
  /// Every knob, with librosa's defaults and those of its example for the bands: magnitudes (`power` 1), multiplied by
  /// 2³¹, as if samples were 32-bit integers.
  ///
  /// As JSON the names are librosa's, those of the mel spectrogram beside the others, but for `exponent`, since the mel
  /// spectrogram has a `power`: `{"n_mels": 64, "gain": 0.8, "bias": 10, "exponent": 0.25}`.
  public struct Options: Sendable, Hashable {
    /// Of the mel spectrogram.
    public var mel: MelSpectrogram.Options
    /// What bands are multiplied by.
    public var scale: Double
    /// How much of the running mean is divided away: 1 is all.
    public var gain: Double
    /// Against dividing near-silence up.
    public var bias: Double
    /// Of the compression; 0 is a logarithm (librosa's `power`).
    public var exponent: Double
    /// Of the running mean, in seconds.
    public var timeConstant: Double
    /// The least running mean.
    public var eps: Double
    /// The newest frame's share in the running mean, 0 … 1; `nil` follows from `timeConstant`.
    public var b: Double?
    /// Of how many neighbouring bands the running mean takes the loudest.
    public var maxSize: Int

    public init(
      mel: MelSpectrogram.Options = .init(power: 1), scale: Double = 2_147_483_648, gain: Double = 0.98,
      bias: Double = 2, exponent: Double = 0.5, timeConstant: Double = 0.4, eps: Double = 1e-6, b: Double? = nil,
      maxSize: Int = 1
    ) {
      self.mel = mel
      self.scale = scale
      self.gain = gain
      self.bias = bias
      self.exponent = exponent
      self.timeConstant = timeConstant
      self.eps = eps
      self.b = b
      self.maxSize = maxSize
    }

    /// The newest frame's share in the running mean.
    var smoothing: Double {
      if let b { return b }
      let frames = timeConstant * Double(mel.sampleRate) / Double(mel.hopLength)
      return ((1 + 4 * frames * frames).squareRoot() - 1) / (2 * frames * frames)
    }

    /// Throws `.invalidConfiguration` for the first option out of its range, with what it must be.
    func validate() throws(GenbaError) {
      for (name, value) in [("gain", gain), ("bias", bias), ("exponent", exponent)] {
        guard value >= 0, value.isFinite else {
          throw GenbaError(.invalidConfiguration, "\(name) is \(value); it must be 0 or above")
        }
      }
      for (name, value) in [("scale", scale), ("time_constant", timeConstant), ("eps", eps)] {
        guard value > 0, value.isFinite else {
          throw GenbaError(.invalidConfiguration, "\(name) is \(value); it must be above 0")
        }
      }
      if let b, !(0...1).contains(b) { throw GenbaError(.invalidConfiguration, "b is \(b); it must be 0 … 1") }
      guard maxSize > 0 else { throw GenbaError(.invalidConfiguration, "max_size is \(maxSize); it must be above 0") }
    }
  }
}

extension PCEN.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case power, scale, gain, bias, exponent
    case timeConstant = "time_constant"
    case eps, b
    case maxSize = "max_size"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    let standardPower = mel.power
    mel = try MelSpectrogram.Options(from: decoder)
    // Of magnitudes, unless it says otherwise.
    mel.power = standardPower
    try values.read(.power, to: &mel.power)
    try values.read(.scale, to: &scale)
    try values.read(.gain, to: &gain)
    try values.read(.bias, to: &bias)
    try values.read(.exponent, to: &exponent)
    try values.read(.timeConstant, to: &timeConstant)
    try values.read(.eps, to: &eps)
    try values.read(.b, toOptional: &b)
    try values.read(.maxSize, to: &maxSize)
  }

  public func encode(to encoder: any Encoder) throws {
    try mel.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(scale, forKey: .scale)
    try values.encode(gain, forKey: .gain)
    try values.encode(bias, forKey: .bias)
    try values.encode(exponent, forKey: .exponent)
    try values.encode(timeConstant, forKey: .timeConstant)
    try values.encode(eps, forKey: .eps)
    try values.encodeIfPresent(b, forKey: .b)
    try values.encode(maxSize, forKey: .maxSize)
  }
}
