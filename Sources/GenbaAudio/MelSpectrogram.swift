public import GenbaCore

/// The mel spectrogram of a sound: power or magnitudes in mel bands, as `librosa.feature.melspectrogram` (0.11) and
/// `torchaudio.transforms.MelSpectrogram` (2.11) compute them. ``LogMelSpectrogram`` takes their logarithm in the same
/// pass.
///
/// ```swift
/// let mel = try MelSpectrogram(.init(sampleRate: 48_000, nFFT: 1024, hopLength: 512, nMels: 64, melScale: .htk))
/// let bands = try mel(audio)  // [64, frames], or [channels, 64, frames] of several channels
/// ```
///
/// Equal to librosa within float32's accuracy.
public struct MelSpectrogram: Sendable {
  public let options: Options

  /// The filters in use.
  public var melFilterBank: MelFilterBank { bands.melFilterBank }

  private let bands: LogMelSpectrogram

  /// The tables for these options.
  ///
  /// - Throws: `.invalidConfiguration` for an option out of its range, with what it must be.
  public init(_ options: Options = Options()) throws(GenbaError) {
    self.options = options
    bands = try LogMelSpectrogram(options.withoutLogarithm)
  }

  /// The bands of every frame.
  ///
  /// - Returns: float32 [nMels, frames], or [channels, nMels, frames] where there is not just one channel.
  /// - Throws: As ``LogMelSpectrogram`` does.
  public func callAsFunction(
    _ audio: AudioSamples, limits: DecodeLimits = DecodeLimits()
  ) throws(GenbaError) -> Tensor<Float> {
    try bands(audio, limits: limits)
  }
}

extension MelSpectrogram: FrameFeature {
  public var framing: Framing { bands.framing }
  public var requiredSampleRate: Int? { options.sampleRate }
  public var valuesPerFrame: Int { options.nMels }

  public func frames(
    of samples: Span<Float>, from start: Int, count: Int, sampleRate: Int, isLast: Bool, state: inout Void
  ) throws(GenbaError) -> Tensor<Float> {
    var loudest = bands.makeState()
    return try bands.frames(
      of: samples, from: start, count: count, sampleRate: sampleRate, isLast: isLast, state: &loudest)
  }
}

extension MelSpectrogram {
  /// Every knob of a mel spectrogram, with librosa 0.11's defaults. Each is described in ``LogMelSpectrogram/Options``.
  ///
  /// As JSON the names are those of the log-mel spectrogram: `{"sample_rate": 16000, "n_fft": 400, "n_mels": 80}`.
  public struct Options: Sendable, Hashable {
    public var sampleRate: Int
    public var nFFT: Int
    public var winLength: Int?
    public var hopLength: Int
    public var window: Window
    public var center: Bool
    public var padMode: PadMode
    /// 2 for power, 1 for magnitude.
    public var power: Int
    public var nMels: Int
    public var fMin: Double
    public var fMax: Double?
    public var melScale: MelScale
    public var melNorm: MelFilterBank.Norm

    /// Options; every one that is not given has librosa's default.
    public init(
      sampleRate: Int = 22_050, nFFT: Int = 2048, winLength: Int? = nil, hopLength: Int = 512, window: Window = .hann,
      center: Bool = true, padMode: PadMode = .constant, power: Int = 2, nMels: Int = 128, fMin: Double = 0,
      fMax: Double? = nil, melScale: MelScale = .slaney, melNorm: MelFilterBank.Norm = .slaney
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
    }

    /// The same bands under a logarithm's options.
    init(_ options: LogMelSpectrogram.Options) {
      self.init(
        sampleRate: options.sampleRate, nFFT: options.nFFT, winLength: options.winLength, hopLength: options.hopLength,
        window: options.window, center: options.center, padMode: options.padMode, power: options.power,
        nMels: options.nMels, fMin: options.fMin, fMax: options.fMax, melScale: options.melScale,
        melNorm: options.melNorm)
    }

    var withoutLogarithm: LogMelSpectrogram.Options {
      LogMelSpectrogram.Options(
        sampleRate: sampleRate, nFFT: nFFT, winLength: winLength, hopLength: hopLength, window: window, center: center,
        padMode: padMode, power: power, nMels: nMels, fMin: fMin, fMax: fMax, melScale: melScale, melNorm: melNorm,
        log: .none, topDB: nil)
    }
  }
}

extension MelSpectrogram.Options: Codable {
  /// The names are ``LogMelSpectrogram``'s; those of its logarithm are passed over.
  enum CodingKeys: String, CodingKey {
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
  }

  public init(from decoder: any Decoder) throws {
    self.init(try LogMelSpectrogram.Options(from: decoder))
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
  }
}
