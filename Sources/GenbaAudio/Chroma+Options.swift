internal import GenbaCore

extension Chroma {
  /// What the classes of a frame are divided by.
  public enum Norm: String, Sendable, Hashable, Codable, CaseIterable {
    /// The largest: librosa's default, infinity.
    case max = "inf"
    /// Their sum.
    case l1 = "1"
    /// Their Euclidean length.
    case l2 = "2"
    /// Nothing.
    case none
  }

  /// Every knob, with the defaults of `librosa.feature.chroma_stft`.
  ///
  /// As JSON the names are librosa's, those of the STFT beside the others: `{"n_fft": 4096, "n_chroma": 24, "tuning": 0}`.
  public struct Options: Sendable, Hashable {
    /// Of the sound, in hertz.
    public var sampleRate: Int
    public var stft: STFT.Options
    /// Pitch classes of an octave.
    public var nChroma: Int
    /// How far tones lie from those of a piano tuned to 440 Hz, in classes. `nil` is estimated from each sound, which
    /// needs the whole of it.
    public var tuning: Double?
    public var norm: Norm
    /// Where the octaves count most, in octaves above 27.5 Hz.
    public var ctroct: Double
    /// How fast they count less to both sides, in octaves; `nil` for all the same.
    public var octwidth: Double?
    /// Whether the first class is C, not A.
    public var baseC: Bool

    public init(
      sampleRate: Int = 22_050, stft: STFT.Options = .init(nFFT: 2048, hopLength: 512), nChroma: Int = 12,
      tuning: Double? = nil, norm: Norm = .max, ctroct: Double = 5, octwidth: Double? = 2, baseC: Bool = true
    ) {
      self.sampleRate = sampleRate
      self.stft = stft
      self.nChroma = nChroma
      self.tuning = tuning
      self.norm = norm
      self.ctroct = ctroct
      self.octwidth = octwidth
      self.baseC = baseC
    }

    /// Throws `.invalidConfiguration` for the first option out of its range, with what it must be.
    func validate() throws(GenbaError) {
      try require((1...1_000_000_000).contains(sampleRate), "sample_rate is \(sampleRate); it must be above 0")
      try require("n_chroma", nChroma, in: 1...1024)
      try require(abs(tuning ?? 0) <= 1e3, "tuning is \(tuning ?? 0); it must be -1000 … 1000")
      try require(ctroct.isFinite, "ctroct is \(ctroct)")
      if let octwidth { try require(octwidth > 0 && octwidth.isFinite, "octwidth is \(octwidth); it must be above 0") }
      try stft.validate()
      try require(
        nChroma * (stft.nFFT / 2 + 1) <= 1 << 25,
        "\(nChroma) classes over \(stft.nFFT / 2 + 1) bins are more than fit; lower n_chroma or n_fft")
    }
  }
}

extension Chroma.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case sampleRate = "sample_rate"
    case nChroma = "n_chroma"
    case tuning, norm, ctroct, octwidth
    case baseC = "base_c"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    stft = try STFT.Options(from: decoder, standardHop: stft.hopLength)
    try values.read(.sampleRate, to: &sampleRate)
    try values.read(.nChroma, to: &nChroma)
    try values.read(.tuning, toOptional: &tuning)
    try values.read(.norm, to: &norm)
    try values.read(.ctroct, to: &ctroct)
    // "octwidth": null is for all octaves the same; absent is librosa's.
    try values.read(.octwidth, toOptional: &octwidth)
    try values.read(.baseC, to: &baseC)
  }

  public func encode(to encoder: any Encoder) throws {
    try stft.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(sampleRate, forKey: .sampleRate)
    try values.encode(nChroma, forKey: .nChroma)
    try values.encodeIfPresent(tuning, forKey: .tuning)
    try values.encode(norm, forKey: .norm)
    try values.encode(ctroct, forKey: .ctroct)
    // Written even when nil, since an absent key means librosa's default.
    try values.encode(octwidth, forKey: .octwidth)
    try values.encode(baseC, forKey: .baseC)
  }
}
