public import GenbaCore

/// Triangular filters that sum the bins of a spectrum to mel bands, as `librosa.filters.mel` (0.11) and
/// `transformers.audio_utils.mel_filter_bank` (5.23.0) make them, in double precision.
///
/// ```swift
/// let bank = try MelFilterBank(sampleRate: 16_000, nFFT: 400, nMels: 128)
/// bank.weights.shape  // [128, 201]
/// ```
public struct MelFilterBank: Sendable {
  /// How the filters are scaled.
  public enum Norm: String, Sendable, Hashable, Codable, CaseIterable {
    /// Each triangle has the same area: white noise is equally loud in all bands.
    case slaney
    /// Each triangle is 1 high.
    case none
  }

  /// float64 [nMels, nFFT / 2 + 1].
  public let weights: Tensor<Double>

  /// The frequency at each triangle's tip, in hertz.
  public let centerFrequencies: [Double]

  /// The bands of which no bin is part, since `nMels` is too large for `nFFT`: they are silent whatever the sound.
  public let emptyBands: [Int]

  /// A bank of filters.
  ///
  /// - Parameters:
  ///   - sampleRate: Of the sound, in hertz.
  ///   - nFFT: Length of the transform.
  ///   - nMels: How many filters.
  ///   - fMin: Where the lowest filter begins, in hertz.
  ///   - fMax: Where the highest ends, in hertz; half the sample rate for `nil`.
  /// - Throws: `.invalidConfiguration` for numbers that make no bank, with what they must be.
  public init(
    sampleRate: Int, nFFT: Int, nMels: Int = 128, fMin: Double = 0, fMax: Double? = nil, melScale: MelScale = .slaney,
    norm: Norm = .slaney
  ) throws(GenbaError) {
    let fMax = fMax ?? Double(sampleRate) / 2
    try Self.check(sampleRate: sampleRate, nFFT: nFFT, nMels: nMels, fMin: fMin, fMax: fMax)
    let (low, high) = (melScale.mels(fromHertz: fMin), melScale.mels(fromHertz: fMax))
    let step = (high - low) / Double(nMels + 1)
    let corners = (0...nMels + 1).map { index in
      melScale.hertz(fromMels: index == nMels + 1 ? high : low + Double(index) * step)
    }
    let binCount = nFFT / 2 + 1
    var emptyBands: [Int] = []
    weights = Tensor(shape: [nMels, binCount]) { output in
      for band in 0..<nMels {
        let (left, center, right) = (corners[band], corners[band + 1], corners[band + 2])
        let height = norm == .slaney ? 2 / (right - left) : 1
        var isEmpty = true
        for bin in 0..<binCount {
          let frequency = Double(bin) * Double(sampleRate) / Double(nFFT)
          let weight = max(0, min((frequency - left) / (center - left), (right - frequency) / (right - center)))
          isEmpty = isEmpty && weight == 0
          output.append(weight * height)
        }
        if isEmpty { emptyBands.append(band) }
      }
    }
    centerFrequencies = Array(corners[1...nMels])
    self.emptyBands = emptyBands
  }

  private static func check(
    sampleRate: Int, nFFT: Int, nMels: Int, fMin: Double, fMax: Double
  ) throws(GenbaError) {
    func invalid(_ message: String) -> GenbaError { GenbaError(.invalidConfiguration, message) }
    guard (1...1_000_000_000).contains(sampleRate) else {
      throw invalid("sample_rate is \(sampleRate); it must be above 0")
    }
    guard (2...1 << 18).contains(nFFT) else { throw invalid("n_fft is \(nFFT); it must be 2 … \(1 << 18)") }
    guard (1...4096).contains(nMels) else { throw invalid("n_mels is \(nMels); it must be 1 … 4096") }
    guard fMin >= 0, fMin < fMax, fMax.isFinite else {
      throw invalid("the filters reach from f_min, \(fMin) Hz, to f_max, \(fMax) Hz; it must be 0 <= f_min < f_max")
    }
    guard nMels * (nFFT / 2 + 1) <= 1 << 25 else {
      throw invalid("\(nMels) filters over \(nFFT / 2 + 1) bins are more than fit; lower n_mels or n_fft")
    }
  }
}
