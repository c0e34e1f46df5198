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

  /// Every knob of a log-mel spectrogram, with librosa 0.11's defaults (`feature.melspectrogram`, `power_to_db`).
  ///
  /// As JSON the names are librosa's: `{"sample_rate": 16000, "n_fft": 400, "hop_length": 160, "log": "log10"}`. A key
  /// that is absent keeps its default, except that `hop_length` follows `n_fft` as in librosa's `stft`.
  public struct Options: Sendable, Hashable {
    /// Of the sound, in hertz.
    public var sampleRate: Int
    /// Length of the FFT in samples. Lengths made of the factors 2, 3 and 5 are fast; others take about six times as long.
    public var nFFT: Int
    /// Length of the window in samples, at most `nFFT`; it stands in the middle of the frame. `nil` is `nFFT`.
    public var winLength: Int?
    /// From one frame to the next, in samples.
    public var hopLength: Int
    public var window: Window
    /// Whether frame i is centred on sample i · hopLength, with padding at both ends, or begins there.
    public var center: Bool
    public var padMode: PadMode
    /// 2 for power, 1 for magnitude.
    public var power: Int
    /// How many bands.
    public var nMels: Int
    /// Where the lowest band begins, in hertz.
    public var fMin: Double
    /// Where the highest ends, in hertz. `nil` is half the sample rate.
    public var fMax: Double?
    public var melScale: MelScale
    public var melNorm: MelFilterBank.Norm
    public var log: Log
    /// What smaller values are raised to before the logarithm (`amin`): a normal float32 above 0.
    public var floor: Double
    /// How far below the loudest value the softest may be, in decibels; only for `.decibels`. `nil` is no bound.
    public var topDB: Double?

    /// Options; every one that is not given has librosa's default.
    public init(
      sampleRate: Int = 22_050, nFFT: Int = 2048, winLength: Int? = nil, hopLength: Int = 512, window: Window = .hann,
      center: Bool = true, padMode: PadMode = .constant, power: Int = 2, nMels: Int = 128, fMin: Double = 0,
      fMax: Double? = nil, melScale: MelScale = .slaney, melNorm: MelFilterBank.Norm = .slaney, log: Log = .decibels,
      floor: Double = 1e-10, topDB: Double? = 80
    ) {
      self.sampleRate = sampleRate
      self.nFFT = nFFT
      self.winLength = winLength
      self.hopLength = hopLength
      self.window = window
      self.center = center
      self.padMode = padMode
      self.power = power
      self.nMels = nMels
      self.fMin = fMin
      self.fMax = fMax
      self.melScale = melScale
      self.melNorm = melNorm
      self.log = log
      self.floor = floor
      self.topDB = topDB
    }
  }
}

extension LogMelSpectrogram.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case sampleRate = "sample_rate"
    case nFFT = "n_fft"
    case winLength = "win_length"
    case hopLength = "hop_length"
    case window, center
    case padMode = "pad_mode"
    case power
    case nMels = "n_mels"
    case fMin = "f_min"
    case fMax = "f_max"
    case melScale = "mel_scale"
    case melNorm = "mel_norm"
    case log, floor
    case topDB = "top_db"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, or standard: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? standard
    }
    let standard = Self()
    let nFFT = try value(.nFFT, or: standard.nFFT)
    let winLength = try values.decodeIfPresent(Int.self, forKey: .winLength)
    self.init(
      sampleRate: try value(.sampleRate, or: standard.sampleRate),
      nFFT: nFFT,
      winLength: winLength,
      hopLength: try value(.hopLength, or: max((winLength ?? nFFT) / 4, 1)),
      window: try value(.window, or: standard.window),
      center: try value(.center, or: standard.center),
      padMode: try value(.padMode, or: standard.padMode),
      power: try value(.power, or: standard.power),
      nMels: try value(.nMels, or: standard.nMels),
      fMin: try value(.fMin, or: standard.fMin),
      fMax: try values.decodeIfPresent(Double.self, forKey: .fMax),
      melScale: try value(.melScale, or: standard.melScale),
      melNorm: try value(.melNorm, or: standard.melNorm),
      log: try value(.log, or: standard.log),
      floor: try value(.floor, or: standard.floor),
      // "top_db": null is no bound; absent is librosa's.
      topDB: values.contains(.topDB) ? try values.decodeIfPresent(Double.self, forKey: .topDB) : standard.topDB)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(sampleRate, forKey: .sampleRate)
    try values.encode(nFFT, forKey: .nFFT)
    try values.encodeIfPresent(winLength, forKey: .winLength)
    try values.encode(hopLength, forKey: .hopLength)
    try values.encode(window, forKey: .window)
    try values.encode(center, forKey: .center)
    try values.encode(padMode, forKey: .padMode)
    try values.encode(power, forKey: .power)
    try values.encode(nMels, forKey: .nMels)
    try values.encode(fMin, forKey: .fMin)
    try values.encodeIfPresent(fMax, forKey: .fMax)
    try values.encode(melScale, forKey: .melScale)
    try values.encode(melNorm, forKey: .melNorm)
    try values.encode(log, forKey: .log)
    try values.encode(floor, forKey: .floor)
    // Written even when nil, since an absent key means librosa's default.
    try values.encode(topDB, forKey: .topDB)
  }
}

extension LogMelSpectrogram.Options {
  /// Throws `.invalidConfiguration` for the first option out of its range, with what it must be.
  func validate() throws(GenbaError) {
    func require(_ isValid: Bool, _ message: @autoclosure () -> String) throws(GenbaError) {
      if !isValid { throw GenbaError(.invalidConfiguration, message()) }
    }
    try require((2...1 << 18).contains(nFFT), "n_fft is \(nFFT); it must be 2 … \(1 << 18)")
    if let winLength {
      try require((1...nFFT).contains(winLength), "win_length is \(winLength); it must be 1 … n_fft, \(nFFT)")
    }
    try require((1...1 << 30).contains(hopLength), "hop_length is \(hopLength); it must be 1 … \(1 << 30)")
    try require(power == 1 || power == 2, "power is \(power); it must be 1 (magnitude) or 2 (power)")
    try require(
      Float(floor).isNormal && floor > 0, "floor is \(floor); it must be a float32 above 0, such as 1e-10")
    if let topDB { try require(topDB >= 0, "top_db is \(topDB); it must not be negative") }
  }
}
