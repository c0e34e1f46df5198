internal import GenbaCore
internal import Glibc

extension CQT {
  /// What a wavelet is divided by.
  public enum Norm: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sum of its magnitudes: librosa's default.
    case l1 = "1"
    /// Its Euclidean length.
    case l2 = "2"
    /// Its largest magnitude.
    case max = "inf"
    /// Nothing.
    case none

    /// Of factors that are not negative.
    func length(_ factors: [Double]) -> Double {
      switch self {
      case .l1: factors.reduce(0, +)
      case .l2: factors.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case .max: factors.reduce(0) { Swift.max($0, $1) }
      case .none: 1
      }
    }
  }

  /// Every knob, with the defaults of `librosa.cqt`.
  ///
  /// As JSON the names are librosa's: `{"fmin": 55, "n_bins": 96, "bins_per_octave": 24}`.
  public struct Options: Sendable, Hashable {
    /// Of the sound, in hertz.
    public var sampleRate = 22_050
    /// From one frame to the next, in samples. The more often it can be halved, the faster are the lower octaves.
    public var hopLength = 512
    /// The lowest frequency, in hertz: C1.
    public var fMin = 32.703195662574829
    /// How many frequencies.
    public var nBins = 84
    public var binsPerOctave = 12
    /// How far the frequencies are shifted, in bins.
    public var tuning = 0.0
    /// How long windows are, over what is needed to tell bins apart: below 1 they are shorter.
    public var filterScale = 1.0
    public var norm = Norm.l1
    /// Which share of a wavelet's spectrum may be left out.
    public var sparsity = 0.01
    public var window = Window.hann
    /// Whether bins are divided by the root of their window's length, so that a tone is as strong in all octaves.
    public var scale = true
    public var padMode = PadMode.constant

    /// The defaults, for changes one by one.
    public init() {}

    /// The defaults but for these.
    public init(
      sampleRate: Int, hopLength: Int = 512, fMin: Double = 32.703195662574829, nBins: Int = 84, binsPerOctave: Int = 12
    ) {
      self.sampleRate = sampleRate
      self.hopLength = hopLength
      self.fMin = fMin
      self.nBins = nBins
      self.binsPerOctave = binsPerOctave
    }
  }
}

extension CQT.Options {
  var frequencies: [Double] {
    let lowest = fMin * exp2(tuning / Double(binsPerOctave))
    return (0..<nBins).map { lowest * exp2(Double($0) / Double(binsPerOctave)) }
  }

  /// How wide a bin is, over its frequency.
  var relativeBandwidth: Double {
    let square = exp2(2 / Double(binsPerOctave))
    return (square - 1) / (square + 1)
  }

  /// Where the highest bin ends, in hertz.
  var highestFrequency: Double {
    let top = frequencies[nBins - 1]
    return top * (1 + 0.5 * windowBandwidth * relativeBandwidth / filterScale)
  }

  /// The equivalent noise bandwidth of the window, in bins, with librosa's numbers where it has a table.
  private var windowBandwidth: Double {
    switch window {
    case .hann: return 1.50018310546875
    case .hamming: return 1.3629455320350348
    case .blackman: return 1.7269681554262326
    default:
      let factors = window.factors(count: 1000)
      let sum = factors.reduce(0, +)
      return 1000 * factors.reduce(0) { $0 + $1 * $1 } / (sum * sum)
    }
  }

  /// Throws `.invalidConfiguration` for the first option out of its range, with what it must be.
  func validate() throws(GenbaError) {
    try require((1...1_000_000_000).contains(sampleRate), "sample_rate is \(sampleRate); it must be above 0")
    try require("hop_length", hopLength, in: 1...1 << 30)
    try require(fMin > 0 && fMin.isFinite, "fmin is \(fMin); it must be above 0")
    try require("n_bins", nBins, in: 1...4096)
    try require("bins_per_octave", binsPerOctave, in: 1...1024)
    try require(abs(tuning) <= 1e3, "tuning is \(tuning); it must be -1000 … 1000")
    try require(filterScale > 0 && filterScale <= 1e3, "filter_scale is \(filterScale); it must be above 0")
    try require((0..<1).contains(sparsity), "sparsity is \(sparsity); it must be 0 or above and below 1")
    try require(
      highestFrequency <= Double(sampleRate) / 2,
      "the highest bin reaches \(highestFrequency) Hz, more than half the sample rate; lower n_bins or fmin")
    let wavelets = CQTWavelets(self)
    let halvings = min(wavelets.octaveCount - 1, hopLength.trailingZeroBitCount)
    let longest = wavelets.length(of: 0, rate: Double(sampleRate) / exp2(Double(halvings)))
    try require(
      longest <= 0x1p18,
      "the lowest bin's window has \(Int(longest)) samples, more than fit; raise fmin or take a hop_length that can be "
        + "halved more often")
  }
}

extension CQT.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case sampleRate = "sample_rate"
    case hopLength = "hop_length"
    case fMin = "fmin"
    case nBins = "n_bins"
    case binsPerOctave = "bins_per_octave"
    case tuning
    case filterScale = "filter_scale"
    case norm, sparsity, window, scale
    case padMode = "pad_mode"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    try values.read(.sampleRate, to: &sampleRate)
    try values.read(.hopLength, to: &hopLength)
    try values.read(.fMin, to: &fMin)
    try values.read(.nBins, to: &nBins)
    try values.read(.binsPerOctave, to: &binsPerOctave)
    try values.read(.tuning, to: &tuning)
    try values.read(.filterScale, to: &filterScale)
    try values.read(.norm, to: &norm)
    try values.read(.sparsity, to: &sparsity)
    try values.read(.window, to: &window)
    try values.read(.scale, to: &scale)
    try values.read(.padMode, to: &padMode)
  }
}
