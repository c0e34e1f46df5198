internal import GenbaCore
internal import Glibc

extension KaldiFbank {
  /// Every knob of Kaldi's filter banks, with the names and defaults of `torchaudio.compliance.kaldi.fbank` (2.11), and
  /// `htk_mode`, which only Kaldi and kaldi-native-fbank have.
  ///
  /// As JSON the names are torchaudio's: `{"num_mel_bins": 80, "window_type": "hamming"}`. A key that is absent keeps its
  /// default.
  public struct Options: Sendable, Hashable {
    /// Of the sound, in hertz (`sample_frequency`).
    public var sampleRate = 16_000
    /// Of a frame, in milliseconds (`frame_length`).
    public var frameLengthMilliseconds = 25.0
    /// From one frame to the next, in milliseconds (`frame_shift`).
    public var frameShiftMilliseconds = 10.0
    /// Over the frame, symmetric (`window_type`).
    public var window: Window = .povey
    /// The constant part of a Blackman window.
    public var blackmanCoefficient = 0.42
    /// Whether each frame loses its mean.
    public var removeDCOffset = true
    /// How much of a sample is subtracted from the next one in the frame, 0 … 1.
    public var preemphasisCoefficient = 0.97
    /// Whether the FFT's length is the next power of two, or the frame's length.
    public var roundToPowerOfTwo = true
    /// Whether there are whole frames only. Else the signal is mirrored at both ends, and there is a frame each shift.
    public var snipEdges = true
    /// How many bands.
    public var numMelBins = 23
    /// Where the lowest band begins, in hertz.
    public var lowFrequency = 20.0
    /// Where the highest ends, in hertz; from half the sample rate down if it is 0 or below.
    public var highFrequency = 0.0
    /// Whether bands are logarithms (`use_log_fbank`).
    public var useLog = true
    /// Whether bands are sums of power, or of magnitudes.
    public var usePower = true
    /// Whether a frame's log energy is a column too: the first one, or with `htkCompat` the last.
    public var useEnergy = false
    /// Whether the energy is that before pre-emphasis and window.
    public var rawEnergy = true
    /// The least energy; 0 is no bound of its own.
    public var energyFloor = 1.0
    /// Whether the energy comes last.
    public var htkCompat = false
    /// Whether each column loses its mean over the frames.
    public var subtractMean = false
    /// What smaller bands are raised to before the logarithm: float32's epsilon in Kaldi.
    public var melFloor = 1.1920928955078125e-07
    /// What samples are multiplied by first: 32768 where a model was trained on 16-bit samples and they are -1 … 1 here.
    public var sampleScale = 1.0
    /// How strong a noise is added to each frame, in units of the scaled samples: Gaussian, with this deviation. Kaldi's
    /// own default is 1 for samples of -32768 … 32767. Its noise is another in every run; here it follows from
    /// `ditherSeed` and the frame's place, so that a run can be repeated, and in blocks too.
    public var dither = 0.0
    /// Which noise.
    public var ditherSeed: UInt64 = 0
    /// How much frequencies are stretched for a speaker's vocal tract (`vtln_warp`): 1 is not at all.
    public var vtlnWarp = 1.0
    /// Below which frequency the stretching fades, in hertz.
    public var vtlnLow = 100.0
    /// Above which it fades; from half the sample rate down if it is below 0.
    public var vtlnHigh = -500.0
    /// Whether bands are as HTK has them: not below 1, and with nothing of the first band's first bin if `lowFrequency` is
    /// not 0.
    public var htkMode = false
    /// How long a sound must be, in seconds.
    public var minDuration = 0.0
    public var precision = Precision.float32
    /// Whether pre-emphasis is rounded to float32 where the rest is not, as in Phi-4-multimodal; without an energy only.
    package var roundsPreemphasis = false

    /// The defaults, for changes one by one.
    public init() {}

    /// The defaults but for these, which most models set.
    public init(
      sampleRate: Int = 16_000, numMelBins: Int, window: Window = .povey, lowFrequency: Double = 20,
      highFrequency: Double = 0, sampleScale: Double = 1, precision: Precision = .float32
    ) {
      self.sampleRate = sampleRate
      self.numMelBins = numMelBins
      self.window = window
      self.lowFrequency = lowFrequency
      self.highFrequency = highFrequency
      self.sampleScale = sampleScale
      self.precision = precision
    }
  }
}

extension KaldiFbank.Options {
  /// Samples of a frame.
  public var frameLength: Int { samples(frameLengthMilliseconds) }

  /// Samples from one frame to the next.
  public var frameShift: Int { samples(frameShiftMilliseconds) }

  /// Length of the FFT.
  public var nFFT: Int {
    guard roundToPowerOfTwo else { return frameLength }
    var length = 1
    while length < frameLength { length *= 2 }
    return length
  }

  private func samples(_ milliseconds: Double) -> Int { Int(Double(sampleRate) * milliseconds * 0.001) }

  /// Throws `.invalidConfiguration` for the first option out of its range, with what it must be.
  func validate() throws(GenbaError) {
    try require((1...1_000_000_000).contains(sampleRate), "sample_frequency is \(sampleRate); it must be above 0")
    for (name, value) in [("frame_length", frameLengthMilliseconds), ("frame_shift", frameShiftMilliseconds)] {
      try require(value > 0 && value <= 1e6, "\(name) is \(value) ms; it must be above 0 and at most 1000 s")
    }
    try require(
      (2...1 << 18).contains(frameLength),
      "frame_length is \(frameLengthMilliseconds) ms, \(frameLength) samples; it must be 2 … \(1 << 18) samples")
    try require(
      (1...1 << 30).contains(frameShift),
      "frame_shift is \(frameShiftMilliseconds) ms, \(frameShift) samples; it must be at least one")
    try require(
      nFFT % 2 == 0, "a frame has \(nFFT) samples, and the FFT needs an even number; set round_to_power_of_two")
    try require(
      (0...1).contains(preemphasisCoefficient),
      "preemphasis_coefficient is \(preemphasisCoefficient); it must be 0 … 1")
    try require("num_mel_bins", numMelBins, in: 1...4096)
    let nyquist = Double(sampleRate) / 2
    let (low, high) = (lowFrequency, highestFrequency)
    try require(
      low >= 0 && low < high && high <= nyquist,
      "the bands reach from low_freq, \(low) Hz, to \(high) Hz; it must be 0 <= low_freq < high_freq <= \(nyquist)")
    try require(
      energyFloor >= 0 && energyFloor < 1e38, "energy_floor is \(energyFloor); it must be 0 or a float32 above it")
    try require(Float(melFloor).isNormal && melFloor > 0, "mel_floor is \(melFloor); it must be a float32 above 0")
    try require(
      Float(sampleScale).isNormal, "the samples' scale is \(sampleScale); it must be a float32 other than 0")
    try require(blackmanCoefficient.isFinite, "blackman_coeff is \(blackmanCoefficient)")
    try require(dither >= 0 && dither < 1e30, "dither is \(dither); it must be 0 or above")
    try require(minDuration >= 0 && minDuration.isFinite, "min_duration is \(minDuration); it must be 0 or above")
    guard vtlnWarp != 1 else { return }
    try require(vtlnWarp > 0 && vtlnWarp.isFinite, "vtln_warp is \(vtlnWarp); it must be above 0")
    try require(
      low < vtlnLow && vtlnLow < highestStretched && highestStretched < high,
      "vtln_low is \(vtlnLow) and vtln_high \(highestStretched) Hz; it must be low_freq, \(low), < vtln_low < vtln_high "
        + "< high_freq, \(high)")
    let (l, h) = (vtlnLow * max(1, vtlnWarp), highestStretched * min(1, vtlnWarp))
    try require(
      l > low && h < high && l < h,
      "a vtln_warp of \(vtlnWarp) leaves nothing between vtln_low and vtln_high; it must be nearer to 1")
  }

  /// Where the highest band ends, in hertz.
  var highestFrequency: Double { highFrequency > 0 ? highFrequency : Double(sampleRate) / 2 + highFrequency }

  /// What smaller bands are raised to.
  var leastBand: Double { htkMode ? max(melFloor, 1) : melFloor }

  /// Where the stretching begins to fade, in hertz.
  var highestStretched: Double { vtlnHigh < 0 ? Double(sampleRate) / 2 + vtlnHigh : vtlnHigh }

  /// The window's factors, those of `_feature_window_function`.
  var windowFactors: [Double] {
    guard window == .blackman else { return window.factors(count: frameLength, periodic: false) }
    return (0..<frameLength).map { index in
      let angle = 2 * .pi * Double(index) / Double(frameLength - 1)
      return blackmanCoefficient - 0.5 * cos(angle) + (0.5 - blackmanCoefficient) * cos(2 * angle)
    }
  }
}

extension KaldiFbank.Options: Codable {
  private enum CodingKeys: String, CodingKey {
    case sampleRate = "sample_frequency"
    case frameLengthMilliseconds = "frame_length"
    case frameShiftMilliseconds = "frame_shift"
    case window = "window_type"
    case blackmanCoefficient = "blackman_coeff"
    case removeDCOffset = "remove_dc_offset"
    case preemphasisCoefficient = "preemphasis_coefficient"
    case roundToPowerOfTwo = "round_to_power_of_two"
    case snipEdges = "snip_edges"
    case numMelBins = "num_mel_bins"
    case lowFrequency = "low_freq"
    case highFrequency = "high_freq"
    case useLog = "use_log_fbank"
    case usePower = "use_power"
    case useEnergy = "use_energy"
    case rawEnergy = "raw_energy"
    case energyFloor = "energy_floor"
    case htkCompat = "htk_compat"
    case subtractMean = "subtract_mean"
    case melFloor = "mel_floor"
    case sampleScale = "sample_scale"
    case dither
    case ditherSeed = "dither_seed"
    case vtlnWarp = "vtln_warp"
    case vtlnLow = "vtln_low"
    case vtlnHigh = "vtln_high"
    case htkMode = "htk_mode"
    case minDuration = "min_duration"
    case precision
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    try values.read(.sampleRate, to: &sampleRate)
    try values.read(.frameLengthMilliseconds, to: &frameLengthMilliseconds)
    try values.read(.frameShiftMilliseconds, to: &frameShiftMilliseconds)
    try values.read(.window, to: &window)
    try values.read(.blackmanCoefficient, to: &blackmanCoefficient)
    try values.read(.removeDCOffset, to: &removeDCOffset)
    try values.read(.preemphasisCoefficient, to: &preemphasisCoefficient)
    try values.read(.roundToPowerOfTwo, to: &roundToPowerOfTwo)
    try values.read(.snipEdges, to: &snipEdges)
    try values.read(.numMelBins, to: &numMelBins)
    try values.read(.lowFrequency, to: &lowFrequency)
    try values.read(.highFrequency, to: &highFrequency)
    try values.read(.useLog, to: &useLog)
    try values.read(.usePower, to: &usePower)
    try values.read(.useEnergy, to: &useEnergy)
    try values.read(.rawEnergy, to: &rawEnergy)
    try values.read(.energyFloor, to: &energyFloor)
    try values.read(.htkCompat, to: &htkCompat)
    try values.read(.subtractMean, to: &subtractMean)
    try values.read(.melFloor, to: &melFloor)
    try values.read(.sampleScale, to: &sampleScale)
    try values.read(.dither, to: &dither)
    try values.read(.ditherSeed, to: &ditherSeed)
    try values.read(.vtlnWarp, to: &vtlnWarp)
    try values.read(.vtlnLow, to: &vtlnLow)
    try values.read(.vtlnHigh, to: &vtlnHigh)
    try values.read(.htkMode, to: &htkMode)
    try values.read(.minDuration, to: &minDuration)
    try values.read(.precision, to: &precision)
  }
}
