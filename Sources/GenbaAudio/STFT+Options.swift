internal import GenbaCore

extension STFT {
  /// Every knob of a short-time Fourier transform, with librosa 0.11's defaults.
  ///
  /// As JSON the names are librosa's: `{"n_fft": 512, "hop_length": 160, "window": "hamming"}`. A key that is absent keeps
  /// its default; `hop_length` is a quarter of the window then, as in librosa.
  public struct Options: Sendable, Hashable {
    /// Length of the FFT in samples. Lengths made of the factors 2, 3 and 5 are fast; others take about six times as
    /// long.
    public var nFFT: Int
    /// Length of the window in samples, at most `nFFT`; it stands in the middle of the frame. `nil` is `nFFT`.
    public var winLength: Int?
    /// From one frame to the next, in samples.
    public var hopLength: Int
    public var window: Window
    /// Whether the window is one period of a cosine, made for spectra, or ends with the same factor as it starts
    /// (`fftbins`, torch's `periodic`).
    public var periodic: Bool
    /// Whether frame i is centred on sample i · hopLength, with padding at both ends, or begins there.
    public var center: Bool
    public var padMode: PadMode

    /// Options; every one that is not given has librosa's default.
    ///
    /// - Parameter hopLength: `nil` is a quarter of the window.
    public init(
      nFFT: Int = 2048, winLength: Int? = nil, hopLength: Int? = nil, window: Window = .hann, periodic: Bool = true,
      center: Bool = true, padMode: PadMode = .constant
    ) {
      self.nFFT = nFFT
      self.winLength = winLength
      self.hopLength = hopLength ?? max((winLength ?? nFFT) / 4, 1)
      self.window = window
      self.periodic = periodic
      self.center = center
      self.padMode = padMode
    }
  }
}

extension STFT.Options {
  var windowFactors: [Double] { window.factors(count: winLength ?? nFFT, periodic: periodic) }

  /// Samples of padding on either side.
  var pad: Int { center ? nFFT / 2 : 0 }

  /// Throws `.invalidConfiguration` for the first option out of its range, with what it must be.
  func validate() throws(GenbaError) {
    try require("n_fft", nFFT, in: 2...1 << 18)
    if let winLength {
      try require((1...nFFT).contains(winLength), "win_length is \(winLength); it must be 1 … n_fft, \(nFFT)")
    }
    try require("hop_length", hopLength, in: 1...1 << 30)
    if case .kaiser(let beta) = window {
      try require((0...700).contains(beta), "a Kaiser window's beta is \(beta); it must be 0 … 700")
    }
  }
}

extension STFT.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case nFFT = "n_fft"
    case winLength = "win_length"
    case hopLength = "hop_length"
    case window
    case periodic = "fftbins"
    case center
    case padMode = "pad_mode"
  }

  public init(from decoder: any Decoder) throws {
    try self.init(from: decoder, standardHop: nil)
  }

  /// The options of a feature whose hop, in librosa, does not follow the window.
  init(from decoder: any Decoder, standardHop: Int?) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    try values.read(.nFFT, to: &nFFT)
    try values.read(.winLength, toOptional: &winLength)
    hopLength = standardHop ?? max((winLength ?? nFFT) / 4, 1)
    try values.read(.hopLength, to: &hopLength)
    try values.read(.window, to: &window)
    try values.read(.periodic, to: &periodic)
    try values.read(.center, to: &center)
    try values.read(.padMode, to: &padMode)
  }
}
