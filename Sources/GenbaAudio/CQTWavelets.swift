internal import GenbaKernels
internal import Glibc

/// The windowed tones that a constant-Q transform compares a sound with, as `librosa.filters.wavelet` (0.11) makes them.
struct CQTWavelets {
  let options: CQT.Options
  /// In hertz, rising.
  let frequencies: [Double]
  /// Periods in a window, over the frequency's relative width.
  private let q: Double

  init(_ options: CQT.Options) {
    self.options = options
    frequencies = options.frequencies
    q = options.filterScale / options.relativeBandwidth
  }

  var octaveCount: Int { (options.nBins + options.binsPerOctave - 1) / options.binsPerOctave }

  /// The bins of an octave; octave 0 is the highest.
  func bins(ofOctave octave: Int) -> Range<Int> {
    let end = options.nBins - octave * options.binsPerOctave
    return max(end - options.binsPerOctave, 0)..<end
  }

  /// How much the rate can be lowered before the first octave.
  var earlyFactor: Int {
    let nyquist = Double(options.sampleRate) / 2
    let byFrequency = Int(log2(nyquist / options.highestFrequency).rounded(.up)) - 2
    let byHop = options.hopLength.trailingZeroBitCount - octaveCount + 1
    return 1 << max(min(byFrequency, byHop), 0)
  }

  /// How long the window of a bin is, in samples at a rate; a fraction.
  func length(of bin: Int, rate: Double) -> Double { q * rate / frequencies[bin] }

  /// Samples of a transform that holds the windows of these bins: a power of two.
  func transformLength(_ bins: Range<Int>, rate: Double) -> Int {
    let longest = bins.map { length(of: $0, rate: rate) }.max() ?? 1
    return 1 << max(Int(log2(longest).rounded(.up)), 1)
  }

  /// The spectrum of a bin's wavelet, without the bins that add up to less than the sparsity.
  func spectrum(of bin: Int, rate: Double, scale: Double, _ fft: DoubleFFT) -> SparseSpectrum {
    let length = length(of: bin, rate: rate)
    let (first, end) = (Int((-length / 2).rounded(.down)), Int((length / 2).rounded(.down)))
    let window = options.window.factors(count: end - first)
    let norm = options.norm.length(window) / (length / Double(fft.length) * scale)
    var (real, imaginary) = (
      [Double](repeating: 0, count: fft.length), [Double](repeating: 0, count: fft.length)
    )
    let before = (fft.length - window.count) / 2
    for (index, factor) in window.enumerated() {
      let angle = Double(first + index) * 2 * .pi * frequencies[bin] / rate
      real[before + index] = factor * cos(angle) / norm
      imaginary[before + index] = factor * sin(angle) / norm
    }
    fft(real: &real, imaginary: &imaginary)
    return SparseSpectrum(real, imaginary, binCount: fft.length / 2 + 1, sparsity: options.sparsity)
  }
}

/// The bins of a spectrum that are not left out.
struct SparseSpectrum {
  private(set) var bins: [Int] = []
  private(set) var real: [Float] = []
  private(set) var imaginary: [Float] = []

  /// Leaves out the smallest bins whose magnitudes add up to less than the share `sparsity` of all.
  init(_ real: [Double], _ imaginary: [Double], binCount: Int, sparsity: Double) {
    let magnitudes = (0..<binCount).map { hypot(real[$0], imaginary[$0]) }
    let total = magnitudes.reduce(0, +)
    var (sum, threshold) = (0.0, 0.0)
    for magnitude in magnitudes.sorted() {
      sum += magnitude / total
      threshold = magnitude
      if !(sum < sparsity) { break }
    }
    for bin in 0..<binCount where magnitudes[bin] >= threshold {
      bins.append(bin)
      self.real.append(Float(real[bin]))
      self.imaginary.append(Float(imaginary[bin]))
    }
  }
}
