internal import GenbaCore
internal import GenbaKernels

/// The bins of one octave, at the rate that is enough for them.
struct CQTOctave {
  /// Whether the sound is halved in rate behind this octave.
  let halves: Bool

  private let plan: STFTPlan<Float>
  private let spectra: [SparseSpectrum]

  /// - Parameters:
  ///   - rate: Of the sound here, in hertz.
  ///   - baseRate: Of the sound in the highest octave: what halving has taken from the windows is given back.
  init(
    _ wavelets: CQTWavelets, bins: Range<Int>, rate: Double, baseRate: Double, hopLength: Int
  ) {
    halves = hopLength % 2 == 0
    let options = wavelets.options
    let nFFT = wavelets.transformLength(bins, rate: rate)
    let fft = DoubleFFT(length: nFFT)
    plan = STFTPlan(
      nFFT: nFFT, window: [Double](repeating: 1, count: nFFT), hopLength: hopLength, pad: nFFT / 2,
      padMode: options.padMode.kernelMode)
    spectra = bins.map { bin in
      let scale = options.scale ? 1 / wavelets.length(of: bin, rate: baseRate).squareRoot() : 1
      return wavelets.spectrum(of: bin, rate: rate, scale: scale * (baseRate / rate).squareRoot(), fft)
    }
  }

  /// Where the frames lie at this octave's rate.
  var framing: Framing {
    Framing(frameLength: plan.nFFT, hopLength: plan.hopLength, pad: plan.pad, ends: .atLeastOne)
  }

  var binCount: Int { spectra.count }

  /// Appends the bins of `count` frames, the first of which begins at `start`, to those of each bin, as pairs.
  func append(framesOf samples: Span<Float>, from start: Int, count: Int, to bins: inout [[Float]]) {
    // Spectra of some frames at a time, so that memory does not grow with their number.
    for first in stride(from: 0, to: count, by: 64) {
      let part = min(64, count - first)
      let block = Tensor<Float>(shape: [plan.binCount, part, 2]) { output in
        plan.appendFrames(of: samples, .complex, from: start + first * plan.hopLength, columns: part, to: &output)
      }
      for (bin, spectrum) in spectra.enumerated() { bins[bin] += products(block.span, part, with: spectrum) }
    }
  }

  private func products(_ block: Span<Float>, _ count: Int, with spectrum: SparseSpectrum) -> [Float] {
    var sums = [Float](repeating: 0, count: 2 * count)
    var values = sums.mutableSpan
    for (index, bin) in spectrum.bins.enumerated() {
      let (re, im) = (spectrum.real[index], spectrum.imaginary[index])
      let row = block.extracting(2 * bin * count..<2 * (bin + 1) * count)
      for frame in 0..<count {
        let (x, y) = (row[2 * frame], row[2 * frame + 1])
        values[2 * frame] += re * x - im * y
        values[2 * frame + 1] += re * y + im * x
      }
    }
    return sums
  }
}
