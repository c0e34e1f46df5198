internal import GenbaCore

extension MelSpectrogram {
  /// Every knob of a mel spectrogram, with librosa 0.11's defaults (`feature.melspectrogram`).
  ///
  /// As JSON the names are librosa's: `{"sample_rate": 16000, "n_fft": 400, "n_mels": 80}`. A key that is absent keeps its
  /// default, except that `hop_length` follows `n_fft` as in librosa's `stft`.
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
    public var precision: Precision

    /// Options; every one that is not given has librosa's default.
    public init(
      sampleRate: Int = 22_050, nFFT: Int = 2048, winLength: Int? = nil, hopLength: Int = 512, window: Window = .hann,
      center: Bool = true, padMode: PadMode = .constant, power: Int = 2, nMels: Int = 128, fMin: Double = 0,
      fMax: Double? = nil, melScale: MelScale = .slaney, melNorm: MelFilterBank.Norm = .slaney,
      precision: Precision = .float32
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
      self.precision = precision
    }

    /// Throws `.invalidConfiguration` for the first option out of its range, with what it must be. The bands' frequencies
    /// are ``MelFilterBank``'s matter.
    func validate() throws(GenbaError) {
      try require("n_fft", nFFT, in: 2...1 << 18)
      if let winLength {
        try require((1...nFFT).contains(winLength), "win_length is \(winLength); it must be 1 … n_fft, \(nFFT)")
      }
      try require("hop_length", hopLength, in: 1...1 << 30)
      try require(power == 1 || power == 2, "power is \(power); it must be 1 (magnitude) or 2 (power)")
    }
  }
}

extension MelSpectrogram.Options: Codable {
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
    case precision
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    try values.read(.sampleRate, to: &sampleRate)
    try values.read(.nFFT, to: &nFFT)
    try values.read(.winLength, toOptional: &winLength)
    hopLength = max((winLength ?? nFFT) / 4, 1)
    try values.read(.hopLength, to: &hopLength)
    try values.read(.window, to: &window)
    try values.read(.center, to: &center)
    try values.read(.padMode, to: &padMode)
    try values.read(.power, to: &power)
    try values.read(.nMels, to: &nMels)
    try values.read(.fMin, to: &fMin)
    try values.read(.fMax, toOptional: &fMax)
    try values.read(.melScale, to: &melScale)
    try values.read(.melNorm, to: &melNorm)
    try values.read(.precision, to: &precision)
  }
}
