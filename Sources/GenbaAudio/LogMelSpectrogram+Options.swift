internal import GenbaCore

extension LogMelSpectrogram {
  /// What stands before and behind the signal when frames are centred.
  public typealias PadMode = GenbaAudio.PadMode

  /// The logarithm of the bands.
  public enum Log: String, Sendable, Hashable, Codable, CaseIterable {
    /// None: the bands as they are.
    case none
    /// The natural logarithm.
    case ln
    case log10
    /// Decibels: 10 · log10 of power (librosa's `power_to_db`), 20 · log10 of magnitudes (`amplitude_to_db`).
    case decibels = "db"
  }

  /// Every knob of a log-mel spectrogram: those of ``MelSpectrogram/Options``, whose names are members of these too, and of
  /// the logarithm, with librosa 0.11's defaults (`power_to_db`).
  ///
  /// As JSON the names are librosa's: `{"sample_rate": 16000, "n_fft": 400, "hop_length": 160, "log": "log10"}`.
  @dynamicMemberLookup
  public struct Options: Sendable, Hashable {
    /// Of the bands.
    public var mel: MelSpectrogram.Options
    public var log: Log
    /// What smaller values are raised to before the logarithm (`amin`): a normal float32 above 0.
    public var floor: Double
    /// How far below the loudest value the softest may be, in decibels; only for `.decibels`. `nil` is no bound.
    public var topDB: Double?

    /// The logarithm of bands with these options.
    public init(_ mel: MelSpectrogram.Options, log: Log = .decibels, floor: Double = 1e-10, topDB: Double? = 80) {
      self.mel = mel
      self.log = log
      self.floor = floor
      self.topDB = topDB
    }

    /// Options; every one that is not given has librosa's default.
    public init(
      sampleRate: Int = 22_050, nFFT: Int = 2048, winLength: Int? = nil, hopLength: Int = 512, window: Window = .hann,
      center: Bool = true, padMode: PadMode = .constant, power: Int = 2, nMels: Int = 128, fMin: Double = 0,
      fMax: Double? = nil, melScale: MelScale = .slaney, melNorm: MelFilterBank.Norm = .slaney, log: Log = .decibels,
      floor: Double = 1e-10, topDB: Double? = 80, precision: Precision = .float32
    ) {
      self.init(
        .init(
          sampleRate: sampleRate, nFFT: nFFT, winLength: winLength, hopLength: hopLength, window: window,
          center: center, padMode: padMode, power: power, nMels: nMels, fMin: fMin, fMax: fMax, melScale: melScale,
          melNorm: melNorm, precision: precision),
        log: log, floor: floor, topDB: topDB)
    }

    /// An option of the bands.
    public subscript<Value>(dynamicMember option: WritableKeyPath<MelSpectrogram.Options, Value>) -> Value {
      get { mel[keyPath: option] }
      set { mel[keyPath: option] = newValue }
    }

    /// Throws `.invalidConfiguration` for the first option out of its range, with what it must be.
    func validate() throws(GenbaError) {
      try mel.validate()
      guard Float(floor).isNormal && floor > 0 else {
        throw GenbaError(.invalidConfiguration, "floor is \(floor); it must be a float32 above 0, such as 1e-10")
      }
      if let topDB, !(topDB >= 0) {
        throw GenbaError(.invalidConfiguration, "top_db is \(topDB); it must not be negative")
      }
    }
  }
}

extension LogMelSpectrogram.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case log, floor
    case topDB = "top_db"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try MelSpectrogram.Options(from: decoder))
    try values.read(.log, to: &log)
    try values.read(.floor, to: &floor)
    // "top_db": null is no bound; absent is librosa's.
    try values.read(.topDB, toOptional: &topDB)
  }

  public func encode(to encoder: any Encoder) throws {
    try mel.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(log, forKey: .log)
    try values.encode(floor, forKey: .floor)
    // Written even when nil, since an absent key means librosa's default.
    try values.encode(topDB, forKey: .topDB)
  }
}
